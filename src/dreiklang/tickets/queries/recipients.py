"""Who a message of a ticket goes to, and who might be among them by mistake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dreiklang.kernel.questions import Question
from dreiklang.organizations import rules
from dreiklang.organizations.models import Address, Organization
from dreiklang.tickets.models import Participant, Ticket


@dataclass(frozen=True)
class Recipient:
    """Somebody a message goes to."""

    name: str
    address: str

    def as_json(self) -> dict[str, str]:
        """As kept with the message."""
        return {"name": self.name, "address": self.address}


#: Doors other than mail by which answers leave, by the channel of the ticket: who is reached there, if anybody.
_WAYS: dict[str, Callable[[Ticket], Recipient | None]] = {}


def lead_by(channel: str, way: Callable[[Ticket], Recipient | None]) -> None:
    """Let answers to tickets of a channel leave by the door it came through. Called by doors when the desk starts."""
    _WAYS[channel] = way


def is_led_by_door(channel: str) -> bool:
    """Whether a door of its own takes the answers of this channel, and mail does not."""
    return channel in _WAYS


def channel_of(recipients: Sequence[Recipient]) -> str:
    """By which door words to these leave: ``whatsapp:+49170…`` by that of WhatsApp, a mail address by mail."""
    kind = recipients[0].address.partition(":")[0] if recipients else ""
    return kind if kind in _WAYS else "mail" if recipients else "desk"


def recipients_of(ticket: Ticket, addresses: Sequence[Address] | None = None) -> list[Recipient]:
    """Who reads an answer: whoever asked by another door is reached there, else by mail (``mail_recipients_of``)."""
    way = _WAYS.get(ticket.channel)
    found = way(ticket) if way else None
    return [found] if found else mail_recipients_of(ticket, addresses)


def mail_recipients_of(ticket: Ticket, addresses: Sequence[Address] | None = None) -> list[Recipient]:
    """The requester's first mail address, if there is one. ``addresses``: those of the requester, if known.

    Who asked in a chat without being known is answered at the address that was left there; who sent a fax, by fax if
    its door left an address for that.
    """
    if ticket.channel == "fax" and (by_fax := _left_in(ticket)):
        return by_fax
    if addresses is None:
        addresses = list(ticket.requester.addresses.order_by("-is_first", "id"))
    address = next((a.value for a in addresses if a.kind == Address.Kind.MAIL), "")
    if address:
        return [Recipient(ticket.requester.name, address)]
    return _left_in(ticket) if ticket.channel == "chat" else []


def _left_in(ticket: Ticket) -> list[Recipient]:
    left = ticket.messages.filter(direction="in").exclude(author_address="").order_by("-id")
    return [Recipient(*row) for row in left.values_list("author_name", "author_address")[:1]]


_in_copy = Question(lambda ticket: Participant.objects.filter(ticket_id=ticket, gets_copies=True).order_by("id"))


def copies_of(ticket: Ticket) -> list[Recipient]:
    """Those who are kept in copy. Copies are mails: an answer by another door has none."""
    if ticket.channel in _WAYS and _WAYS[ticket.channel](ticket):
        return []
    return [Recipient(p.name, p.address) for p in _in_copy(ticket.pk)]


#: From how many recipients on a message deserves a second look.
MANY = 6


@dataclass(frozen=True)
class Concern:
    """What to look at before words leave: ``many``, ``internal``, ``foreign`` (another customer's), ``unknown``."""

    kind: str
    address: str = ""
    name: str = ""


def concerns_about(ticket: Ticket, recipients: Sequence[Recipient]) -> list[Concern]:
    """Whom a message would reach by mistake: two queries, however many recipients there are."""
    found = [Concern("many", name=str(len(recipients)))] if len(recipients) >= MANY else []
    above = {r.address: rules.domains_above(rules.domain_of(r.address)) for r in recipients if "@" in r.address}
    domains = {domain for of_one in above.values() for domain in of_one}
    claims: dict[str, Organization] = {}
    for organization in Organization.objects.filter(mail_domains__overlap=list(domains), is_active=True):
        claims.update(dict.fromkeys(organization.mail_domains, organization))
    known = set(
        Address.objects.filter(kind="mail", folded__in=[a.lower() for a in above]).values_list("folded", flat=True)
    )
    for address, of_one in above.items():
        owner = next((claims[domain] for domain in of_one if domain in claims), None)
        if owner is None:
            found += [] if address.lower() in known else [Concern("unknown", address)]
        elif owner.pk != ticket.customer_id and owner.kind in (Organization.Kind.PROVIDER, Organization.Kind.CUSTOMER):
            kind = "internal" if owner.kind == Organization.Kind.PROVIDER else "foreign"
            found.append(Concern(kind, address, owner.name))
    return found
