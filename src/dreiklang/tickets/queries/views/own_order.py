"""Views in the order of an own field: what stands in it is joined to the tickets, one row each."""

from __future__ import annotations

from django.db.models import FilteredRelation, Q

from dreiklang.kernel.permissions import Actor
from dreiklang.tickets.models import OwnField, TicketQuerySet
from dreiklang.tickets.queries.own_fields import known_fields
from dreiklang.tickets.queries.views.paging import DAY, DECIMAL, TEXT, YES_NO, Key
from dreiklang.tickets.rules import own_fields as rules
from dreiklang.tickets.rules.views import OWN_FIELD

#: What the joined values are called in a question.
JOINED = "own_order"
_COLUMNS = {
    rules.TEXT: ("text", TEXT), rules.NUMBER: ("number", DECIMAL), rules.DATE: ("day", DAY),
    rules.YES_NO: ("is_yes", YES_NO), rules.CHOICE: ("chosen__0", TEXT), rules.CHOICES: ("chosen__0", TEXT),
    rules.PERSON: ("person__sort_key", TEXT),
}  # fmt: skip


def field_sorted_by(sorting: str, *, actor: Actor) -> OwnField | None:
    """The own field that an order names, if the actor may know of it; else the view stands in its usual order."""
    name = sorting.removeprefix("-")
    if not name.startswith(OWN_FIELD):
        return None
    wanted = name.removeprefix(OWN_FIELD)
    return next((field for field in known_fields(actor) if field.key == wanted), None)


def joined(found: TicketQuerySet, field: OwnField) -> TicketQuerySet:
    """Tickets with what stands in the field beside them, also where nothing does."""
    return found.annotate(**{JOINED: FilteredRelation("own_values", condition=Q(own_values__field_id=field.pk))})


def key_of(field: OwnField) -> Key:
    """The column that such tickets are sorted by; empty ones come last."""
    column, kind = _COLUMNS[field.kind]
    return Key(f"{JOINED}__{column}", kind, may_be_empty=True)
