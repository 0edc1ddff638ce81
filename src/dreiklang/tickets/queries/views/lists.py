"""Which views there are for somebody, and what each of them asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.kernel.questions import Question
from dreiklang.tickets import policy
from dreiklang.tickets.models import SavedView, Ticket, TicketQuerySet
from dreiklang.tickets.queries.conditions import conditions_of, known_to, mistake_words
from dreiklang.tickets.queries.views.own_order import field_sorted_by, joined, key_of
from dreiklang.tickets.queries.views.paging import Keyset, keyset_for
from dreiklang.tickets.rules.conditions import NOTHING, Field, Mistake, Node, fields_of, read


@dataclass(frozen=True)
class Reading:
    """A view as it can be read now: its tickets, or what is wrong with it; and fields it asks for that are deleted.

    ``everywhere``: all tickets with what the order needs, for the place of one that has left the view.
    """

    view: SavedView
    tree: Node
    found: TicketQuerySet
    mistake: str = ""
    deleted: tuple[Field, ...] = ()
    narrowing_mistake: str = ""
    keyset: Keyset = field(default_factory=lambda: keyset_for(""))
    everywhere: TicketQuerySet = field(default_factory=Ticket.objects.all)


def views_for(actor: Actor) -> QuerySet[SavedView]:
    """The views somebody may use, by name."""
    return policy.views_visible_to(actor).filter(removed_at=None).select_related("owner", "team").order_by("name", "id")


def view_of(view_id: int, *, actor: Actor) -> SavedView:
    """One view. Raises NotFound if it is not the actor's to see, or removed."""
    found = views_for(actor).filter(pk=view_id).first()
    if found is None:
        raise NotFound(code="no_view")
    return found


_pinned = Question(
    lambda actor: views_for(actor).filter(pins__person_id=actor.person_id).order_by("pins__position", "pins__id")
)


def pinned_views(actor: Actor) -> list[SavedView]:
    """The views in somebody's rail, in their order."""
    if actor.kind != "person":
        return []
    return _pinned(actor)


def readings_of(views: Sequence[SavedView], *, actor: Actor) -> list[Reading]:
    """What fits each view, as the actor may see it, in a number of queries that does not grow with them.

    A view that cannot be read (a field was taken out of the table, say) finds nothing and says why.
    """
    if not views:
        return []
    fields = known_to(actor)
    vocabulary = fields.vocabulary
    trees: list[Node] = []
    mistakes: list[str] = []
    for view in views:
        try:
            trees.append(read(view.conditions, vocabulary))
            mistakes.append("")
        except Mistake as told:
            trees.append(NOTHING)
            mistakes.append(mistake_words(told))
    seen = policy.visible_to(actor)
    asked = conditions_of(trees, actor=actor, known=fields)
    readings = []
    for view, tree, question, mistake in zip(views, trees, asked, mistakes, strict=True):
        known = [vocabulary.fields[key] for key in sorted(fields_of(tree)) if key in vocabulary.fields]
        deleted = tuple(field for field in known if field.is_deleted)
        own = field_sorted_by(view.sorting, actor=actor)
        found = joined(seen, own) if own else seen
        everywhere = joined(Ticket.objects.all(), own) if own else Ticket.objects.all()
        found = found.none() if mistake else found.filter(question)
        keyset = keyset_for(view.sorting, view.grouping, key_of(own) if own else None)
        readings.append(Reading(view, tree, found, mistake, deleted, keyset=keyset, everywhere=everywhere))
    return readings
