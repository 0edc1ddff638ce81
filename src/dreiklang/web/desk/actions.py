"""Which buttons stand on a ticket: decided by level, state and rights; the one that matters is always the last."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from dreiklang.channels.gate import policy as gate
from dreiklang.escalation import policy as between
from dreiklang.escalation.models import Handover
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import lifecycle, policy
from dreiklang.tickets.models import Ticket
from dreiklang.web.addresses import address


@dataclass(frozen=True)
class Action:
    """A button: what it says, its key, and whether it acts at once, opens a sheet or leads to a composer's tab."""

    name: str
    url: str
    icon: str
    key: str = ""
    is_post: bool = False
    is_main: bool = False
    tab: str = ""


@dataclass(frozen=True)
class Way:
    """The handovers that decide what is next: the one that waits, and the one in force."""

    waiting: Handover | None = None
    in_force: Handover | None = None


def actions_of(ticket: Ticket, *, actor: Actor, way: Way) -> tuple[list[Action], list[Action]]:
    """Buttons in the head, the main one last, and what stands in the menu beside them."""

    def act(name: str, route: str, icon: str, key: str = "", *, post: bool = False, main: bool = False) -> Action:
        return Action(name, address(f"desk:{route}", ticket.number), icon, key, post, main)

    head: list[Action] = []
    more: list[Action] = []
    is_open = ticket.state in lifecycle.UNSETTLED
    if policy.may_move(actor, ticket) and is_open:
        _open_actions(ticket, actor, way, act, head, more)
    if not is_open and policy.may_work(actor, ticket):
        if ticket.state == lifecycle.RESOLVED:
            more.append(act(_("Close without confirmation"), "close", "circle-x", post=True))
        head.append(act(_("Reopen"), "reopening", "refresh"))
        if ticket.state == lifecycle.RESOLVED:
            head.append(act(_("It works: close"), "confirmation", "check", "s", post=True, main=True))
    if policy.may_work(actor, ticket):
        more += [
            act(_("Log work"), "intervention", "tool", "w"),
            act(_("Requester and copies"), "participants", "users"),
            act(_("Change the subject"), "subject", "edit"),
        ]
    more += _actions_together(ticket, actor, act, is_open=is_open)
    if is_open and ticket.channel == "mail" and gate.may_block(actor) and policy.may_work(actor, ticket):
        more.append(act(_("Spam"), "call_spam", "mail-off"))
    if is_open and between.may_open_direct_line(actor, ticket) and ticket.level >= 3:
        if ticket.is_direct:
            more.append(act(_("Close the direct line"), "close_direct_line", "phone", post=True))
        else:
            more.append(act(_("Work with the requester directly"), "direct_line", "phone"))
    return head, more


def _actions_together(ticket: Ticket, actor: Actor, act, *, is_open: bool) -> list[Action]:  # type: ignore[no-untyped-def]
    """What makes one ticket of two, two of one, or a child of one: inside the house."""
    if not actor.has(policy.WORK) or not policy.may_work(actor, ticket):
        return []
    found = [act(_("Split off messages"), "splitting", "git-branch")]
    if policy.may_move(actor, ticket):
        found.insert(0, act(_("Merge with another ticket"), "merging", "git-merge", "u"))
    if is_open:
        found.append(act(_("Put below a parent ticket"), "parent", "sitemap"))
    return found


def _open_actions(ticket: Ticket, actor: Actor, way: Way, act, head: list[Action], more: list[Action]) -> None:  # type: ignore[no-untyped-def]
    if way.waiting is not None and way.waiting.to_team_id in actor.teams:
        if way.in_force:
            head.append(act(_("Hand back"), "hand_back", "arrow-back-up", "b"))
        head.append(act(_("Accept"), "acceptance", "check", "a", post=True, main=True))
        more.append(act(_("Hand over"), "handover", "arrow-ramp-right", "h"))
        return
    if ticket.state == lifecycle.WAITING:
        head.append(act(_("Go on"), "resumption", "player-play", "p", post=True))
    else:
        head.append(act(_("Park"), "pause", "clock-pause", "p"))
    if way.in_force:
        head.append(act(_("Hand back"), "hand_back", "arrow-back-up", "b"))
    if ticket.level < 4:
        name = _("Hand to level %(level)s") % {"level": ticket.level + 1} if ticket.level == 1 else _("Hand over")
        head.append(act(name, "handover", "arrow-ramp-right", "h"))
    if ticket.assignee_id != actor.id and ticket.team_id in actor.teams:
        more.append(act(_("Assign to me"), "taking", "user-check", "a", post=True))
    more.append(act(_("Assign or move"), "assignment", "user-plus"))
    if policy.may_write_to_requester(actor, ticket):
        head.append(act(_("Solve"), "resolution", "check", "s", main=True))
    elif way.in_force:
        words = _("Answer through level %(level)s") % {"level": way.in_force.from_level}
        head.append(Action(words, "#composer", "corner-down-right", "s", is_main=True, tab="relay"))
