"""Proposals: which are made, how good they are, and what people made of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.assets.models import ConfigurationItem
from dreiklang.assistance.commands.switching import switch_functions
from dreiklang.assistance.jobs import ask_to_learn
from dreiklang.assistance.models import LearnedField, Proposal
from dreiklang.assistance.queries.functions import can_learn, functions_on
from dreiklang.assistance.queries.report import FieldReport, report
from dreiklang.assistance.queries.shown import Shown
from dreiklang.assistance.rules.fields import CATEGORY, ENOUGH_SOLVED, SERVICE, TEAM
from dreiklang.kernel.errors import NotFound
from dreiklang.teams.models import Team
from dreiklang.tickets.models import Category
from dreiklang.web.control.pages import control_page
from dreiklang.web.desk.proposals import field_names, value_words
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Sheet, typed

AT = "assistance"
FUNCTION_WORDS = (
    ("category", gettext_lazy("Category")),
    ("kind", gettext_lazy("Kind")),
    ("service", gettext_lazy("Service")),
    ("priority", gettext_lazy("Priority: impact and urgency")),
    ("team", gettext_lazy("The team above that mostly solves such tickets")),
    ("like", gettext_lazy("Like cases, and tickets that may be the same")),
    ("macro", gettext_lazy("The macro that is mostly run in this category")),
)


class FunctionsSheet(Sheet):
    """What is proposed."""

    functions = forms.MultipleChoiceField(
        label=gettext_lazy("What is proposed beside a ticket"), required=False, choices=FUNCTION_WORDS,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@policy("control")
def one(request: HttpRequest) -> HttpResponse:
    """The switches, and how good each field is."""
    form = FunctionsSheet(
        typed(request), initial={"functions": [key for key, is_on in functions_on().items() if is_on]}
    )
    if request.method == "POST":
        actor = actor_of(request)
        if form.is_valid() and form.carry_out(lambda v: switch_functions(set(v["functions"]), actor=actor) or True):
            messages.success(request, _("Saved."))
            return redirect("control:assistance")
    rows = [{"report": one, "name": field_names()[one.field], **_percents(one)} for one in report()]
    return control_page(
        request, "assistance", {"form": form, "rows": rows, "enough": ENOUGH_SOLVED, "can_learn": can_learn()}, at=AT
    )


def _percents(one: FieldReport) -> dict[str, Any]:
    figures = one.learned.figures if one.learned else {}
    names = ("accuracy", "calibration_error", "coverage_at_95")
    return {name: figures[name] * 100 if name in figures else None for name in names} | {
        "acceptance": None if one.acceptance is None else one.acceptance * 100
    }


@require_POST
@policy("control")
def learn(request: HttpRequest) -> HttpResponse:
    """Learn anew in the background."""
    if ask_to_learn():
        messages.success(request, _("The worker learns anew; look again in some minutes."))
    else:
        messages.info(request, _("That was asked for already."))
    return redirect("control:assistance")


@require_GET
@policy("control")
def field(request: HttpRequest, field: str) -> HttpResponse:
    """One field: how far its probabilities hold, and how good it is class by class."""
    found = LearnedField.objects.filter(field=field).defer("content").first()
    if found is None or field not in field_names():
        raise NotFound(code="no_field")
    by_class = found.figures.get("by_class", {})
    names = _names(field, list(by_class))
    classes = [
        {
            "name": names.get(value, value), "texts": row["texts"], "recall": row["recall"] * 100,
            "precision": None if row["precision"] is None else row["precision"] * 100,
            "threshold": _threshold(found, value),
        }
        for value, row in sorted(by_class.items(), key=lambda pair: -pair[1]["texts"])
    ]  # fmt: skip
    bins = [{k: row[k] * 100 if k != "texts" else row[k] for k in row} for row in found.figures.get("reliability", [])]
    context = {"learned": found, "name": field_names()[field], "classes": classes, "bins": bins, **_percents(
        next(one for one in report() if one.field == field)
    )}  # fmt: skip
    return control_page(request, "assistance_field", context, at=AT)


def _threshold(learned: LearnedField, value: str) -> float | None:
    found = learned.thresholds.get(value, learned.threshold)
    return None if found is None else found * 100


def _names(field: str, values: list[str]) -> dict[str, str]:
    """How the classes of a field are called; one question."""
    tables: dict[str, Any] = {CATEGORY: Category, SERVICE: ConfigurationItem, TEAM: Team}
    if field in tables:
        records = {str(r.pk): r for r in tables[field].objects.filter(pk__in=[int(v) for v in values])}
        return {v: value_words(Shown(Proposal(field=field, value=v), records.get(v))) for v in values}
    return {value: value_words(Shown(Proposal(field=field, value=value), None)) for value in values}
