"""What the page of a directory shows besides: what its groups bring, and what became of its last looks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from dreiklang.identities.models import Source
from dreiklang.teams.models import Team
from dreiklang.web.control.role_words import ROLE_WORDS
from dreiklang.web.sheet import Sheet

STEP_WORDS = {
    "new": gettext_lazy("new"), "tied": gettext_lazy("connected"), "named": gettext_lazy("renamed"),
    "roles": gettext_lazy("roles changed"), "joined": gettext_lazy("joins a team"),
    "left": gettext_lazy("leaves a team"), "closed": gettext_lazy("closed"), "opened": gettext_lazy("opened again"),
}  # fmt: skip


class GroupSheet(Sheet):
    """What a group brings."""

    group = forms.CharField(
        label=gettext_lazy("Group"), max_length=500,
        help_text=gettext_lazy("Its distinguished name. Groups inside it count, too."),
    )  # fmt: skip
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), required=False, choices=[("", gettext_lazy("none")), *ROLE_WORDS.items()]
    )
    team = forms.ModelChoiceField(
        label=gettext_lazy("Team"), required=False, empty_label=gettext_lazy("none"),
        queryset=Team.objects.filter(is_active=True).order_by("level", "name"),
    )  # fmt: skip


def about(source: Source) -> dict[str, Any]:
    """What the page of a directory shows besides: its groups and its last runs."""
    rules, runs = list(source.group_rules.select_related("team")), list(source.runs.order_by("-at", "-pk")[:5])
    for rule in rules:
        rule.roles = [rule.role] if rule.role else []  # type: ignore[attr-defined]
    for run in runs:
        run.shown = [(STEP_WORDS[what], n) for what, n in run.counts.items()]  # type: ignore[attr-defined]
    return {"group_rules": rules, "runs": runs, "group_form": GroupSheet(auto_id="group_%s")}
