"""Reads of the messenger door."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from dreiklang.channels.messengers import policy
from dreiklang.channels.messengers.adapters import ADAPTERS
from dreiklang.channels.messengers.models import Item, Leaving, Line, Talk
from dreiklang.channels.telephony.queries import known_caller
from dreiklang.channels.telephony.rules import understood
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person
from dreiklang.organizations.queries import person_of_mail
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.queries.recipients import Recipient

State = Leaving.State


def line_by_key(key: str) -> Line | None:
    """The line of an address, switched on or off."""
    return Line.objects.filter(key=key).first()


def lines(actor: Actor) -> QuerySet[Line]:
    """All lines, with how many answers wait and how many were given up."""
    return (
        policy.visible_to(actor)
        .select_related("team", "organization")
        .annotate(
            waiting=Count("talks__leavings", filter=Q(talks__leavings__state=State.WAITING)),
            failed=Count("talks__leavings", filter=Q(talks__leavings__state=State.FAILED)),
        )
        .order_by("name")
    )


def stuck_of(line: Line, *, actor: Actor) -> list[Leaving]:
    """Answers of a line that wait after a try, wait at a line switched off, or were given up."""
    found = policy.leavings_visible_to(actor).filter(talk__line=line)
    stuck = Q(state=State.FAILED) | (Q(state=State.WAITING) & (Q(tries__gt=0) | Q(talk__line__is_active=False)))
    return list(found.filter(stuck).select_related("message__ticket", "talk__line").order_by("-id")[:20])


def talk_of(ticket: Ticket) -> Talk | None:
    """The talk by which a ticket's question came last; None where it came by none."""
    last = Item.objects.filter(message__ticket=ticket).select_related("talk__line", "talk__person")
    found = last.order_by("-id").first()
    return found.talk if found else None


def way_to(ticket: Ticket) -> Recipient | None:
    """Where the answers to a ticket go."""
    talk = talk_of(ticket)
    return Recipient(talk.name or ticket.requester.name, talk.address) if talk else None


def last_ticket_of(talk: Talk) -> Ticket | None:
    """The ticket that a talk was last about, or the one that goes on in."""
    last = Item.objects.filter(talk=talk).select_related("message__ticket__merged_into").order_by("-id").first()
    return (last.message.ticket.merged_into or last.message.ticket) if last else None


def who_is(line: Line, *, number: str, mail: str) -> Person | None:
    """The one person of a number or mail address that the service tells; nobody where several have it."""
    if mail and (found := person_of_mail(mail)) is not None:
        return found if found.is_active else None
    key = understood(number, region=line.region).key if number else ""
    return known_caller(key) if key.startswith("+") else None


def is_window_closed(talk: Talk) -> bool:
    """Whether the service takes no free words any more, since the other side's last ones are too long ago."""
    hours = ADAPTERS[talk.line.kind].window_hours
    return bool(hours) and clock.now() - talk.heard_at > timedelta(hours=hours)


def warnings_about(ticket: Ticket) -> list[str]:
    """What to know before an answer is typed: the line is off, or the service will not take it."""
    if ticket.channel not in ADAPTERS or (talk := talk_of(ticket)) is None:
        return []
    found = []
    if not talk.line.is_active:
        found.append(_("“%(line)s” is switched off: the answer waits until it is on again.") % {"line": talk.line.name})
    if is_window_closed(talk):
        found.append(why("window_closed"))
    return found


def states_of(message_ids: Iterable[int]) -> dict[int, str]:
    """How far answers have come, by the message."""
    return dict(Leaving.objects.filter(message__in=list(message_ids)).values_list("message_id", "state"))


def why(problem: str) -> str:
    """A plain sentence for a literal of ``problem``; the literal itself where there is none."""
    return {
        "window_closed": _(
            "The last words from the other side are older than 24 hours: WhatsApp takes no answer any more."
            " Please call or write a mail."
        ),
        "wrong_token": _("The service refuses the desk's token. Please enter a new one."),
        "not_now": _("The service does not take it now; the desk tries again."),
        "slow": _("The service takes too long to answer; the desk tries again."),
        "broken_off": _("The service broke the connection off; the desk tries again."),
        "unavailable": _("The service cannot be reached; the desk tries again."),
        "refused": _("The service does not take this answer."),
        "forged": _("A call without the right signature or secret was refused. Is the secret the one of the service?"),
        "switched_off": _("The line is switched off: what is handed to it is refused, answers wait."),
        "forbidden_target": _("The desk may not call this address."),
        "too_late": _("It could not be sent for two days and was given up."),
        "misread": _("Something was handed to the line that could not be read."),
        "no_files": _("This service takes no files from the desk."),
    }.get(problem, problem)
