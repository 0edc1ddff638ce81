"""Own fields: which a ticket has, what stands in them, and how conditions ask for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dreiklang.kernel.permissions import Actor
from dreiklang.kernel.questions import Question
from dreiklang.tickets import policy
from dreiklang.tickets.models import OwnField, OwnValue, SavedView, Ticket
from dreiklang.tickets.queries.conditions import columns, names
from dreiklang.tickets.queries.conditions.asking import Ask, Circumstances, Find, register_source
from dreiklang.tickets.rules import own_fields as rules
from dreiklang.tickets.rules.conditions import Comparison, Field, vocabulary
from dreiklang.tickets.rules.views import OWN_FIELD

GRAMMAR = {
    rules.TEXT: vocabulary.TEXT, rules.NUMBER: vocabulary.NUMBER, rules.DATE: vocabulary.MOMENT,
    rules.YES_NO: vocabulary.YES_NO, rules.CHOICE: vocabulary.CHOICE, rules.CHOICES: vocabulary.CHOICE,
    rules.PERSON: vocabulary.NAME,
}  # fmt: skip


def fields_for(actor: Actor) -> QuerySet[OwnField]:
    """The fields somebody may know of: all inside the house, those for external teams outside it, none for askers."""
    if policy.is_outside_house(actor):
        return OwnField.objects.filter(audience=OwnField.Audience.WORKING)
    if actor.is_system or any(
        actor.has(right) for right in (policy.WORK, policy.SEE_ALL, policy.SET_UP, "control.use")
    ):
        return OwnField.objects.all()
    return OwnField.objects.none()


_every_field = Question(OwnField.objects.all)
_working_fields = Question(lambda: OwnField.objects.filter(audience=OwnField.Audience.WORKING))


def known_fields(actor: Actor) -> list[OwnField]:
    """The same, looked up."""
    asked = fields_for(actor)
    if asked.query.is_empty():
        return []
    return _working_fields() if policy.is_outside_house(actor) else _every_field()


def fields_of(ticket: Ticket, *, actor: Actor) -> list[OwnField]:
    """The living fields a ticket has by its kind and category."""
    above, category = set(), ticket.category
    while category is not None and category.pk not in above:
        above.add(category.pk)
        category = category.parent
    return [
        field
        for field in fields_for(actor).filter(deleted_at=None)
        if (not field.ticket_kinds or ticket.kind in field.ticket_kinds)
        and (field.category_id is None or field.category_id in above)
    ]


def fields_before(ticket: Ticket, level: int, *, actor: Actor) -> list[tuple[OwnField, str]]:
    """The fields that must be filled before a level takes over, each with what stands in it, or an empty text.

    Only those the actor may fill: nobody is held up by what they may not even know of.
    """
    needed = [f for f in fields_of(ticket, actor=actor) if f.needed_for_level and f.needed_for_level <= level]
    if not needed:
        return []
    shown = values_of([ticket.pk], actor=actor, keys=[f.key for f in needed]).get(ticket.pk, {})
    return [(field, shown.get(field.key, "")) for field in needed]


def views_with(field: OwnField) -> list[str]:
    """Names of the shared views that show a field or ask for it; private ones are counted, not named."""
    name = f"{OWN_FIELD}{field.key}"
    asking = Q(conditions__icontains=name) | Q(conditions__icontains=f"feld.{field.key}")
    found = SavedView.objects.filter(Q(columns__contains=[name]) | asking, removed_at=None).order_by("audience", "name")
    shared = [view.name_in((get_language() or "en")[:2]) for view in found if view.audience != "private"]
    private = sum(view.audience == "private" for view in found)
    return shared + [_("private views: %(n)d") % {"n": private}] * bool(private)


def values_of(tickets: Sequence[int], *, actor: Actor, keys: Iterable[str] | None = None) -> dict[int, dict[str, str]]:
    """What stands in the own fields of some tickets, as words: ticket → key → words. One query."""
    found = OwnValue.objects.filter(ticket_id__in=tickets, field__in=fields_for(actor))
    if keys is not None:
        found = found.filter(field__key__in=list(keys))
    shown: dict[int, dict[str, str]] = {}
    for value in found.select_related("field", "person"):
        shown.setdefault(value.ticket_id, {})[value.field.key] = words_of(value)
    return shown


def words_of(value: OwnValue) -> str:
    """A value as a list shows it."""
    if value.number is not None:
        return rules.number_words(value.number)
    if value.day is not None:
        return value.day.strftime("%d.%m.%Y") if (get_language() or "en")[:2] == "de" else value.day.isoformat()
    if value.is_yes is not None:
        return _("yes") if value.is_yes else _("no")
    if value.chosen is not None:
        return ", ".join(value.chosen)
    if value.field.kind == rules.PERSON:
        return value.person.name if value.person else ""
    return value.text


def conditions_source(actor: Actor) -> list[tuple[Field, Ask, Find | None]]:
    """Own fields as conditions ask for them: ``field.rack:A3``. Deleted ones still find what was written before."""
    language = (get_language() or "en")[:2]
    return [_asked(field, language) for field in known_fields(actor)]


def _asked(field: OwnField, language: str) -> tuple[Field, Ask, Find | None]:
    known = Field(
        f"{OWN_FIELD}{field.key}",
        {"en": (f"{OWN_FIELD}{field.key}",), "de": (f"feld.{field.key}",)},
        GRAMMAR[field.kind],
        {choice: {"en": (choice,), "de": (choice,)} for choice in field.choices},
        may_be_none=True,
        is_deleted=field.deleted_at is not None,
        label=field.label_in(language),
    )
    return known, _asks(field), names.persons_meant if field.kind == rules.PERSON else None


def _asks(field: OwnField) -> Ask:
    """How a field is asked: the values of this field that fit, and the tickets they belong to."""

    def ask(one: Comparison, about: Circumstances) -> Q:
        own = OwnValue.objects.filter(field_id=field.pk)
        values = [value for value in one.values if value != vocabulary.NONE]
        found = Q(pk__in=own.filter(_fitting(field, one, values, about)).values("ticket_id"))
        if vocabulary.NONE in one.values:
            empty = ~Q(pk__in=own.values("ticket_id"))
            return found | empty if values else empty
        return found

    return ask


def _fitting(field: OwnField, one: Comparison, values: list[str], about: Circumstances) -> Q:
    if field.kind == rules.NUMBER:
        return columns.number("number", is_whole=False)(one, about)
    if field.kind == rules.DATE:
        return columns.day("day")(one, about)
    if field.kind == rules.YES_NO:
        return Q(is_yes__in=[value == "yes" for value in values])
    if field.kind in (rules.CHOICE, rules.CHOICES):
        return Q(chosen__overlap=values)
    if field.kind == rules.PERSON:
        return Q(person_id__in=sorted(about.keys(one.field, values)))
    return Q(*(Q(text__icontains=value) for value in values), _connector=Q.OR) if values else Q(pk__in=[])


def register() -> None:
    """Let conditions ask for own fields; called once, when the desk starts."""
    register_source(conditions_source)
