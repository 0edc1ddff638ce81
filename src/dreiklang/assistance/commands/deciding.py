"""A person decides about a proposal: takes it over, dismisses it, and back again."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from dreiklang.assets.models import ConfigurationItem
from dreiklang.assistance import policy
from dreiklang.assistance.events import ProposalBroughtBack, ProposalDismissed, ProposalGivenBack, ProposalTaken
from dreiklang.assistance.models import Proposal
from dreiklang.assistance.rules.fields import CATEGORY, KIND, PRIORITY, SERVICE, scales
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets.commands.affected import name_service
from dreiklang.tickets.commands.classification import classify
from dreiklang.tickets.models import Category, Ticket

Decision = Proposal.Decision


@command
def take(proposal: Proposal, *, actor: Actor, version: int | None = None) -> Ticket:
    """Do what is proposed, by the command that a person would use.

    Raises WrongState if it was decided already, Invalid if the value is gone or the field is decided otherwise.
    """
    proposal = _held(proposal, actor, Decision.OPEN)
    ticket = proposal.ticket
    former = {name: getattr(ticket, name) for name in ("kind", "category_id", "service_id", "impact", "urgency")}
    ticket = _done(ticket, proposal.field, proposal.value, actor, version)
    _decide(proposal, Decision.TAKEN, former)
    publish(ProposalTaken(probability=round(proposal.probability, 4), **_about(proposal)), actor=actor)
    return ticket


@command
def give_back(proposal: Proposal, *, actor: Actor) -> Ticket:
    """Undo what was taken over: the ticket says what it said before, and the proposal stands open again."""
    proposal = _held(proposal, actor, Decision.TAKEN)
    ticket = _undone(proposal.ticket, proposal.field, proposal.former, actor)
    _decide(proposal, Decision.OPEN, {})
    publish(ProposalGivenBack(**_about(proposal)), actor=actor)
    return ticket


@command
def dismiss(proposal: Proposal, *, actor: Actor) -> Proposal:
    """Put a proposal away; classes that are mostly dismissed fall silent."""
    proposal = _held(proposal, actor, Decision.OPEN)
    _decide(proposal, Decision.DISMISSED, {})
    publish(ProposalDismissed(probability=round(proposal.probability, 4), **_about(proposal)), actor=actor)
    return proposal


@command
def bring_back(proposal: Proposal, *, actor: Actor) -> Proposal:
    """It was dismissed by mistake."""
    proposal = _held(proposal, actor, Decision.DISMISSED)
    _decide(proposal, Decision.OPEN, {})
    publish(ProposalBroughtBack(**_about(proposal)), actor=actor)
    return proposal


def _held(proposal: Proposal, actor: Actor, expected: str) -> Proposal:
    held = Proposal.objects.select_for_update(of=("self",)).select_related("ticket").filter(pk=proposal.pk).first()
    if held is None:
        raise WrongState(_("This proposal is no longer there."), code="no_proposal")
    require(policy.may_decide(actor, held))
    if held.decision != expected:
        raise WrongState(_("This proposal was decided already."), code="already_decided")
    return held


def _decide(proposal: Proposal, decision: str, former: dict[str, Any]) -> None:
    proposal.decision, proposal.former = decision, former
    proposal.decided_at = clock.now() if decision else None
    proposal.save(update_fields=["decision", "former", "decided_at"])


def _done(ticket: Ticket, field: str, value: str, actor: Actor, version: int | None) -> Ticket:
    if field == KIND:
        return classify(ticket, actor=actor, kind=value, version=version)
    if field == PRIORITY:
        impact, urgency = scales(value)
        return classify(ticket, actor=actor, impact=impact, urgency=urgency, version=version)
    if field == CATEGORY:
        category = Category.objects.filter(pk=int(value), is_active=True).first()
        if category is None:
            raise Invalid({"value": [_("This category does not exist.")]})
        return classify(ticket, actor=actor, category=category, version=version)
    if field == SERVICE:
        service = ConfigurationItem.objects.filter(pk=int(value)).first()
        if service is None:
            raise Invalid({"value": [_("This service is not offered any more.")]})
        return name_service(ticket, actor=actor, service=service, people=ticket.affected_people, version=version)
    raise Invalid({"field": [_("A team gets a ticket by a handover.")]}, code="by_handover")


def _undone(ticket: Ticket, field: str, former: dict[str, Any], actor: Actor) -> Ticket:
    if field == KIND:
        return classify(ticket, actor=actor, kind=former["kind"])
    if field == PRIORITY:
        return classify(ticket, actor=actor, impact=former["impact"], urgency=former["urgency"])
    if field == CATEGORY:
        before = Category.objects.filter(pk=former["category_id"]).first()
        return classify(ticket, actor=actor, category=before, clears_category=before is None)
    service = ConfigurationItem.objects.filter(pk=former["service_id"]).first()
    return name_service(ticket, actor=actor, service=service, people=ticket.affected_people)


def _about(proposal: Proposal) -> dict[str, Any]:
    return {
        "subject_id": proposal.pk,
        "ticket_id": proposal.ticket_id,
        "field": proposal.field,
        "value": proposal.value,
    }
