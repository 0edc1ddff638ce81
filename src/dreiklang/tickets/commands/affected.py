"""What is affected: the service, how many people, and with it the impact; the cost of an outage, frozen at its end."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dreiklang.assets import policy as assets
from dreiklang.assets.models import ConfigurationItem
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets import policy, rules
from dreiklang.tickets.commands.classification import classify
from dreiklang.tickets.commands.holding import acts_at, held, written
from dreiklang.tickets.events import ServiceNamed
from dreiklang.tickets.models import OutageCost, Ticket
from dreiklang.tickets.queries.outage import outage_of


@command
def name_service(
    ticket: Ticket,
    *,
    actor: Actor,
    service: ConfigurationItem | None,
    people: int | None = None,
    impact: int | None = None,
    version: int | None = None,
) -> Ticket:
    """Say which service is affected (None: none) and how many people; with ``impact`` the priority follows.

    Impact is the agent's word: the proposal of ``queries.impact_for`` or another. Raises Invalid for a retired
    service, a number below 1, or when nothing changes.
    """
    ticket = held(ticket, actor=actor, version=version)
    require(policy.may_name_service(actor, ticket))
    problems: dict[str, list[str]] = {}
    is_new = service is not None and service.pk != ticket.service_id
    if service is not None and is_new and not assets.visible_to(actor).filter(pk=service.pk, is_active=True).exists():
        problems["service"] = [_("This service is not offered any more.")]
    if people is not None and not 1 <= people <= rules.MOST_PEOPLE:
        problems["people"] = [_("How many people are affected? A number from 1.")]
    if impact is not None and impact not in (1, 2, 3):
        problems["impact"] = [_("Impact and urgency are 1, 2 or 3.")]
    if problems:
        raise Invalid(problems)
    changes_impact = impact is not None and impact != ticket.impact
    if (service and service.pk, people) == (ticket.service_id, ticket.affected_people):
        if not changes_impact:
            raise Invalid({"": [_("Nothing was changed.")]}, code="nothing_changed")
        return classify(ticket, actor=actor, impact=impact)
    former = ticket.service_id
    ticket.service, ticket.affected_people = service, people
    written(ticket, "service", "affected_people")
    publish(
        ServiceNamed(
            subject_id=ticket.pk,
            service_id=service.pk if service else None,
            former_service_id=former,
            people=people,
            service=service.name if service else "",
            **acts_at(actor, ticket),
        ),
        actor=actor,
    )
    return classify(ticket, actor=actor, impact=impact) if changes_impact else ticket


def freeze_outage(ticket: Ticket) -> None:
    """Keep what the outage cost and how, so that later figures of the service do not rewrite it."""
    outage = outage_of(ticket, until=clock.now())
    if outage is not None:
        OutageCost.objects.update_or_create(
            ticket=ticket,
            defaults={"amount": outage.amount, "working": outage.as_json(), "frozen_at": clock.now()},
        )


def let_outage_run(ticket: Ticket) -> None:
    """It was not over after all: the outage runs on from its beginning, the time in between included."""
    OutageCost.objects.filter(ticket=ticket).delete()
