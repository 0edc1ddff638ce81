"""What is affected: the sheet to name the service, and the impact it proposes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from dreiklang.assets import queries as assets
from dreiklang.assets.models import ConfigurationItem
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.policy import persons_visible_to
from dreiklang.tickets.commands import affected
from dreiklang.tickets.models import Ticket
from dreiklang.web import forms
from dreiklang.web.components.impacts import proposal_words
from dreiklang.web.desk.classification import impact_choices
from dreiklang.web.desk.sheets import run
from dreiklang.web.routing import actor_of, policy

FIELDS = ("service", "people", "impact")


@require_http_methods(["GET", "POST"])
@policy("desk")
def name_service(request: HttpRequest, number: int) -> HttpResponse:
    """The sheet: service, people, and the impact with its reason; the agent's choice counts."""

    def start(ticket: Ticket, actor: Actor) -> Mapping[str, Any]:
        typed = {
            "service": str(ticket.service_id or ""),
            "people": str(ticket.affected_people or ""),
            "impact": str(ticket.impact),
        }
        return {
            "typed": typed,
            "services": service_choices(actor, ticket.customer_id, ticket.service),
            "impacts": impact_choices(),
            "requester_id": ticket.requester_id,
        }

    def deed(ticket: Ticket, actor: Actor, typed: Mapping[str, Any]) -> str:
        try:
            affected.name_service(
                ticket,
                actor=actor,
                service=service_from(typed["service"], actor),
                people=people_from(typed["people"]),
                impact=forms.whole(typed["impact"]) or 0,
                version=typed["version"],
            )
        except Invalid as refusal:
            if refusal.code != "nothing_changed":
                raise
        return _("Saved.")

    return run(request, number, template="web/desk/sheets/affected.html", fields=FIELDS, deed=deed, start=start)


@require_GET
@policy("desk")
def proposed_impact(request: HttpRequest) -> HttpResponse:
    """The field for the impact with what service, people and requester propose chosen, and why."""
    actor = actor_of(request)
    try:
        service = service_from(request.GET.get("service", ""), actor)
        people = people_from(request.GET.get("people", ""))
    except Invalid:
        service, people = None, None
    requester = (
        persons_visible_to(actor)
        .filter(pk=forms.whole(request.GET.get("requester", "")) or 0)
        .values("organization_id", "is_vip")
        .first()
    )
    context: dict[str, Any] = {"typed": {"impact": request.GET.get("impact", "")[:1]}, "impacts": impact_choices()}
    if service is not None or people is not None:
        proposal = assets.impact_for(
            service,
            customer_id=requester["organization_id"] if requester else 0,
            people=people,
            at=clock.now(),
            is_vip=bool(requester and requester["is_vip"]),
        )
        context |= {"typed": {"impact": str(proposal.impact)}, "because": proposal_words(proposal)}
    return render(request, "web/desk/impact_field.html", context)


def service_choices(
    actor: Actor, customer_id: int | None, present: ConfigurationItem | None = None
) -> list[tuple[int, str]]:
    """The services of a customer, else all; the present one stays in even when it is offered no longer."""
    rows = list(assets.services_for(actor, customer_id)) if customer_id else []
    rows = rows or list(assets.services_for(actor))
    if present is not None and present not in rows:
        rows.append(present)
    return [(service.pk, service.name) for service in rows]


def service_from(text: str, actor: Actor) -> ConfigurationItem | None:
    """A service out of a form. Raises Invalid for one that does not exist."""
    if not text:
        return None
    found = assets.services_for(actor).select_related("calendar").filter(pk=forms.whole(text) or 0).first()
    if found is None:
        found = ConfigurationItem.objects.filter(pk=forms.whole(text) or 0, tickets__isnull=False).first()
    if found is None:
        raise Invalid({"service": [_("This service is not offered any more.")]})
    return found


def people_from(text: str) -> int | None:
    """A number of people out of a form; empty is not counted. Raises Invalid for anything else."""
    if not text:
        return None
    people = forms.whole(text)
    if people is None or people < 1:
        raise Invalid({"people": [_("How many people are affected? A number from 1.")]})
    return people
