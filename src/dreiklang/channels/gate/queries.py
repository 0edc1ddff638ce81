"""What came in and what became of it; what is held. Every list passes through the gate's policy."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import Lower

from dreiklang.channels.gate import policy
from dreiklang.channels.gate.reading import read_mail
from dreiklang.channels.gate.rules import spam
from dreiklang.channels.mail.inbound.isolation import Failure
from dreiklang.channels.models import Held, Incoming, LookedIn
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets.models import Ticket

PAGE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of the list, newest first, and where the next one begins (None: nowhere)."""

    mails: list[Incoming]
    next_before: int | None


def came_in(actor: Actor, *, outcome: str = "", words: str = "", before: int | None = None, length: int = PAGE) -> Page:
    """What came in, newest first. ``outcome`` is one of Incoming.Outcome or ``stored``; ``words`` looks in sender,
    subject, Message-ID and ticket number."""
    mails = policy.visible_to(actor).select_related("ticket", "mailbox").defer("raw").order_by("-id")
    if outcome == Incoming.State.STORED:
        mails = mails.filter(state=Incoming.State.STORED)
    elif outcome:
        mails = mails.filter(outcome=outcome)
    if words.strip():
        mails = mails.alias(looked_in=LookedIn("sender", "subject", "message_id")).filter(_holds(words.strip()))
    if before is not None:
        mails = mails.filter(pk__lt=before)
    found = list(mails[: length + 1])
    return Page(found[:length], found[length - 1].pk if len(found) > length else None)


def _holds(words: str) -> Q:
    found = Q(looked_in__contains=Lower(Value(words.strip("<>"))))
    number = words.strip("[]# ")
    if number.isdecimal() and len(number) < 12:
        named = list(Ticket.objects.filter(number=int(number)).values_list("pk", flat=True))
        found |= Q(ticket__in=named) | Q(claims=int(number))
    return found


def counters(actor: Actor) -> dict[str, int]:
    """How many mails became what; ``stored``: not settled yet."""
    rows = policy.visible_to(actor).values_list("outcome").annotate(n=Count("id")).order_by()
    counted = {outcome or "stored": n for outcome, n in rows}
    return {key: counted.get(key, 0) for key in ("stored", *Incoming.Outcome.values) if key != "duplicate"}


def incoming(incoming_id: int, *, actor: Actor) -> Incoming:
    """One mail with all that is known of it, without its bytes. Raises NotFound."""
    found = policy.visible_to(actor).select_related("ticket", "mailbox").defer("raw").filter(pk=incoming_id).first()
    if found is None:
        raise NotFound(code="no_mail")
    return found


def original(incoming_id: int, *, actor: Actor) -> bytes:
    """The bytes of a mail as they came. Raises NotFound."""
    found = policy.visible_to(actor).filter(pk=incoming_id).values_list("raw", flat=True).first()
    if found is None:
        raise NotFound(code="no_mail")
    return bytes(found)


def held_waiting(actor: Actor) -> QuerySet[Held]:
    """Held mails that wait for a decision, oldest first: rows of the first level's worklist."""
    return (
        policy.held_visible_to(actor)
        .filter(settlement="")
        .exclude(reason__in=spam.REASONS)
        .select_related("claimed", "incoming", "team")
        .defer("incoming__raw")
        .order_by("held_at", "id")
    )


def spam_for_review(actor: Actor) -> QuerySet[Held]:
    """What was held as spam or called so by somebody, newest first."""
    return (
        policy.held_visible_to(actor)
        .filter(Q(reason__in=spam.REASONS) | Q(settlement=Held.Settlement.SPAM))
        .exclude(settlement__in=[Held.Settlement.JOINED, Held.Settlement.OPENED])
        .select_related("incoming", "ticket", "settled_by")
        .defer("incoming__raw")
        .order_by("-id")
    )


def held(held_id: int, *, actor: Actor) -> Held:
    """One held mail. Raises NotFound."""
    found = (
        policy.held_visible_to(actor)
        .select_related("claimed", "incoming", "team")
        .defer("incoming__raw")
        .filter(pk=held_id)
        .first()
    )
    if found is None:
        raise NotFound(code="no_mail")
    return found


@dataclass(frozen=True, slots=True)
class HeldWords:
    """What a held mail says: the words written now, and the names of its files."""

    text: str
    files: list[str]


def words_of_held(mail: Held, *, actor: Actor) -> HeldWords:
    """The words of a held mail, read again from its kept bytes. Raises NotFound if the actor may not see it."""
    found = policy.held_visible_to(actor).filter(pk=mail.pk).values_list("incoming__raw", flat=True).first()
    if found is None:
        raise NotFound(code="no_mail")
    read = read_mail(bytes(found))
    if isinstance(read, Failure):
        return HeldWords("", [])
    return HeldWords(read.reply_text or read.text, [a.filename for a in read.attachments])


def unsettled_count() -> int:
    """How many mails wait to be settled or lie in quarantine: for ``check`` and the health page."""
    return Incoming.objects.exclude(state=Incoming.State.SETTLED).count()
