"""The ready entries come onto a desk."""

from __future__ import annotations

from dreiklang.catalog.commands.keeping import make_entry
from dreiklang.catalog.models import Entry
from dreiklang.catalog.rules.ready import READY
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import WrongState
from dreiklang.kernel.permissions import Actor


@command
def add_ready_entries(*, actor: Actor) -> list[Entry]:
    """Make the ready entries that the desk does not have. They are offered at once, and changed like any other.

    Raises WrongState if it has them all, NotAllowed.
    """
    known = set(Entry.objects.values_list("key", flat=True))
    missing = [one for one in READY if one.key not in known]
    if not missing:
        raise WrongState(code="already_so")
    return [
        make_entry(
            actor=actor, key=one.key, group=one.group, icon=one.icon, names=one.names, hints=one.hints, kind=one.kind,
            urgency=one.urgency, fields=one.fields, steps_and_asks=one.plan, position=place, is_offered=True,
        )
        for place, one in enumerate(READY) if one in missing
    ]  # fmt: skip
