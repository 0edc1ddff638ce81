"""The demo desk shows whom one can be: one click signs in. Only where ``DREIKLANG_DEMO=1`` was set at the start."""

from __future__ import annotations

import os
from dataclasses import dataclass

from dreiklang.accounts.models import Account
from dreiklang.kernel.errors import NotFound
from dreiklang.organizations.models import Person

MOST = 16
#: The roles in the order in which one would like to try them; the first that fits names the row.
ORDER = ("administrator", "manager", "lead", "agent", "contact", "requester")


@dataclass(frozen=True)
class DemoPerson:
    """A row of the list: who, from where, on which level or with which role."""

    account_id: int
    name: str
    organization: str
    team: str
    level: int | None
    role: str


def is_on() -> bool:
    """Whether this desk is a demo."""
    return os.environ.get("DREIKLANG_DEMO") == "1"


def people() -> list[DemoPerson]:
    """One person of each kind, levels first: enough to walk a case from its requester to the vendor and back."""
    rows = (
        Person.objects.filter(is_active=True, account__is_active=True, organization__is_active=True)
        .order_by("memberships__team__level", "memberships__team_id", "pk")
        .values_list(
            "account_id", "name", "organization__name", "memberships__team__name", "memberships__team__level",
            "account__roles", "organization_id",
        )
    )  # fmt: skip
    chosen: dict[tuple[object, ...], DemoPerson] = {}
    for account_id, name, organization, team, level, roles, organization_id in rows:
        role = next((one for one in ORDER if one in roles), "")
        kind = (role, team) if level else (role, organization_id)
        shown = DemoPerson(account_id, name, organization, team or "", level, role)
        if all(person.account_id != account_id for person in chosen.values()):
            chosen.setdefault(kind, shown)
    return list(chosen.values())[:MOST]


def account(account_id: str) -> Account:
    """The account of a row. Raises NotFound outside a demo, or for anybody who is not shown."""
    shown = {str(person.account_id) for person in people()} if is_on() else set()
    if account_id not in shown:
        raise NotFound(code="no_demo")
    return Account.objects.get(pk=int(account_id))
