"""What was said between requester and desk: messages, and nothing else (P31).

Notes, relays, correspondence, handovers and interventions live in other tables; no line here reads them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Left
from django.urls import reverse
from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy, rules
from dreiklang.tickets.models import Attachment, Message, Ticket
from dreiklang.web.components import quotes
from dreiklang.web.components.rich_words import beside, rich_words
from dreiklang.web.portal.words import LastWord

#: Earlier messages than these are folded.
OPEN = 6
LONGEST_GREETING, GIST = 80, 150


@dataclass(frozen=True)
class Said:
    """One message as the portal shows it."""

    pk: int
    is_ours: bool
    is_mine: bool
    author: str
    at: datetime
    text: str
    quoted: str
    files: Sequence[Attachment]
    rich: str = ""
    original: str = ""
    is_proven: bool = True


def _left_the_desk() -> Q:
    """Words of the desk count as said once they cannot be called back any more; called back ones never were."""
    gone = clock.now() - timedelta(seconds=rules.UNDO_SECONDS)
    waiting = Q(delivery=Message.Delivery.WAITING, said_at__gt=gone)
    return ~waiting & ~Q(delivery=Message.Delivery.WITHDRAWN)


def messages_of(ticket: Ticket, *, actor: Actor) -> QuerySet[Message]:
    """The messages of a ticket that were really said, oldest first; none for those who may not see them."""
    return policy.messages_visible_to(actor, ticket).filter(_left_the_desk()).order_by("said_at", "id")


def files_of(ticket: Ticket, *, actor: Actor) -> QuerySet[Attachment]:
    """The files that came or went with these messages."""
    return Attachment.objects.filter(message__in=messages_of(ticket, actor=actor))


def said_in(ticket: Ticket, *, actor: Actor) -> list[Said]:
    """The whole conversation, in two queries."""
    files: dict[int | None, list[Attachment]] = defaultdict(list)
    for attachment in files_of(ticket, actor=actor).select_related("file").order_by("id"):
        files[attachment.message_id].append(attachment)
    return [_said(m, ticket, actor, files[m.pk]) for m in messages_of(ticket, actor=actor).select_related("author")]


def _said(message: Message, ticket: Ticket, actor: Actor, files: Sequence[Attachment]) -> Said:
    is_ours = message.direction == Message.Direction.OUT
    text, quoted = quotes.fold(message.text)
    name = message.author.name if message.author else message.author_name
    return Said(
        pk=message.pk,
        is_ours=is_ours,
        is_mine=not is_ours and message.author_id == actor.id,
        author=name or (_("IT help") if is_ours else message.author_address),
        at=message.said_at,
        text=text,
        quoted=quoted,
        rich=rich_words(message.html, files, lambda f: f"{reverse('portal:file', args=[ticket.number, f.pk])}?show")
        if is_ours
        else "",
        files=beside(message.html, files) if is_ours else files,
        original=reverse("portal:original", args=[ticket.number, message.pk]) if message.html and not is_ours else "",
        is_proven=is_ours or message.is_sender_proven or message.author_id == actor.id,
    )


def last_words(tickets: Iterable[Ticket]) -> dict[int, LastWord]:
    """The last message the desk wrote in each of some tickets that the reader may see; one query for all."""
    found = (
        Message.objects.filter(
            _left_the_desk(), ticket__in=[t.pk for t in tickets], direction=Message.Direction.OUT, auto="none"
        )
        .order_by("ticket_id", "-id")
        .distinct("ticket_id")
        .annotate(name=Coalesce(F("author__name"), F("author_name")), beginning=Left("text", 600))
        .values_list("ticket_id", "name", "beginning")
    )
    return {ticket: LastWord(name, gist_of(text)) for ticket, name, text in found}


def gist_of(text: str) -> str:
    """How a message begins, without quotes and without the line that greets."""
    lines = quotes.fold(text)[0].splitlines()
    if len(lines) > 1 and lines[0].rstrip().endswith(",") and len(lines[0]) <= LONGEST_GREETING:
        lines = lines[1:]
    return rules.first_words("\n".join(lines), GIST)
