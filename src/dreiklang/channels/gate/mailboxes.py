"""Which mailbox a mail came to, and what belongs to the desk itself: its addresses and the hosts in its Message-IDs."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from dreiklang.channels.mail import threads
from dreiklang.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where a mail arrived. Without a mailbox the desk has none at all yet.

    ``team_id`` is the mailbox's first level team, if it has one that works.
    """

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


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    address: str
    team_id: int | None
    authserv_id: str
    checks_dkim: bool
    is_catch_all: bool
    is_active: bool

    def arrival(self, address: str, own: frozenset[str]) -> Arrival:
        return Arrival(self.id, address or self.address, self.team_id, self.authserv_id, self.checks_dkim, own)


_MAILBOXES = """
SELECT mailbox.id, mailbox.address, team.id, authserv_id, checks_dkim, is_catch_all, mailbox.is_active
FROM channels_mailbox mailbox
LEFT JOIN teams_team team ON team.id = mailbox.team_id AND team.level = 1 AND team.is_active
ORDER BY mailbox.id
"""


def arrival_at(address: str | None) -> Arrival:
    """The mailbox for an address: the one that has it, else the catch-all. One small query.

    Raises Invalid (``unknown_mailbox``) if an address was named that nobody takes.
    """
    rows = _rows()
    own = frozenset(row.address for row in rows)
    active = [row for row in rows if row.is_active]
    wanted = address.strip().lower() if address else ""
    plain = threads.plain_address(wanted) if wanted else ""
    if not wanted:
        first = next((row for row in active if row.is_catch_all), active[0] if active else None)
        return first.arrival("", own) if first else Arrival(None, "", None, "", False, own)
    for exact in (wanted, plain):
        if found := next((row for row in active if row.address == exact), None):
            return found.arrival("", own)
    if catch_all := next((row for row in active if row.is_catch_all), None):
        return catch_all.arrival(plain, own)
    if rows:
        raise Invalid({"mailbox": [_("No mailbox of the desk takes mail to this address.")]}, code="unknown_mailbox")
    return Arrival(None, plain, None, "", False, own)


def arrival_of(mailbox_id: int | None, address: str) -> Arrival:
    """The arrival of a mail that was stored before, also if its mailbox has gone or rests since."""
    rows = _rows()
    own = frozenset(row.address for row in rows)
    found = next((row for row in rows if row.id == mailbox_id), None)
    return found.arrival(address, own) if found else Arrival(None, address, None, "", False, own)


def _rows() -> list[_Row]:
    with connection.cursor() as cursor:
        cursor.execute(_MAILBOXES)
        return [_Row(*row) for row in cursor.fetchall()]
