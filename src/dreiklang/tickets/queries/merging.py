"""What merging two tickets would do, said before it is done; and the merges of a ticket."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from dreiklang.kernel.permissions import Actor
from dreiklang.kernel.questions import Question
from dreiklang.tickets import policy
from dreiklang.tickets.models import Carried, Merge, Split, Ticket
from dreiklang.tickets.queries.recipients import mail_recipients_of
from dreiklang.tickets.rules import merging as rules


@dataclass(frozen=True)
class Kept:
    """Somebody who writes to the survivor from now on; ``gets_copies``: and gets its answers."""

    name: str
    address: str
    person_id: int | None
    gets_copies: bool


@dataclass(frozen=True)
class Plan:
    """What merging would do. ``reason``: why it cannot be, as a literal; then nothing else counts."""

    merged: Ticket
    survivor: Ticket
    reason: str
    kept: tuple[Kept, ...]
    left_out: str
    messages: int
    is_crossing: bool


def side_of(ticket: Ticket) -> rules.Side:
    """A ticket as the rules look at it."""
    return rules.Side(
        ticket.pk, ticket.customer_id, ticket.requester_id, ticket.state, ticket.state_group == "settled",
        is_complaint=ticket.kind == Ticket.Kind.COMPLAINT,
    )  # fmt: skip


def plan_of(merged: Ticket, survivor: Ticket, *, actor: Actor, copies: bool = False) -> Plan:
    """What becomes of two tickets if the first goes on in the second; nothing is done.

    Copies of later answers go to the first one's requester, and with ``copies`` to those in copy there too. Nobody of
    another customer is kept.
    """
    one, two = side_of(merged), side_of(survivor)
    kept: list[Kept] = []
    left_out = ""
    own = {r.address.lower() for r in mail_recipients_of(survivor)} | set(
        survivor.participants.values_list("address", flat=True)
    )
    if one.customer_id == two.customer_id:
        if rules.keeps_requester(one, two):
            kept += [Kept(r.name, r.address.lower(), merged.requester_id, True) for r in mail_recipients_of(merged)]
        kept += [
            Kept(p.name, p.address, p.person_id, copies and p.gets_copies) for p in merged.participants.order_by("id")
        ]
    else:
        left_out = merged.requester.name
    unique = {k.address: k for k in reversed(kept) if k.address not in own}
    return Plan(
        merged=merged,
        survivor=survivor,
        reason=rules.why_not(one, two, may_cross=actor.has(policy.MERGE_CUSTOMERS)),
        kept=tuple(reversed(unique.values())),
        left_out=left_out,
        messages=merged.messages.count(),
        is_crossing=one.customer_id != two.customer_id,
    )


def reason_words(plan: Plan) -> str:
    """Why two tickets cannot become one, as a sentence."""
    number = {"merged": plan.merged.number, "survivor": plan.survivor.number}
    return {
        "": "",
        rules.SAME: _("A ticket cannot be merged with itself."),
        rules.MERGED_ALREADY: _("%(merged)s goes on in another ticket already.") % number,
        rules.SURVIVOR_MERGED: _("%(survivor)s goes on in another ticket itself; choose that one.") % number,
        rules.SURVIVOR_SETTLED: _("%(survivor)s is done. Reopen it first, or merge the other way round.") % number,
        rules.OTHER_CUSTOMER: _("The two belong to different customers; only a service manager may merge them."),
        rules.COMPLAINT_OF_ITS_OWN: _(
            "%(merged)s is a complaint and is answered by itself. Link it to the other ticket instead."
        )
        % number,
    }[plan.reason]


def merge_in_force(ticket: Ticket) -> Merge | None:
    """The merge by which a ticket goes on in another one now."""
    if ticket.merged_into_id is None:
        return None
    return ticket.merges.filter(undone_at=None).select_related("survivor", "author").first()


def merges_into(ticket: Ticket, *, actor: Actor) -> list[Merge]:
    """The merges by which others go on in this ticket, as far as the actor works inside them."""
    found = ticket.absorbed.filter(undone_at=None).select_related("merged__requester", "merged__customer")
    return [m for m in found.order_by("id") if policy.works_inside(actor, m.merged)]


def splits_of(ticket: Ticket, *, actor: Actor) -> list[tuple[Ticket, bool]]:
    """The tickets that were split off from this one (True), or the one it was split off from (False)."""
    rows = Split.objects.filter(Q(origin=ticket) | Q(made=ticket)).select_related("origin", "made").order_by("id")
    found = [(row.made, True) if row.origin_id == ticket.pk else (row.origin, False) for row in rows]
    return [(other, is_ours) for other, is_ours in found if policy.works_inside(actor, other)]


_carried_away = Question(
    lambda said_on, here: Carried.objects.filter(message__ticket=said_on).exclude(ticket=here).select_related("ticket")
)
_origins = Question(lambda ticket: Ticket.objects.filter(messages__carried__ticket=ticket).distinct())


def elsewhere(ticket: Ticket, *, actor: Actor) -> dict[int, Ticket]:
    """Messages said on this ticket that stand on another one as well: message → that ticket, as far as it is seen."""
    return {
        row.message_id: row.ticket
        for row in _carried_away(ticket.pk, ticket.pk)
        if policy.works_inside(actor, row.ticket)
    }


def origins_of(ticket: Ticket, *, actor: Actor) -> list[Ticket]:
    """The tickets on which messages carried to this one were said, as far as the actor works inside them."""
    return [t for t in _origins(ticket.pk) if policy.works_inside(actor, t)]
