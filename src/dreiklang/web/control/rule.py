"""One rule: written as a form, tried on the last ninety days, with its former versions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from dreiklang.automation.commands import keeping
from dreiklang.automation.models import Rule
from dreiklang.automation.queries.documents import WRITTEN
from dreiklang.automation.queries.judging import MOST_DEEDS, problems_of, steps_of
from dreiklang.automation.queries.trying import DAYS, trial_of
from dreiklang.automation.rules import DEEDS as KINDS
from dreiklang.automation.rules.deeds import CALL, MOVE, RESTRICTED, WRITE, Step
from dreiklang.kernel.errors import Conflict, Invalid, WrongState
from dreiklang.teams.models import Team
from dreiklang.tickets.models import Category, Tag, Ticket
from dreiklang.web.components.rules import DEEDS, WHEN, conditions_words, deeds_words
from dreiklang.web.control.pages import control_page
from dreiklang.web.control.recurring import WEEKDAYS
from dreiklang.web.control.rules import AT, rule_called
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import VersionedSheet, typed

RIGHTS = {
    MOVE: gettext_lazy("assign, move and park tickets"),
    WRITE: gettext_lazy("write to requesters"),
    CALL: gettext_lazy("call other programs"),
    RESTRICTED: gettext_lazy("see restricted tickets, such as security incidents"),
}
#: Empty rows for deeds below those that are there.
SPARE = 2
#: The fields of a deed, in the order of `Step`.
PARTS = ("kind", "value", "text", "text_en")


class RuleSheet(VersionedSheet):
    """When, if, then."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    when = forms.ChoiceField(label=gettext_lazy("When"), choices=list(WHEN.items()), initial="opened")
    idle_hours = forms.IntegerField(
        label=gettext_lazy("Hours without a change"), min_value=1, max_value=2000, initial=24,
        help_text=gettext_lazy("For “nothing happens”."),
    )  # fmt: skip
    at_time = forms.TimeField(
        label=gettext_lazy("Hour of the day"), required=False, help_text=gettext_lazy("For an hour of the day."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )  # fmt: skip
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("On these days"), required=False, choices=WEEKDAYS.items(), coerce=int,
        widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("For an hour of the day; none: every day."),
    )  # fmt: skip
    conditions = forms.CharField(
        label=gettext_lazy("If"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "In the words of the search, such as: customer:Klinikum priority:<=2 not is:vip. Empty: every ticket."
        ),
    )  # fmt: skip
    stops = forms.BooleanField(label=gettext_lazy("No later rule runs after it"), required=False)
    rights = forms.MultipleChoiceField(
        label=gettext_lazy("The rule may"), required=False, choices=list(RIGHTS.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Notes, tags, classification and telling colleagues need no further right."),
    )  # fmt: skip
    is_active = forms.BooleanField(label=gettext_lazy("Switched on"), required=False)
    despite_circles = forms.BooleanField(label=gettext_lazy("They may set each other off: it is meant"), required=False)

    def __init__(self, *args: Any, deeds: int = 1, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = range(min(deeds, MOST_DEEDS))
        for place in self.places:
            self.fields |= _deed_fields(place)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The fields of each deed."""
        return [{name: self[f"deed-{place}-{name}"] for name in PARTS} for place in self.places]

    def show(self, refused: Invalid | Conflict | WrongState) -> None:
        """What is wrong with a deed stands at its row; circles stand at the box that says they are meant."""
        if isinstance(refused, Invalid) and refused.fields:
            named = {"circles": "despite_circles"} | {f"deed-{place}": f"deed-{place}-kind" for place in self.places}
            refused = Invalid({named.get(name, name): words for name, words in refused.fields.items()})
        super().show(refused)

    def written(self) -> Rule:
        """The rule as it stands on the form, not stored."""
        sent = self.cleaned_data
        rule = Rule(
            name=sent["name"], when=sent["when"], idle_hours=sent["idle_hours"], at_time=sent["at_time"],
            weekdays=sent["weekdays"], conditions=sent["conditions"], rights=sent["rights"], stops=sent["stops"],
        )  # fmt: skip
        steps = (Step(*(sent[f"deed-{place}-{name}"] for name in PARTS)) for place in self.places)
        rule.deeds = [step.as_json() for step in steps if step.kind]
        return rule


def _deed_fields(place: int) -> dict[str, forms.Field]:
    n = {"n": place + 1}
    kind = forms.ChoiceField(
        label=_("Deed %(n)d") % n, required=False, choices=[("", _("nothing")), *DEEDS.items()],
        widget=forms.Select(attrs={"class": "form-select"}),
    )  # fmt: skip
    value = forms.CharField(
        label=_("Whom, what, how much"), required=False, max_length=254,
        widget=forms.TextInput(attrs={"class": "form-control", "list": "deed-values", "autocomplete": "off"}),
    )  # fmt: skip
    words = {
        name: forms.CharField(
            label=label, required=False, max_length=20_000, strip=False,
            widget=forms.Textarea(attrs={"rows": 4, "class": "form-control"}),
        )
        for name, label in (("text", _("Words in German")), ("text_en", _("Words in English")))
    }  # fmt: skip
    return {f"deed-{place}-{name}": field for name, field in {"kind": kind, "value": value, **words}.items()}


@require_http_methods(["GET", "POST"])
@policy("control")
def new(request: HttpRequest) -> HttpResponse:
    """Write a rule, or try it first."""
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@policy("control")
def one(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Write a rule anew, or try it first."""
    return _edit(request, rule_called(rule_id))


@require_POST
@policy("control")
def restore(request: HttpRequest, rule_id: int, version: int) -> HttpResponse:
    """Write a rule as it was."""
    try:
        keeping.restore_version(rule_called(rule_id), actor=actor_of(request), version=version)
        messages.success(request, _("The rule is as it was in version %(n)d.") % {"n": version})
    except Invalid as refused:
        messages.error(request, str(refused))
    return redirect("control:rule", rule_id)


def _edit(request: HttpRequest, rule: Rule | None) -> HttpResponse:
    sent, wanted = typed(request), ""
    if sent is not None:
        sent = sent.copy()
        wanted = sent.pop("to", [""])[0]
    form = RuleSheet(sent, initial=_initial(rule), deeds=_rows_sent(sent) if sent is not None else _rows_of(rule))
    tried = None
    if wanted == "tried":
        tried = _tried(form)
    elif sent is not None and (kept := form.carry_out(lambda values: _keep(request, rule, form, values))) is not None:
        messages.success(request, _("Saved."))
        return redirect("control:rule", kept.pk)
    standing = problems_of(rule) if rule is not None and sent is None else {}
    context = {
        "form": form, "rule": rule, "tried": tried, "days": DAYS, "values": _values(),
        "words": _words(rule) if rule else None, "standing": [words[0] for words in standing.values()],
        "versions": rule.versions.select_related("by").order_by("-version")[:20] if rule else [],
        "needs_meaning": bool(form["despite_circles"].errors) or bool(sent and sent.get("despite_circles")),
    }  # fmt: skip
    return control_page(request, "rule", context, at=AT)


def _keep(request: HttpRequest, rule: Rule | None, form: RuleSheet, values: dict[str, Any]) -> Rule:
    return keeping.set_rule(
        form.written(), actor=actor_of(request), rule=rule, version=values["version"], is_active=values["is_active"],
        despite_circles=values["despite_circles"],
    )  # fmt: skip


def _tried(form: RuleSheet) -> dict[str, Any] | None:
    """What the rule on the form would have done; None if it could not run, with the reasons on the form."""
    if not form.is_valid():
        return None
    rule = form.written()
    if problems := problems_of(rule):
        form.show(Invalid(problems))
        return None
    return {"trial": trial_of(rule), "deeds": deeds_words(rule.deeds)}


def _rows_of(rule: Rule | None) -> int:
    return (len(steps_of(rule)) if rule else 0) + SPARE


def _rows_sent(sent: Any) -> int:
    return sum(f"deed-{place}-kind" in sent for place in range(MOST_DEEDS)) or SPARE


def _initial(rule: Rule | None) -> dict[str, Any]:
    if rule is None:
        return {}
    found = {name: getattr(rule, name) for name in (*WRITTEN, "is_active", "version") if name != "deeds"}
    for place, step in enumerate(steps_of(rule)):
        found |= {
            f"deed-{place}-kind": step.kind, f"deed-{place}-value": step.value, f"deed-{place}-text": step.text,
            f"deed-{place}-text_en": step.text_en,
        }  # fmt: skip
    return found


def _words(rule: Rule) -> dict[str, Any]:
    return {
        "when": WHEN.get(rule.when, rule.when), "conditions": conditions_words(rule.conditions),
        "deeds": deeds_words(rule.deeds),
    }  # fmt: skip


def _values() -> list[tuple[str, Any]]:
    """What the values of deeds may be, for completion while one types."""
    teams = Team.objects.filter(is_active=True).order_by("level", "name").values_list("name", flat=True)
    categories = Category.objects.filter(is_active=True).order_by("name").values_list("name", flat=True)[:200]
    tags = Tag.objects.order_by("name").values_list("name", flat=True)[:100]
    return [
        ("assignee", _("whoever has it")), ("team", _("everybody of the team who is there")),
        *Ticket.Kind.choices, *((name, "") for name in (*teams, *categories, *tags)),
    ]  # fmt: skip


assert set(KINDS) == set(DEEDS)
