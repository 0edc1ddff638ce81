"""The priority matrix and the gates: two tables that decide for every ticket."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from dreiklang.escalation.commands.gates import set_gate
from dreiklang.escalation.queries import demands_for
from dreiklang.escalation.rules import PARTS
from dreiklang.kernel.errors import NotFound
from dreiklang.tickets.commands.categories import set_matrix
from dreiklang.tickets.models import Category
from dreiklang.tickets.queries import matrix as present_matrix
from dreiklang.web.control.pages import control_page
from dreiklang.web.forms import whole
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Sheet, typed

IMPACTS = {
    1: gettext_lazy("1: many people or an essential service"), 2: gettext_lazy("2: a group"),
    3: gettext_lazy("3: one person"),
}  # fmt: skip
URGENCIES = {
    1: gettext_lazy("1: nobody can work"), 2: gettext_lazy("2: work is hindered"), 3: gettext_lazy("3: it can wait"),
}  # fmt: skip
PART_WORDS = {
    "reason": gettext_lazy("why it is handed up"), "observations": gettext_lazy("what was observed"),
    "steps": gettext_lazy("steps tried, with result"), "ruled_out": gettext_lazy("what was ruled out"),
    "affected": gettext_lazy("what is affected"), "question": gettext_lazy("the question to the next level"),
}  # fmt: skip


class MatrixSheet(Sheet):
    """Nine cells."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for impact, impact_words in IMPACTS.items():
            for urgency, urgency_words in URGENCIES.items():
                label = _("Priority for impact %(impact)s and urgency %(urgency)s") % {
                    "impact": impact_words, "urgency": urgency_words,
                }  # fmt: skip
                self.fields[f"cell-{impact}-{urgency}"] = forms.TypedChoiceField(
                    label=label, coerce=int, choices=[(n, f"P{n}") for n in (1, 2, 3, 4)],
                    widget=forms.Select(attrs={"class": "form-select", "aria-label": label}),
                )  # fmt: skip

    @property
    def rows(self) -> list[tuple[Any, list[Any]]]:
        """The cells by impact."""
        return [
            (words, [self[f"cell-{impact}-{urgency}"] for urgency in URGENCIES]) for impact, words in IMPACTS.items()
        ]


class GateSheet(Sheet):
    """What one gate demands."""

    demands = forms.MultipleChoiceField(
        label=gettext_lazy("A handover must contain"), required=False, choices=[(p, PART_WORDS[p]) for p in PARTS],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    minimum_steps = forms.IntegerField(
        label=gettext_lazy("Steps tried, at least"), min_value=0, max_value=20, initial=1
    )


@require_http_methods(["GET", "POST"])
@policy("control")
def matrix(request: HttpRequest) -> HttpResponse:
    """Impact and urgency make the priority."""
    present = present_matrix()
    form = MatrixSheet(typed(request), initial={f"cell-{i}-{u}": p for (i, u), p in present.items()})
    if request.method == "POST":
        sent = form.carry_out(lambda cells: _set_matrix(cells, request))
        if sent is not None:
            messages.success(request, _("Saved. New tickets get the new priority; running ones keep theirs."))
            return redirect("control:matrix")
    return control_page(request, "matrix", {"form": form, "urgencies": URGENCIES.values()}, at="matrix")


def _set_matrix(cells: dict[str, Any], request: HttpRequest) -> bool:
    named = {(int(name.split("-")[1]), int(name.split("-")[2])): priority for name, priority in cells.items()}
    set_matrix(named, actor=actor_of(request))
    return True


@require_http_methods(["GET", "POST"])
@policy("control")
def gates(request: HttpRequest) -> HttpResponse:
    """What a handover must contain, for each target level; for all categories, or for one."""
    category = _chosen(request)
    level = whole(request.POST.get("gate", "")) if request.method == "POST" else None
    sheets = []
    for to_level in (2, 3, 4):
        demands = demands_for(category, to_level)
        initial = {"demands": list(demands.parts), "minimum_steps": demands.minimum_steps}
        sent = _without_choice(request) if to_level == level else None
        sheets.append((to_level, GateSheet(sent, initial=initial, prefix=f"to{to_level}")))
    for to_level, form in sheets:
        if to_level == level and form.carry_out(lambda sent: _set_gate(category, level, sent, request)) is not None:
            messages.success(request, _("Saved. It holds for handovers from now on."))
            target = f"?category={category.pk}" if category else ""
            return redirect(f"{request.path}{target}")
    context = {
        "category": category,
        "sheets": sheets,
        "categories": Category.objects.filter(is_active=True).order_by("name"),
    }
    wrong = any(form.is_bound and form.errors for _level, form in sheets)
    return control_page(request, "gates", context, at="gates", status=422 if wrong else 200)


def _set_gate(category: Category | None, level: int, sent: dict[str, Any], request: HttpRequest) -> object:
    return set_gate(category, to_level=level, actor=actor_of(request), **sent)


def _without_choice(request: HttpRequest) -> Any:
    sent = request.POST.copy()
    for name in ("gate", "category"):
        sent.pop(name, None)
    return sent


def _chosen(request: HttpRequest) -> Category | None:
    wanted = request.POST.get("category", "") or request.GET.get("category", "")
    if not wanted:
        return None
    found = Category.objects.filter(pk=whole(wanted) or 0).first()
    if found is None:
        raise NotFound(code="no_category")
    return found
