"""Which functions are on."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dreiklang.assistance import policy
from dreiklang.assistance.events import FunctionSwitched
from dreiklang.assistance.models import OffFunction
from dreiklang.assistance.queries.functions import functions_on
from dreiklang.assistance.rules.fields import FUNCTIONS
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require


@command
def switch_functions(wanted: set[str], *, actor: Actor) -> None:
    """Exactly these functions are on. Raises Invalid if nothing changes or one does not exist."""
    require(policy.may_set_up(actor))
    if unknown := wanted - set(FUNCTIONS):
        raise Invalid({"functions": [_("There is no such function: %(key)s") % {"key": sorted(unknown)[0]}]})
    changed = [key for key, is_on in functions_on().items() if is_on != (key in wanted)]
    if not changed:
        raise Invalid({"": [_("Nothing was changed.")]}, code="nothing_changed")
    for key in changed:
        if key in wanted:
            OffFunction.objects.filter(key=key).delete()
        else:
            OffFunction.objects.create(key=key)
        publish(FunctionSwitched(subject_id=0, function=key, is_on=key in wanted), actor=actor)
