"""Reads that have a name: what is due, which mailbox writes, what went before, what was sent to whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from dreiklang.channels.mail import threads
from dreiklang.channels.mail.outbound import rules
from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.channels.models import Brand, Incoming, KnownMessageId, Mailbox
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets.models import Message, Ticket
from dreiklang.tickets.queries.recipients import Recipient, mail_recipients_of

#: References carries the first id and the latest ones: enough for every mail program, never too long for a header.
LATEST_REFERENCES = 8
STUCK = "stuck"
TWO_WEEKS = timedelta(days=14)
_IS_STUCK = Q(state=OutgoingMail.State.FAILED) | Q(state=OutgoingMail.State.WAITING, tries__gt=0)


def due(at: datetime, at_most: int = 50) -> list[int]:
    """Mails that shall leave by now, the longest waiting first; among them those whose sender may have died."""
    states = (OutgoingMail.State.WAITING, OutgoingMail.State.SENDING)
    rows = OutgoingMail.objects.filter(state__in=states, leaves_at__lte=at).order_by("leaves_at", "id")
    return list(rows.values_list("pk", flat=True)[:at_most])


def mailbox_for(ticket: Ticket | None) -> Mailbox | None:
    """The mailbox that writes about a ticket: where it came in, else its customer's, its team's, the desk's first."""
    active = Mailbox.objects.filter(is_active=True)
    if ticket is not None:
        first = Incoming.objects.filter(ticket=ticket, outcome=Incoming.Outcome.OPENED).order_by("id").first()
        if first and first.mailbox_id and (found := active.filter(pk=first.mailbox_id).first()):
            return found
        customers = active.filter(brand__organization_id=ticket.requester.organization_id)
        if found := customers.order_by("id").first():
            return found
    usual = active.filter(brand__organization=None)  # nobody's tickets leave under another customer's name
    if ticket is not None and ticket.team_id and (found := usual.filter(team_id=ticket.team_id).order_by("id").first()):
        return found
    active = usual if usual.exists() else active
    return active.filter(team=None).order_by("id").first() or active.order_by("id").first()


def brand_for(mailbox: Mailbox, ticket: Ticket | None) -> Brand | None:
    """How a mail about a ticket looks: as its customer's brand says, else as the mailbox's does."""
    if ticket is not None:
        found = Brand.objects.filter(organization_id=ticket.requester.organization_id).select_related("logo").first()
        if found is not None:
            return found
    return Brand.objects.filter(pk=mailbox.brand_id).select_related("logo").first() if mailbox.brand_id else None


@dataclass(frozen=True)
class Before:
    """What went before in one conversation: the mail that is answered, and the chain."""

    answers: str = ""
    chain: tuple[str, ...] = ()


def before(ticket: Ticket, *, purpose: str, person_id: int = 0, address: str = "") -> Before:
    """The Message-IDs of one conversation about a ticket. Ids of notes never stand in a mail to the outside (P31)."""
    ids = KnownMessageId.objects.filter(ticket=ticket, purpose=purpose)
    if purpose == threads.NOTE:
        ids = ids.filter(person_id=person_id)
    elif purpose == threads.PARTY:
        ids = ids.filter(addresses__contains=[address])
    rows = list(ids.order_by("id").values_list("message_id", "is_ours"))
    if not rows:
        return Before()
    chain = [message_id for message_id, _ours in rows]
    theirs = [message_id for message_id, is_ours in rows if not is_ours]
    kept = chain[:1] + chain[1:][-LATEST_REFERENCES:]
    return Before(theirs[-1] if theirs else chain[-1], tuple(kept))


def sent_within_hour(mail: OutgoingMail, address: str, *, ticket: Ticket | None = None) -> int:
    """How many other mails of this kind went to an address within the last hour, about a ticket or at all."""
    sent = OutgoingMail.objects.exclude(pk=mail.pk).filter(
        Q(state=OutgoingMail.State.SENT) | Q(state=OutgoingMail.State.SENDING),
        address=address.lower(),
        kind=mail.kind,
        settled_at__gt=clock.now() - rules.HOUR,
    )
    return (sent.filter(ticket=ticket) if ticket else sent).count()


def unasked_within_hour(mail: OutgoingMail, address: str) -> int:
    """How many other mails that nobody asked for by hand went to an address within the last hour, whatever the ticket:
    acknowledgements and what rules wrote."""
    kinds = (rules.RECEIVED, rules.MESSAGE)
    sent = OutgoingMail.objects.exclude(pk=mail.pk).filter(
        state__in=[OutgoingMail.State.SENT, OutgoingMail.State.SENDING],
        address=address.lower(), kind__in=kinds, settled_at__gt=clock.now() - rules.HOUR,
    )  # fmt: skip
    return sent.count()


def server_of(mailbox: Mailbox) -> Mailbox | None:
    """The mailbox whose server sends: its own, else that of the first mailbox that has one: the desk's usual server."""
    if mailbox.smtp_host:
        return mailbox
    return Mailbox.objects.filter(is_active=True).exclude(smtp_host="").order_by("id").first()


def going_out(actor: Actor, *, state: str = "") -> QuerySet[OutgoingMail]:
    """For administrators: mails on their way out or gone, newest first; ``stuck`` ones have failed or were put off."""
    require(actor.has("control.use"))
    mails = OutgoingMail.objects.select_related("ticket", "person", "mailbox", "said", "correspondence")
    if state == STUCK:
        mails = mails.filter(_IS_STUCK)
    elif state:
        mails = mails.filter(state=state)
    return mails.order_by("-id")


def stuck_count(actor: Actor, at_most: int = 999) -> int:
    """How many mails have failed within two weeks or were put off; exact up to a limit."""
    require(actor.has("control.use"))
    recent = OutgoingMail.objects.filter(_IS_STUCK, queued_at__gt=clock.now() - TWO_WEEKS)
    return len(recent.values_list("pk", flat=True)[: at_most + 1])


def anything_waits() -> bool:
    """Whether any mail is on its way out, now or later."""
    return OutgoingMail.objects.filter(state__in=(OutgoingMail.State.WAITING, OutgoingMail.State.SENDING)).exists()


def held_count(actor: Actor, at_most: int = 999) -> int:
    """How many mails wait for a word since the desk was restored or copied; exact up to a limit."""
    require(actor.has("control.use"))
    return len(OutgoingMail.objects.filter(state=OutgoingMail.State.HELD).values_list("pk", flat=True)[: at_most + 1])


def known_recipients(ticket: Ticket) -> list[Recipient]:
    """Where a mail may go that the desk sends by itself: nowhere if somebody only typed the address in a chat (P21)."""
    found = mail_recipients_of(ticket)
    if ticket.channel != "chat" or not found or ticket.requester.addresses.filter(kind="mail").exists():
        return found
    said = ticket.messages.filter(direction=Message.Direction.IN, author_address=found[0].address)
    return found if said.filter(is_sender_proven=True).exists() else []
