"""Own fields: made, changed, deleted and brought back by administrators; filled by those who work on the ticket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person
from dreiklang.organizations.policy import persons_visible_to
from dreiklang.tickets import policy
from dreiklang.tickets.commands.finding import remember_words
from dreiklang.tickets.commands.holding import acts_at, held, written
from dreiklang.tickets.events.fields import OwnFieldChanged, OwnValuesKept
from dreiklang.tickets.models import OwnField, OwnValue, Ticket
from dreiklang.tickets.queries.own_fields import fields_of, words_of
from dreiklang.tickets.rules import own_fields as rules

#: What a form or a call may set (P30). The kind is set once: what is written depends on it.
FIELDS = ("labels", "hints", "choices", "ticket_kinds", "category", "audience", "needed_for_level", "position")
Written = str | Sequence[str]


@command
def make_field(*, actor: Actor, kind: str, labels: Mapping[str, str], **fields: Any) -> OwnField:
    """Add a field. Raises Invalid by field."""
    require(policy.may_set_up(actor))
    if kind not in OwnField.Kind.values:
        raise Invalid({"kind": [_("This kind of field does not exist.")]})
    field = OwnField(kind=kind)
    _put(field, {"labels": labels, "choices": [], **fields})
    base = rules.key_of(field.labels.get("en") or next(iter(field.labels.values())))
    taken = set(OwnField.objects.filter(key__startswith=base).values_list("key", flat=True))
    field.key = next(key for key in (base, *(f"{base}-{n}" for n in range(2, 1000))) if key not in taken)
    field.save()
    publish(OwnFieldChanged(subject_id=field.pk, changed=("made",)), actor=actor)
    return field


@command
def change_field(field: OwnField, *, actor: Actor, version: int | None = None, **fields: Any) -> OwnField:
    """Change a field. Choices that tickets bear cannot be taken away. Raises Conflict and Invalid."""
    require(policy.may_set_up(actor))
    field = OwnField.objects.select_for_update(of=("self",)).get(pk=field.pk)
    if version is not None and version != field.version:
        raise Conflict(_("Somebody else changed this field in the meantime."), current=field.version)
    _put(field, fields)
    field.version += 1
    field.save()
    publish(OwnFieldChanged(subject_id=field.pk, changed=tuple(sorted(fields))), actor=actor)
    return field


@command
def delete_field(field: OwnField, *, actor: Actor) -> OwnField:
    """Ask for a field no more. What was written stays readable; views that ask for it say so."""
    require(policy.may_set_up(actor))
    field.deleted_at = clock.now()
    field.save(update_fields=["deleted_at"])
    publish(OwnFieldChanged(subject_id=field.pk, changed=("deleted",)), actor=actor)
    return field


@command
def restore_field(field: OwnField, *, actor: Actor) -> OwnField:
    """Ask for a deleted field again."""
    require(policy.may_set_up(actor))
    field.deleted_at = None
    field.save(update_fields=["deleted_at"])
    publish(OwnFieldChanged(subject_id=field.pk, changed=("restored",)), actor=actor)
    return field


def _put(field: OwnField, fields: Mapping[str, Any]) -> None:
    problems: dict[str, list[str]] = {name: [_("Unknown field.")] for name in fields if name not in FIELDS}
    for name, value in fields.items():
        if name in FIELDS:
            setattr(field, name, value)
    field.labels = {language: text.strip()[:100] for language, text in field.labels.items() if text.strip()}
    field.hints = {language: text.strip()[:200] for language, text in field.hints.items() if text.strip()}
    if not field.labels:
        problems["labels"] = [_("A field needs a name.")]
    if field.kind in (rules.CHOICE, rules.CHOICES):
        field.choices = list(dict.fromkeys(c.strip()[:100] for c in field.choices if c.strip()))
        if not 2 <= len(field.choices) <= rules.MOST_CHOICES:
            problems["choices"] = [_("A choice needs 2 to 50 answers.")]
        elif field.pk and (lost := _in_use(field) - set(field.choices)):
            problems["choices"] = [_("“%(choice)s” stands on tickets and must stay.") % {"choice": sorted(lost)[0]}]
    else:
        field.choices = []
    if unknown := set(field.ticket_kinds) - set(Ticket.Kind.values):
        problems["ticket_kinds"] = [_("Unknown kind: %(kind)s") % {"kind": sorted(unknown)[0]}]
    if field.audience not in OwnField.Audience.values:
        problems["audience"] = [_("Unknown field.")]
    if field.needed_for_level not in (None, 2, 3, 4):
        problems["needed_for_level"] = [_("A handover goes to level 2, 3 or 4.")]
    if problems:
        raise Invalid(problems)


def _in_use(field: OwnField) -> set[str]:
    return {choice for chosen in field.values.values_list("chosen", flat=True) for choice in chosen or ()}


@command
def keep_values(ticket: Ticket, *, actor: Actor, values: Mapping[str, Written], version: int | None = None) -> Ticket:
    """Write into own fields of a ticket: key → text (several choices: texts); an empty text empties the field.

    Raises Invalid at ``field-<key>`` for what the field cannot take or the ticket does not have.
    """
    ticket = held(ticket, actor=actor, version=version)
    require(policy.may_work(actor, ticket))
    known = {field.key: field for field in fields_of(ticket, actor=actor)}
    present = {v.field_id: v for v in OwnValue.objects.filter(ticket=ticket).select_related("field", "person")}
    former: dict[str, str] = {}
    now: dict[str, str] = {}
    problems: dict[str, list[str]] = {}
    for key, typed in values.items():
        if key not in known:
            problems[f"field-{key[:60]}"] = [_("This ticket has no such field.")]
            continue
        old = present.get(known[key].pk)
        before = words_of(old) if old else ""
        try:
            after = _keep(ticket, known[key], typed, old, actor)
        except rules.NotOfItsKind as wrong:
            problems[f"field-{key}"] = [_sentence(str(wrong))]
            continue
        if after != before:
            former[key], now[key] = before, after
    if problems:
        raise Invalid(problems)
    if not now:
        raise Invalid({"": [_("Nothing was changed.")]}, code="nothing_changed")
    written(ticket)
    remember_words(ticket, inside=list(now.values()))
    fields = tuple(known[key].pk for key in now)
    publish(
        OwnValuesKept(subject_id=ticket.pk, fields=fields, former=former, values=now, **acts_at(actor, ticket)),
        actor=actor,
    )
    return ticket


def _keep(ticket: Ticket, field: OwnField, typed: Written, old: OwnValue | None, actor: Actor) -> str:
    texts = [typed.strip()] if isinstance(typed, str) else [text.strip() for text in typed]
    texts = [text for text in texts if text]
    if not texts:
        if old is not None:
            old.delete()
        return ""
    value = old or OwnValue(ticket=ticket, field=field)
    if field.kind in (rules.CHOICE, rules.CHOICES):
        value.chosen = rules.as_chosen(texts, field.choices, several=field.kind == rules.CHOICES)
    elif field.kind == rules.NUMBER:
        value.number = rules.as_number(texts[0])
    elif field.kind == rules.DATE:
        value.day = rules.as_day(texts[0])
    elif field.kind == rules.YES_NO:
        value.is_yes = rules.as_yes(texts[0])
    elif field.kind == rules.PERSON:
        value.person = _person(texts[0], actor)
    else:
        value.text = rules.as_text(texts[0])
    value.kept_at = clock.now()
    value.save()
    return words_of(value)


def _person(text: str, actor: Actor) -> Person:
    seen = persons_visible_to(actor)
    found = (
        seen.filter(pk=int(text))
        if text.isascii() and text.isdigit() and len(text) < 10
        else seen.filter(name__iexact=text)
    )
    matches = list(found[:2])
    if len(matches) != 1:
        raise rules.NotOfItsKind("person")
    return matches[0]


def _sentence(code: str) -> str:
    return {
        "number": _("This is not a number."),
        "date": _("This is not a day."),
        "yes_no": _("Yes or no?"),
        "choice": _("This is none of the choices."),
        "person": _("Nobody, or more than one, is called so."),
        "text": _("At most 2,000 letters."),
    }[code]
