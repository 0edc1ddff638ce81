"""What a contract covers: which levels work for a customer, and on whose side they stand (A6)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from dreiklang.organizations.models import Organization
from dreiklang.sla.models import Agreement, AgreementVersion, Clock
from dreiklang.sla.queries.contracts import books_in_force, pick
from dreiklang.sla.queries.measuring import lineage_of
from dreiklang.teams.models import Team
from dreiklang.teams.queries import today
from dreiklang.tickets.models import Ticket

COVERED, NOT_COVERED, OTHER_SIDE = "covered", "not_covered", "other_side"


@dataclass(frozen=True)
class Scope:
    """The levels a contract names: those that the provider works, those that an external one does.

    A contract that names no level covers all of them.
    """

    agreement: str
    provider: frozenset[int] = frozenset()
    external: frozenset[int] = frozenset()

    def of(self, team: Team) -> str:
        """Whether it covers work by a team: covered, not covered at all, or covered by the other side.

        ``other_side``: the contract gives this level to an external provider and the team is the provider's own, or the
        other way round.
        """
        if not (self.provider or self.external):
            return COVERED
        is_own = team.organization.kind == Organization.Kind.PROVIDER
        ours, theirs = (self.provider, self.external) if is_own else (self.external, self.provider)
        if team.level in ours:
            return COVERED
        return OTHER_SIDE if team.level in theirs else NOT_COVERED


def version_of(ticket: Ticket) -> AgreementVersion | None:
    """The version that a ticket falls under: the one its promises were made by; where it has no promise, the one that
    held when it was opened. None where no agreement holds at all."""
    found = Clock.objects.filter(ticket=ticket).order_by("-id").values_list("version", flat=True).first()
    if found is None:
        books = books_in_force(today(ticket.opened_at), ticket.opened_at, [ticket.customer_id])
        lineage = lineage_of(ticket.category_id)
        book = pick(books, customer=ticket.customer_id, lineage=lineage, service=ticket.service_id)
        if book is None:
            return None
        found = book.key.version
    return AgreementVersion.objects.select_related("agreement").filter(pk=found).first()


def scope_of(ticket: Ticket) -> Scope:
    """What the contract of a ticket covers; everything where there is none."""
    version = version_of(ticket)
    if version is None:
        return Scope("")
    return Scope(version.agreement.name, frozenset(version.levels), frozenset(version.external_levels))


def bought_from(teams: Collection[Team]) -> set[int]:
    """The keys of those outside teams whose organisation has signed, for today, to work on their level."""
    signed = AgreementVersion.objects.filter(
        agreement__kind=Agreement.Kind.UNDERPINNING,
        agreement__is_template=False,
        agreement__organization__in={team.organization_id for team in teams},
        validity__contains=today(),
    )
    rows = list(signed.values_list("agreement__organization", "levels", "external_levels"))
    return {
        team.pk
        for team in teams
        for organization, levels, others in rows
        if organization == team.organization_id and (team.level in {*levels, *others} or not (levels or others))
    }
