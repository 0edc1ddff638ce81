"""Which mailbox a mail came to, and what belongs to the desk itself: its addresses and the hosts in its Message-IDs."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from dreiklang.channels.mail import threads
from dreiklang.channels.models import Mailbox
from dreiklang.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where a mail arrived. Without a mailbox the desk has none at all yet."""

    mailbox_id: int | None
    address: str
    team_id: int | None
    authserv_id: str
    checks_dkim: bool
    own_addresses: frozenset[str]

    @property
    def own_hosts(self) -> frozenset[str]:
        """The domains that stand in our Message-IDs."""
        return frozenset(threads.host_of(address) for address in self.own_addresses)


_FIELDS = ("id", "address", "team_id", "authserv_id", "checks_dkim", "is_catch_all", "is_active")


def arrival_at(address: str | None) -> Arrival:
    """The mailbox for an address: the one that has it, else the catch-all. One small query.

    Raises Invalid (``unknown_mailbox``) if an address was named that nobody takes.
    """
    rows = list(Mailbox.objects.order_by("id").values_list(*_FIELDS))
    own = frozenset(row[1] for row in rows)
    active = [row for row in rows if row[6]]
    wanted = address.strip().lower() if address else ""
    plain = threads.plain_address(wanted) if wanted else ""
    found = next((row for row in active if row[1] == wanted), None) or next(
        (row for row in active if plain and row[1] == plain), None
    )
    if found is None:
        found = next((row for row in active if row[5]), None)
        if found is None and not wanted and active:
            found = active[0]
        if found is None and wanted and rows:
            raise Invalid(
                {"mailbox": [_("No mailbox of the desk takes mail to this address.")]}, code="unknown_mailbox"
            )
        if found is not None and wanted:
            return Arrival(found[0], plain, found[2], found[3], found[4], own)
    if found is None:
        return Arrival(None, plain, None, "", False, own)
    return Arrival(found[0], found[1], found[2], found[3], found[4], own)


def arrival_of(mailbox_id: int | None, address: str) -> Arrival:
    """The arrival of a mail that was stored before, also if its mailbox has gone or rests since."""
    rows = list(Mailbox.objects.order_by("id").values_list(*_FIELDS))
    own = frozenset(row[1] for row in rows)
    found = next((row for row in rows if row[0] == mailbox_id), None)
    if found is None:
        return Arrival(None, address, None, "", False, own)
    return Arrival(found[0], address or found[1], found[2], found[3], found[4], own)
