"""Own fields of a ticket: the panel beside it, and the sheet they are written in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dreiklang.kernel.errors import Conflict, Invalid
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.commands.own_fields import keep_values
from dreiklang.tickets.models import OwnField, OwnValue, Ticket
from dreiklang.tickets.queries.own_fields import fields_for, fields_of, values_of, words_of
from dreiklang.web import forms
from dreiklang.web.desk import answers
from dreiklang.web.desk.classification import language
from dreiklang.web.desk.finding import ticket_of
from dreiklang.web.desk.meanwhile import difference, last_line, version_to_hold
from dreiklang.web.routing import policy

TEMPLATE = "web/desk/sheets/own_fields.html"


def panel_of(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """What stands in the ticket's own fields; what was written into deleted ones stays readable."""
    living = fields_of(ticket, actor=actor)
    shown = values_of([ticket.pk], actor=actor).get(ticket.pk, {})
    rows = [{"name": f.label_in(language()), "words": shown.get(f.key, ""), "is_deleted": False} for f in living]
    others = set(shown) - {field.key for field in living}
    for field in fields_for(actor).filter(key__in=others):
        row = {"name": field.label_in(language()), "words": shown[field.key]}
        rows.append({**row, "is_deleted": field.deleted_at is not None})
    return {"fields": rows, "may_write": bool(living) and tickets.may_work(actor, ticket)}


@require_http_methods(["GET", "POST"])
@policy("desk")
def sheet(request: HttpRequest, number: int) -> HttpResponse:
    """Write into the own fields of a ticket."""
    ticket, actor = ticket_of(request, number)
    living = fields_of(ticket, actor=actor)
    context: dict[str, Any] = {"ticket": ticket, "seen": last_line(ticket), "problems": {}}
    if request.method == "GET":
        return answers.sheet(request, TEMPLATE, {**context, "inputs": inputs_of(living, _present(ticket))})
    several = [f"field-{field.key}" for field in living]
    sent = forms.read(request, lists=several)
    typed = {field.key: [one for one in sent[f"field-{field.key}"] if one] for field in living}
    wished = {key: texts for key, texts in typed.items() if f"field-{key}" in request.POST or texts}
    try:
        keep_values(ticket, actor=actor, values=wished, version=version_to_hold(request, ticket, actor))
    except (Invalid, Conflict) as refusal:
        if isinstance(refusal, Invalid) and refusal.code == "nothing_changed":
            return answers.done(request, ticket, _("Nothing was changed."))
        context["inputs"] = inputs_of(living, typed)
        if isinstance(refusal, Conflict):
            context["conflict"] = difference(request, ticket, actor)
            return answers.sheet(request, TEMPLATE, context, status=409)
        context["problems"] = refusal.fields
        return answers.sheet(request, TEMPLATE, context, status=422)
    return answers.done(request, ticket, _("Saved."))


def _present(ticket: Ticket) -> dict[str, list[str]]:
    """What stands in the fields, as the form sends it."""
    found = OwnValue.objects.filter(ticket=ticket).select_related("field", "person")
    return {value.field.key: _sent(value) for value in found}


def _sent(value: OwnValue) -> list[str]:
    if value.chosen is not None:
        return list(value.chosen)
    if value.is_yes is not None:
        return ["yes" if value.is_yes else "no"]
    return [value.day.isoformat() if value.day else words_of(value)]


def inputs_of(fields: list[OwnField], typed: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    """Fields as the form draws them, with what is typed; the preview of control draws them so, too."""
    return [
        {
            "key": field.key,
            "name": f"field-{field.key}",
            "kind": field.kind,
            "label": field.label_in(language()),
            "hint": field.hint_in(language()),
            "choices": [(choice, choice in typed.get(field.key, ())) for choice in field.choices],
            "value": next(iter(typed.get(field.key, ())), ""),
        }
        for field in fields
    ]
