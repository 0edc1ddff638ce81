"""What an entry is made of, one by one: a question of its form, an approval, a step; and what it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from dreiklang.catalog.commands import change_entry
from dreiklang.catalog.models import EntryVersion
from dreiklang.catalog.queries import who_words
from dreiklang.catalog.rules import form as questions
from dreiklang.catalog.rules import plan
from dreiklang.catalog.rules.form import Choice, Condition, Field, in_language
from dreiklang.catalog.rules.plan import Ask, Step
from dreiklang.kernel.errors import Conflict, Invalid, NotFound
from dreiklang.organizations import queries as people
from dreiklang.organizations.models import Person
from dreiklang.organizations.rules import folded_mail
from dreiklang.web.control import catalog_words as words
from dreiklang.web.control.catalog import AT, LANGUAGES, entry_of
from dreiklang.web.control.pages import control_page
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Lines, VersionedSheet, typed


class PartSheet(VersionedSheet):
    """What every part has: when it is asked or done."""

    when = forms.MultipleChoiceField(
        label=gettext_lazy("Only after one of these answers"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: always. All ticked ones belong to the same question."),
    )  # fmt: skip

    def __init__(self, *args: Any, fields: Sequence[Field] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = words.answers_that_decide(fields)
        self.fields["when"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["when"]

    def clean_when(self) -> Condition | None:
        """The condition; its answers belong to one question."""
        pairs = [one.split(":", 1) for one in self.cleaned_data["when"]]
        if len({field for field, _value in pairs}) > 1:
            raise forms.ValidationError(_("All ticked answers must belong to the same question."))
        return Condition(pairs[0][0], tuple(value for _field, value in pairs)) if pairs else None


class FieldSheet(PartSheet):
    """One question."""

    label_de = forms.CharField(label=gettext_lazy("Question in German"), max_length=200, required=False)
    label_en = forms.CharField(label=gettext_lazy("Question in English"), max_length=200, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Answer"), choices=lambda: words.kinds().items())
    hint_de = forms.CharField(label=gettext_lazy("Hint in German"), max_length=300, required=False)
    hint_en = forms.CharField(label=gettext_lazy("Hint in English"), max_length=300, required=False)
    choices = Lines(
        label=gettext_lazy("Answers to choose from"), required=False, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("One a line, German | English. For lists only."),
    )  # fmt: skip
    is_needed = forms.BooleanField(label=gettext_lazy("Must be answered"), required=False, initial=True)
    least = forms.IntegerField(label=gettext_lazy("Least number"), required=False, min_value=-(10**9), max_value=10**9)
    most = forms.IntegerField(
        label=gettext_lazy("Greatest number"), required=False, min_value=-(10**9), max_value=10**9
    )
    costs = forms.BooleanField(label=gettext_lazy("This number is what the order costs"), required=False)


class StepSheet(PartSheet):
    """One step."""

    name_de = forms.CharField(label=gettext_lazy("Name in German"), max_length=100, required=False)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=100, required=False)
    tasks_de = Lines(label=gettext_lazy("Tasks in German"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    tasks_en = Lines(
        label=gettext_lazy("Tasks in English"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "One a line, in the same order; read inside only. Requesters read the name of the step."
        ),
    )  # fmt: skip
    team = forms.ChoiceField(label=gettext_lazy("Done by"), required=False, choices=words.team_choices)
    takes_over = forms.BooleanField(label=gettext_lazy("The ticket goes there, too"), required=False)


class AskSheet(PartSheet):
    """One approval."""

    who = forms.ChoiceField(
        label=gettext_lazy("Who decides?"), choices=lambda: [(one, who_words(one)) for one in plan.WHO]
    )
    persons = Lines(
        label=gettext_lazy("Mail addresses of the named people"), required=False,
        widget=forms.Textarea(attrs={"rows": 2}), help_text=gettext_lazy("One a line. All of them must agree."),
    )  # fmt: skip
    above = forms.DecimalField(
        label=gettext_lazy("Only above this amount"), required=False, min_value=0, max_value=10**9, decimal_places=2
    )

    def clean_persons(self) -> tuple[int, ...]:
        """The people behind the addresses."""
        found = []
        for address in self.cleaned_data["persons"]:
            person = people.person_of_mail(folded_mail(address))
            if person is None:
                raise forms.ValidationError(_("Nobody has this address: %(line)s") % {"line": address[:100]})
            found.append(person.pk)
        return tuple(found)


SHEETS: dict[str, type[PartSheet]] = {"fields": FieldSheet, "steps": StepSheet, "approvals": AskSheet}


@require_http_methods(["GET", "POST"])
@policy("control")
def new(request: HttpRequest, entry_id: int, part: str) -> HttpResponse:
    """Add a question, an approval or a step at the end."""
    return _edit(request, entry_id, part, None)


@require_http_methods(["GET", "POST"])
@policy("control")
def one(request: HttpRequest, entry_id: int, part: str, place: int) -> HttpResponse:
    """Change one."""
    return _edit(request, entry_id, part, place)


def _edit(request: HttpRequest, entry_id: int, part: str, place: int | None) -> HttpResponse:
    entry, version = entry_of(request, entry_id)
    parts = _parts(version, part)
    if place is not None and place >= len(parts):
        raise NotFound(code="no_part")
    old = None if place is None else parts[place]
    before = version.fields[:place] if part == "fields" and place is not None else version.fields
    form = SHEETS[part](typed(request), fields=before, initial={"version": entry.version, **_initial(version, old)})
    if request.method == "POST":

        def keep(sent: dict[str, Any]) -> Any:
            made = _made(version, part, old, sent)
            following = [*parts, made] if place is None else [*parts[:place], made, *parts[place + 1 :]]
            return change_entry(
                entry, actor=actor_of(request), version=sent["version"], change=_change(part, made),
                **_as_change(version, part, following, made, sent),
            )  # fmt: skip

        if form.carry_out(keep) is not None:
            messages.success(request, _("Saved."))
            return redirect("control:catalog_entry", entry.pk)
    context = {"form": form, "entry": entry, "name": version.name_in("de"), "part": part, "place": place}
    return control_page(request, "catalog_part", context, at=AT)


@require_POST
@policy("control")
def move(request: HttpRequest, entry_id: int, part: str, place: int) -> HttpResponse:
    """One place up (``to=up``), down (``to=down``), or away (``to=end``)."""
    entry, version = entry_of(request, entry_id)
    parts, to = list(_parts(version, part)), request.POST.get("to", "")
    if place >= len(parts):
        raise NotFound(code="no_part")
    moved, beside = parts[place], place + (1 if to == "down" else -1)
    if to == "end":
        del parts[place]
    elif 0 <= beside < len(parts):
        parts[place], parts[beside] = parts[beside], parts[place]
    try:
        values = _as_change(version, part, parts, None, {})
        change_entry(entry, actor=actor_of(request), change=_change(part, moved), **values)
    except (Invalid, Conflict) as refused:
        sentences = [str(s) for all_of in getattr(refused, "fields", {}).values() for s in all_of]
        messages.error(request, " ".join(sentences) or str(refused))
    return redirect("control:catalog_entry", entry.pk)


def _parts(version: EntryVersion, part: str) -> Sequence[Any]:
    found = version.steps_and_asks
    known: dict[str, Sequence[Any]] = {"fields": version.fields, "steps": found.steps, "approvals": found.asks}
    if part not in known:
        raise NotFound(code="no_part")
    return known[part]


def _as_change(
    version: EntryVersion, part: str, following: Sequence[Any], made: Any, sent: Mapping[str, Any]
) -> dict[str, Any]:
    """What the command is to change."""
    found = version.steps_and_asks
    if part == "fields":
        keys = {one.key for one in following}
        cost_field = found.cost_field if found.cost_field in keys else ""
        if made is not None:
            cost_field = made.key if sent["costs"] else "" if cost_field == made.key else cost_field
        return {"fields": following, "steps_and_asks": replace(found, cost_field=cost_field)}
    parts = tuple(following)
    return {"steps_and_asks": replace(found, steps=parts) if part == "steps" else replace(found, asks=parts)}


def _change(part: str, made: Any) -> str:
    if part == "fields":
        return _("question: %(name)s") % {"name": in_language(made.labels, "de")}
    if part == "steps":
        return _("step: %(name)s") % {"name": in_language(made.names, "de")}
    return _("approval: %(name)s") % {"name": who_words(made.who)}


def _made(version: EntryVersion, part: str, old: Any, sent: Mapping[str, Any]) -> Any:
    when = sent.get("when") or None
    if part == "approvals":
        return Ask(sent["who"], sent["persons"] if sent["who"] == plan.PERSON else (), sent["above"], when)
    if part == "steps":
        german, english = sent["tasks_de"], sent["tasks_en"]
        if german and english and len(german) != len(english):
            raise Invalid({"tasks_en": [_("As many tasks in English as in German, please.")]})
        tasks = tuple(_both(*pair) for pair in zip(german or english, english or german, strict=True))
        return Step(_both(sent["name_de"], sent["name_en"]), tasks, sent["team"], sent["takes_over"], when)
    labels = _both(sent["label_de"], sent["label_en"])
    if not labels:
        raise Invalid({"label_de": [_("A field needs a label.")]})
    taken = [one.key for one in version.fields]
    key = old.key if old else questions.key_of(in_language(labels, "en"), taken)
    is_list, is_number = sent["kind"] in (questions.CHOICE, questions.CHOICES), sent["kind"] == questions.NUMBER
    return Field(
        key, sent["kind"], labels, _both(sent["hint_de"], sent["hint_en"]),
        _choices(sent["choices"], old) if is_list else (), sent["is_needed"], when,
        sent["least"] if is_number else None, sent["most"] if is_number else None,
    )  # fmt: skip


def _choices(lines: Sequence[str], old: Field | None) -> tuple[Choice, ...]:
    """Choices from lines; one that is still called the same in a language keeps its key, on which conditions stand."""
    known = {label: choice.key for choice in (old.choices if old else ()) for label in choice.labels.values()}
    made: list[Choice] = []
    for line in lines:
        german, _bar, english = (part.strip() for part in line.partition("|"))
        labels = _both(german, english)
        used = [choice.key for choice in made]
        kept = known.get(english) or known.get(german)
        fresh = questions.key_of(english or german, [*used, *known.values()])
        made.append(Choice(kept if kept and kept not in used else fresh, labels))
    return tuple(made)


def _both(german: str, english: str) -> dict[str, str]:
    return {one: text.strip() for one, text in zip(LANGUAGES, (german, english), strict=True) if text.strip()}


def _initial(version: EntryVersion, old: Any) -> dict[str, Any]:
    if old is None:
        return {}
    shown: dict[str, Any] = {}
    if old.when:
        shown["when"] = [f"{old.when.field}:{value}" for value in old.when.values]
    if isinstance(old, Ask):
        mails = [people.first_mail(one) for one in Person.objects.filter(pk__in=old.persons).order_by("sort_key")]
        return shown | {"who": old.who, "persons": mails, "above": old.above}
    if isinstance(old, Step):
        shown |= {"team": old.team, "takes_over": old.takes_over}
        for one in LANGUAGES:
            shown |= {f"name_{one}": old.names.get(one, ""), f"tasks_{one}": [t[one] for t in old.tasks if one in t]}
        return shown
    shown |= {name: getattr(old, name) for name in ("kind", "is_needed", "least", "most")}
    shown["costs"] = version.steps_and_asks.cost_field == old.key
    shown["choices"] = [" | ".join(c.labels.get(one, "") for one in LANGUAGES).strip(" |") for c in old.choices]
    for one in LANGUAGES:
        shown |= {f"label_{one}": old.labels.get(one, ""), f"hint_{one}": old.hints.get(one, "")}
    return shown
