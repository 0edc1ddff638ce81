"""What is proposed for a ticket now, as people read it."""

from __future__ import annotations

from dataclasses import dataclass

from dreiklang.assets.models import ConfigurationItem
from dreiklang.assistance import policy
from dreiklang.assistance.models import Proposal
from dreiklang.assistance.queries.functions import functions_on
from dreiklang.assistance.queries.like import LikeCase, like_cases
from dreiklang.assistance.queries.macros import MacroProposal, macro_for
from dreiklang.assistance.rules.fields import (
    CATEGORY,
    KIND,
    LEARNED,
    LIKE,
    MACRO,
    PRIORITY,
    SERVICE,
    TEAM,
    scales,
)
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.teams.models import Team
from dreiklang.tickets.models import Category, Ticket


@dataclass(frozen=True)
class Shown:
    """A proposal with the record of its value (None for kind and priority)."""

    proposal: Proposal
    record: Category | ConfigurationItem | Team | None


@dataclass(frozen=True)
class Offered:
    """All that is proposed for a ticket."""

    fields: list[Shown]
    macro: MacroProposal | None
    like: list[LikeCase]


def offered(ticket: Ticket, *, actor: Actor) -> Offered:
    """What is proposed for a ticket; nothing for those outside the house."""
    if not policy.may_read(actor, ticket):
        return Offered([], None, [])
    on = functions_on()
    rows = Proposal.objects.filter(ticket=ticket, decision="", field__in=[f for f in LEARNED if on[f]])
    fields = [found for row in sorted(rows, key=lambda p: LEARNED.index(p.field)) if (found := _shown(row, ticket))]
    return Offered(
        fields=fields if ticket.state_group != "settled" else [],
        macro=macro_for(ticket.category_id, actor=actor) if on[MACRO] and ticket.state_group != "settled" else None,
        like=like_cases(ticket, actor=actor) if on[LIKE] else [],
    )


def proposal_of(ticket: Ticket, field: str, *, actor: Actor) -> Proposal:
    """What was proposed for a field, decided or not. Raises NotFound."""
    found = Proposal.objects.filter(ticket=ticket, field=field).first() if policy.may_read(actor, ticket) else None
    if found is None:
        raise NotFound(code="no_proposal")
    return found


def _shown(row: Proposal, ticket: Ticket) -> Shown | None:
    """The proposal, unless the ticket says so already, a person said otherwise, or the value is gone."""
    if row.field == KIND:
        return Shown(row, None) if row.value != ticket.kind else None
    if row.field == PRIORITY:
        return Shown(row, None) if scales(row.value) != (ticket.impact, ticket.urgency) else None
    if row.field == CATEGORY and ticket.category_id is None:
        category = Category.objects.filter(pk=int(row.value), is_active=True).first()
        return Shown(row, category) if category else None
    if row.field == SERVICE and ticket.service_id is None:
        service = ConfigurationItem.objects.filter(pk=int(row.value), is_active=True).first()
        return Shown(row, service) if service else None
    if row.field == TEAM:
        team = Team.objects.filter(pk=int(row.value), is_active=True, level__gt=ticket.level).first()
        return Shown(row, team) if team and team.pk != ticket.team_id else None
    return None
