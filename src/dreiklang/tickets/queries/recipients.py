"""Who a message of a ticket goes to."""

from __future__ import annotations

from dataclasses import dataclass

from dreiklang.tickets.models import Ticket


@dataclass(frozen=True)
class Recipient:
    """Somebody a message goes to."""

    name: str
    address: str

    def as_json(self) -> dict[str, str]:
        """As kept with the message."""
        return {"name": self.name, "address": self.address}


def recipients_of(ticket: Ticket) -> list[Recipient]:
    """The requester's first mail address, if there is one."""
    address = (
        ticket.requester.addresses.filter(kind="mail").order_by("-is_first", "id").values_list("value", flat=True)
    ).first()
    return [Recipient(ticket.requester.name, address)] if address else []


def copies_of(ticket: Ticket) -> list[Recipient]:
    """Those who are kept in copy."""
    return [Recipient(p.name, p.address) for p in ticket.participants.filter(gets_copies=True).order_by("id")]
