"""Roles and the rights they bring. Pure: the only table of its kind, read by policies everywhere."""

from __future__ import annotations

from collections.abc import Iterable

REQUESTER, CONTACT, AGENT, LEAD, MANAGER, ADMINISTRATOR = (
    "requester",
    "contact",
    "agent",
    "lead",
    "manager",
    "administrator",
)

RIGHTS: dict[str, frozenset[str]] = {
    # asks for help and sees the own tickets
    REQUESTER: frozenset({"portal.use"}),
    # a customer's contact: sees every ticket of the own organisation, in the words the customer may read
    CONTACT: frozenset({"portal.use", "portal.see_organization"}),
    # works on tickets in the teams the person is a member of
    AGENT: frozenset({"desk.use", "tickets.work"}),
    # leads a team: absence, duty, reassignment
    LEAD: frozenset({"desk.use", "tickets.work", "tickets.assign_others", "teams.lead"}),
    # service manager: sees everything, also restricted tickets
    MANAGER: frozenset({"desk.use", "tickets.work", "tickets.assign_others", "tickets.see_all", "teams.lead"}),
    # sets the desk up; sees what came in and what became of it
    ADMINISTRATOR: frozenset({"desk.use", "control.use", "teams.lead", "gate.work"}),
}


def rights_of(roles: Iterable[str]) -> frozenset[str]:
    """The rights that some roles bring together. Unknown roles bring none."""
    return frozenset().union(*(RIGHTS.get(role, frozenset()) for role in roles))
