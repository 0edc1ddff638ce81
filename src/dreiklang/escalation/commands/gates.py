"""What a handover must contain: set per category and target level."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from dreiklang.escalation import rules
from dreiklang.escalation.events import GateChanged
from dreiklang.escalation.models import Gate
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets.models import Category


@command
def set_gate(
    category: Category | None, *, actor: Actor, to_level: int, demands: Sequence[str], minimum_steps: int = 1
) -> Gate:
    """Set what the gate demands for a category (None: every category without its own) and a target level."""
    require(actor.has("control.use"))
    if to_level not in (2, 3, 4):
        raise Invalid({"to_level": [_("A handover goes to level 2, 3 or 4.")]})
    if unknown := set(demands) - set(rules.PARTS):
        raise Invalid({"demands": [_("Unknown part: %(part)s") % {"part": sorted(unknown)[0]}]})
    if not 0 <= minimum_steps <= 20:
        raise Invalid({"minimum_steps": [_("A number from 0 to 20.")]})
    ordered = [part for part in rules.PARTS if part in demands]
    gate, _created = Gate.objects.update_or_create(
        category=category, to_level=to_level, defaults={"demands": ordered, "minimum_steps": minimum_steps}
    )
    publish(
        GateChanged(
            subject_id=gate.pk,
            category_id=category.pk if category else None,
            to_level=to_level,
            demands=tuple(ordered),
            minimum_steps=minimum_steps,
        ),
        actor=actor,
    )
    return gate
