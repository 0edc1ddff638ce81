"""Reading a list of services: as planned, service by service whole, in one transaction."""

from __future__ import annotations

from django.db import transaction

from dreiklang.assets import policy
from dreiklang.assets.commands.items import change_service, make_service
from dreiklang.assets.events import ItemsImported
from dreiklang.assets.queries.import_plan import CREATED, REJECTED, UPDATED, ImportPlan, PlannedService, plan_services
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Refusal
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require


@command
def import_services(content: bytes, *, actor: Actor) -> ImportPlan:
    """Read a list of services (CSV) and return what became of each; twice is no change.

    Services with errors are left out whole. Raises Invalid if the list cannot be read at all.
    """
    require(policy.may_manage_items(actor))
    plan = plan_services(content, actor=actor)
    for planned in plan.services:
        if planned.outcome not in (CREATED, UPDATED):
            continue
        try:
            with transaction.atomic():
                _write(planned, actor)
        except Refusal as refused:
            planned.outcome, planned.errors = REJECTED, [str(refused)]
    publish(ItemsImported(subject_id=next(iter(actor.organizations), 0), **plan.counts), actor=actor)
    return plan


def _write(planned: PlannedService, actor: Actor) -> None:
    if planned.service is None:
        make_service(planned.name, actor=actor, uses=planned.uses, **planned.values)
    else:
        change_service(planned.service, actor=actor, uses=planned.uses, **planned.values)
