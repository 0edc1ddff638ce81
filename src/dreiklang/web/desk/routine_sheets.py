"""The forms of what is made ready: text blocks, macros, runbooks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

from dreiklang.kernel.permissions import Actor
from dreiklang.routines.models import Macro, Runbook, Shared, TextBlock
from dreiklang.teams.models import Team
from dreiklang.tickets.models import Category
from dreiklang.web.sheet import Lines, VersionedSheet

OWN, OF_TEAM, ALL = "own", "team", "all"
SHARING = [
    (OWN, gettext_lazy("for myself")),
    (OF_TEAM, gettext_lazy("for a team")),
    (ALL, gettext_lazy("for everybody at the desk")),
]
SCALE = [
    ("", gettext_lazy("stays as it is")),
    (1, gettext_lazy("high")),
    (2, gettext_lazy("medium")),
    (3, gettext_lazy("low")),
]
LANGUAGES = ("de", "en")


def _text(label: Any, rows: int, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=20_000, strip=False, widget=forms.Textarea(attrs={"rows": rows}), **more
    )


class RoutineSheet(VersionedSheet):
    """What all three have: a name, and whose it is."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    sharing = forms.ChoiceField(label=gettext_lazy("Whose it is"), choices=SHARING, initial=OWN)
    team = forms.ModelChoiceField(label=gettext_lazy("Team"), required=False, queryset=Team.objects.none())
    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Team.objects.filter(is_active=True).order_by("level", "name")
        team = self.fields["team"]
        assert isinstance(team, forms.ModelChoiceField)
        team.queryset = (
            own if actor.has("control.use") or actor.has("tickets.see_all") else own.filter(pk__in=actor.teams)
        )

    @staticmethod
    def start_of(one: Shared) -> dict[str, Any]:
        """The fields as they stand."""
        sharing = OWN if one.owner_id else OF_TEAM if one.team_id else ALL
        return {
            "name": one.name, "sharing": sharing, "team": one.team_id, "is_active": one.is_active,
            "version": one.version,
        }  # fmt: skip


class _Worded(RoutineSheet):
    """With words in each language."""

    words_de = _text(gettext_lazy("Text in German"), 6)
    words_en = _text(gettext_lazy("Text in English"), 6)

    def clean(self) -> dict[str, Any]:
        """Two texts become one field, as the command wants it."""
        cleaned = super().clean()
        cleaned["words"] = {language: cleaned.pop(f"words_{language}", "") for language in LANGUAGES}
        return cleaned


class TextBlockSheet(_Worded):
    """A text block."""

    shortcut = forms.CharField(
        label=gettext_lazy("Shortcut"), max_length=30, required=False, help_text=gettext_lazy("What is typed after ::")
    )
    field_order = ("name", "shortcut", "words_de", "words_en", "sharing", "team", "is_active")

    @staticmethod
    def start_of(one: Shared) -> dict[str, Any]:
        """The fields as they stand."""
        assert isinstance(one, TextBlock)
        return {**RoutineSheet.start_of(one), "shortcut": one.shortcut, **_words(one.words)}


class MacroSheet(_Worded):
    """A macro."""

    words_as = forms.ChoiceField(label=gettext_lazy("Write"), choices=Macro.Words.choices, required=False)
    state = forms.ChoiceField(label=gettext_lazy("The ticket then"), choices=Macro.State.choices, required=False)
    assign_to = forms.ChoiceField(label=gettext_lazy("Give it to"), choices=Macro.Holder.choices, required=False)
    category = forms.ModelChoiceField(
        label=gettext_lazy("Category"), required=False, empty_label=gettext_lazy("stays as it is"),
        queryset=Category.objects.filter(is_active=True).order_by("name"),
    )  # fmt: skip
    impact = forms.TypedChoiceField(
        label=gettext_lazy("Impact"), choices=SCALE, required=False, coerce=int, empty_value=None
    )
    urgency = forms.TypedChoiceField(
        label=gettext_lazy("Urgency"), choices=SCALE, required=False, coerce=int, empty_value=None
    )
    tags = forms.CharField(
        label=gettext_lazy("Tags"), max_length=500, required=False, help_text=gettext_lazy("Separated by commas.")
    )
    reason = _text(gettext_lazy("Handover: why"), 2, help_text=gettext_lazy("Stands in the draft of the handover."))
    observations = _text(gettext_lazy("Handover: observed"), 2)
    question = _text(gettext_lazy("Handover: question"), 2)
    goes_on = forms.BooleanField(label=gettext_lazy("Then open the next ticket"), required=False)
    key = forms.CharField(
        label=gettext_lazy("Key"), max_length=1, required=False,
        help_text=gettext_lazy("Pressed after m, when the list of macros is open."),
    )  # fmt: skip
    field_order = (
        "name", "key", "words_as", "words_de", "words_en", "state", "assign_to", "category", "impact", "urgency",
        "tags", "reason", "observations", "question", "goes_on", "sharing", "team", "is_active",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Tags as a list, the parts of the handover as one field."""
        cleaned = super().clean()
        cleaned["tags"] = [tag for tag in str(cleaned.get("tags") or "").split(",") if tag.strip()]
        cleaned["handover"] = {part: cleaned.pop(part, "") for part in ("reason", "observations", "question")}
        return cleaned

    @staticmethod
    def start_of(one: Shared) -> dict[str, Any]:
        """The fields as they stand."""
        assert isinstance(one, Macro)
        same = ("words_as", "state", "assign_to", "impact", "urgency", "goes_on", "key")
        return {
            **RoutineSheet.start_of(one), **_words(one.words), **{name: getattr(one, name) for name in same},
            "category": one.category_id, "tags": ", ".join(one.tags), **one.handover,
        }  # fmt: skip


class RunbookSheet(RoutineSheet):
    """A runbook."""

    hint = forms.CharField(label=gettext_lazy("What it is for"), max_length=300, required=False)
    categories = forms.ModelMultipleChoiceField(
        label=gettext_lazy("For tickets of these categories"), required=False,
        queryset=Category.objects.filter(is_active=True).order_by("name"),
        help_text=gettext_lazy("And of those below them."), widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    steps = Lines(
        label=gettext_lazy("Steps"), widget=forms.Textarea(attrs={"rows": 10}), required=False,
        help_text=gettext_lazy("One a line. A step whose words stay the same keeps its ticks."),
    )  # fmt: skip
    field_order = ("name", "hint", "steps", "categories", "sharing", "team", "is_active")

    @staticmethod
    def start_of(one: Shared) -> dict[str, Any]:
        """The fields as they stand."""
        assert isinstance(one, Runbook)
        steps = list(one.steps.filter(is_active=True).values_list("text", flat=True))
        categories = list(one.categories.values_list("pk", flat=True))
        return {**RoutineSheet.start_of(one), "hint": one.hint, "steps": steps, "categories": categories}


def _words(words: dict[str, str]) -> dict[str, str]:
    return {f"words_{code}": words.get(code, "") for code, _name in settings.LANGUAGES}
