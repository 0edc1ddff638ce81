"""What a contract covers: which levels work for a customer, and on whose side they stand (A6)."""

from __future__ import annotations

from dreiklang.organizations.models import Organization
from dreiklang.sla.models import AgreementVersion, Clock
from dreiklang.teams.models import Team
from dreiklang.tickets.models import Ticket

COVERED, NOT_COVERED, OTHER_SIDE = "covered", "not_covered", "other_side"


def version_of(ticket: Ticket) -> AgreementVersion | None:
    """The version under which a ticket's promises were made, None if nothing was promised."""
    found = Clock.objects.filter(ticket=ticket).order_by("-id").values_list("version", flat=True)[:1]
    return AgreementVersion.objects.select_related("agreement").filter(pk__in=list(found)).first()


def scope_for(ticket: Ticket, team: Team) -> tuple[str, AgreementVersion | None]:
    """Whether a ticket's contract covers work by a team: covered, not covered at all, or covered by the other side.

    A contract that names no level covers all of them. ``other_side``: the contract gives this level to an external
    provider and the team is the provider's own, or the other way round.
    """
    version = version_of(ticket)
    if version is None or not (version.levels or version.external_levels):
        return COVERED, version
    is_own = team.organization.kind == Organization.Kind.PROVIDER
    ours, theirs = (version.levels, version.external_levels) if is_own else (version.external_levels, version.levels)
    if team.level in ours:
        return COVERED, version
    return (OTHER_SIDE if team.level in theirs else NOT_COVERED), version
