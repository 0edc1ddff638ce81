"""Ladders: when people with more authority are told, whom, and what that would have meant in the last 90 days."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.escalation.commands.ladders import MOST_RUNGS, Step, drop_ladder, keep_ladder
from dreiklang.escalation.models import Ladder, Rung
from dreiklang.escalation.queries.ladders import DRY_RUN_DAYS, would_have_rung
from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotFound
from dreiklang.organizations.models import Person
from dreiklang.teams.models import Team
from dreiklang.tickets.policy import visible_to
from dreiklang.web.control.pages import control_page
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import VersionedSheet

AT = "ladders"
MOST_SHOWN = 60
POSITIONS = range(1, MOST_RUNGS + 1)


class LadderSheet(VersionedSheet):
    """A ladder with its rungs; empty rungs are left out."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    trigger = forms.ChoiceField(label=gettext_lazy("Rings at"), choices=Ladder.Trigger.choices)
    threshold = forms.IntegerField(
        label=gettext_lazy("Threshold"), min_value=0, max_value=100_000, initial=80,
        help_text=gettext_lazy("Percent, minutes or times, as chosen."),
    )  # fmt: skip
    team = forms.ModelChoiceField(
        label=gettext_lazy("Only while this team has it"), required=False,
        queryset=Team.objects.filter(is_active=True).order_by("level", "name"), empty_label=gettext_lazy("any team"),
    )  # fmt: skip
    lowest_priority = forms.TypedChoiceField(
        label=gettext_lazy("Only from this priority on"), required=False, coerce=int, empty_value=None,
        choices=[("", gettext_lazy("any priority")), (1, "P1"), (2, "P1, P2"), (3, "P1–P3")],
    )  # fmt: skip
    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = Person.objects.filter(is_active=True, account__is_active=True, organization__kind="provider")
        for n in POSITIONS:
            self.fields[f"rung-{n}"] = forms.ChoiceField(
                label=_("Rung %(n)d") % {"n": n}, required=False, choices=[("", _("nobody")), *Rung.Whom.choices],
                widget=forms.Select(attrs={"class": "form-select"}),
            )  # fmt: skip
            self.fields[f"person-{n}"] = forms.ModelChoiceField(
                label=_("which person"), required=False, queryset=inside.order_by("sort_key"), empty_label="–",
                widget=forms.Select(attrs={"class": "form-select"}),
            )  # fmt: skip
            self.fields[f"after-{n}"] = forms.IntegerField(
                label=_("after minutes of silence"), required=False, min_value=0, max_value=100_000,
                widget=forms.NumberInput(attrs={"class": "form-control"}),
            )  # fmt: skip

    @property
    def rungs_shown(self) -> list[tuple[Any, Any, Any]]:
        """The fields of the rungs in use, row by row, and of the one that may come next."""
        return self._rows()[: self._used + 1]

    @property
    def rungs_further(self) -> list[tuple[Any, Any, Any]]:
        """The fields of the rungs that are left, folded away."""
        return self._rows()[self._used + 1 :]

    def _rows(self) -> list[tuple[Any, Any, Any]]:
        return [(self[f"rung-{n}"], self[f"person-{n}"], self[f"after-{n}"]) for n in POSITIONS]

    @property
    def _used(self) -> int:
        said = [any(field.value() or field.errors for field in row) for row in self._rows()]
        return max((n for n, is_said in enumerate(said, 1) if is_said), default=1)

    def wishes(self, sent: dict[str, Any]) -> dict[str, Any]:
        """What was sent, in the terms of the command."""
        steps = []
        for n in POSITIONS:
            whom, person, after = sent.pop(f"rung-{n}"), sent.pop(f"person-{n}"), sent.pop(f"after-{n}")
            if whom:
                steps.append(Step(whom, after or 0, person if whom == Rung.Whom.PERSON else None))
        return {**sent, "rungs": steps}


@require_GET
@policy("control")
def listed(request: HttpRequest) -> HttpResponse:
    """All ladders."""
    rows = Ladder.objects.select_related("team").prefetch_related("rungs__person").order_by("-is_active", "name")
    return control_page(request, "ladders", {"rows": rows}, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def new(request: HttpRequest) -> HttpResponse:
    """Make a ladder, or try it first."""
    return _page(request, None)


@require_http_methods(["GET", "POST"])
@policy("control")
def one(request: HttpRequest, ladder_id: int) -> HttpResponse:
    """A ladder: change it, or try it first."""
    return _page(request, _ladder(ladder_id))


@require_POST
@policy("control")
def remove(request: HttpRequest, ladder_id: int) -> HttpResponse:
    """Remove a ladder that never rang."""
    drop_ladder(_ladder(ladder_id), actor=actor_of(request))
    messages.success(request, _("The ladder is removed."))
    return redirect("control:ladders")


def _ladder(ladder_id: int) -> Ladder:
    found = Ladder.objects.filter(pk=ladder_id).first()
    if found is None:
        raise NotFound(code="no_ladder")
    return found


def _page(request: HttpRequest, ladder: Ladder | None) -> HttpResponse:
    context: dict[str, Any] = {"ladder": ladder, "days": DRY_RUN_DAYS}
    if request.method != "POST":
        form = LadderSheet(initial=_initial(ladder))
        return control_page(request, "ladder", {**context, "form": form}, at=AT)
    sent = request.POST.copy()
    wish = sent.pop("to", ["kept"])[0]
    form = LadderSheet(sent)
    if wish == "tried":
        if form.is_valid():
            context |= _dry_run(form.wishes(dict(form.cleaned_data)), ladder, request)
        return control_page(request, "ladder", {**context, "form": form}, at=AT)
    kept = form.carry_out(lambda values: keep_ladder(ladder, actor=actor_of(request), **form.wishes(values)))
    if kept is None:
        return control_page(request, "ladder", {**context, "form": form}, at=AT)
    messages.success(request, _("Saved. It holds from now on."))
    return redirect("control:ladder", kept.pk)


def _dry_run(values: dict[str, Any], ladder: Ladder | None, request: HttpRequest) -> dict[str, Any]:
    """The tickets for which it would have rung; those the reader may see are named."""
    for name in ("rungs", "version", "is_active"):
        values.pop(name)
    found = would_have_rung(Ladder(pk=ladder.pk if ladder else None, **values), clock.now())
    at = {one.ticket_id: one.at for one in found}
    rows = visible_to(actor_of(request)).filter(pk__in=list(at)[:2_000]).order_by("-pk")[:MOST_SHOWN]
    return {"tried": True, "count": len(found), "rung": [(ticket, at[ticket.pk]) for ticket in rows]}


def _initial(ladder: Ladder | None) -> dict[str, Any]:
    if ladder is None:
        return {"rung-1": Rung.Whom.LEAD, "rung-2": Rung.Whom.MANAGER, "after-2": 30}
    values: dict[str, Any] = {
        name: getattr(ladder, name)
        for name in ("name", "trigger", "threshold", "team", "lowest_priority", "is_active", "version")
    }
    for rung in ladder.rungs.all():
        n = rung.position
        values |= {f"rung-{n}": rung.whom, f"person-{n}": rung.person_id, f"after-{n}": rung.after_minutes or None}
    return values
