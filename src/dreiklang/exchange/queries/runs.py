"""Imports and how far they are."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, Count, IntegerField, Value, When

from dreiklang.exchange import policy
from dreiklang.exchange.models import Disclosure, Import, ImportLine
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person

SHOWN = 300


@dataclass(frozen=True)
class Progress:
    """Counts of lines by what became of them."""

    total: int
    made: int
    refused: int
    undone: int
    kept: int

    @property
    def done(self) -> int:
        """How many lines are through."""
        return self.made + self.refused + self.undone + self.kept


def imports_for(actor: Actor, limit: int = 50) -> list[Import]:
    """The newest imports."""
    return list(policy.imports_visible_to(actor).select_related("by")[:limit])


def import_of(import_id: int, *, actor: Actor) -> Import:
    """One import. Raises NotFound."""
    found = policy.imports_visible_to(actor).select_related("file", "by").filter(pk=import_id).first()
    if found is None:
        raise NotFound(code="no_import")
    return found


def progress_of(run: Import) -> Progress:
    """Counts, in one query."""
    counted = dict(run.lines.order_by().values_list("outcome").annotate(n=Count("pk")))
    made = counted.get("made", 0) + counted.get("changed", 0)
    return Progress(run.total, made, *(counted.get(name, 0) for name in ("refused", "undone", "kept")))


def lines_of(run: Import) -> list[ImportLine]:
    """The first lines, those that need a look before the others."""
    first = Case(When(outcome__in=["refused", "kept"], then=Value(0)), default=Value(1), output_field=IntegerField())
    found = run.lines.select_related("ticket", "organization", "person").order_by(first, "line")
    return list(found[:SHOWN])


def own_disclosures(person: Person, *, actor: Actor) -> list[Disclosure]:
    """What the actor asked for about a person, newest first."""
    return list(policy.disclosures_visible_to(actor).filter(person=person)[:10])


def disclosure_of(disclosure_id: int, *, actor: Actor) -> Disclosure:
    """One that the actor asked for. Raises NotFound."""
    found = policy.disclosures_visible_to(actor).select_related("person").filter(pk=disclosure_id).first()
    if found is None:
        raise NotFound(code="no_disclosure")
    return found
