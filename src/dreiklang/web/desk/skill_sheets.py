"""Forms of skills, certificates and needs."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from dreiklang.skills.models import Grade, Skill
from dreiklang.teams.models import Team
from dreiklang.web.sheet import Sheet


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AbilitySheet(Sheet):
    """A grade in a skill."""

    skill = forms.ModelChoiceField(Skill.objects.filter(is_active=True), label=_("Skill"))
    grade = forms.TypedChoiceField(label=_("How well"), choices=Grade.choices, coerce=int)
    proof = forms.CharField(
        label=_("What shows it"), max_length=300, required=False, help_text=_("A case, a course, a colleague.")
    )
    expires_on = forms.DateField(label=_("Holds until"), required=False, widget=_day())


class CertificateSheet(Sheet):
    """A certificate."""

    name = forms.CharField(label=_("Certificate"), max_length=200)
    issuer = forms.CharField(label=_("Issued by"), max_length=200, required=False)
    number = forms.CharField(label=_("Number"), max_length=100, required=False)
    issued_on = forms.DateField(label=_("Issued on"), required=False, widget=_day())
    expires_on = forms.DateField(label=_("Holds until"), required=False, widget=_day())


class SkillSheet(Sheet):
    """A skill of the desk."""

    name = forms.CharField(label=_("Skill"), max_length=100)
    description = forms.CharField(label=_("What it means here"), max_length=300, required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class NeedSheet(Sheet):
    """What a team needs of a skill."""

    team = forms.ModelChoiceField(Team.objects.none(), label=_("Team"))
    skill = forms.ModelChoiceField(Skill.objects.filter(is_active=True), label=_("Skill"))
    grade = forms.TypedChoiceField(label=_("At least"), choices=Grade.choices, coerce=int, initial=2)
    persons = forms.IntegerField(
        label=_("Persons"), min_value=0, max_value=99, initial=1, help_text=_("0 takes the need away.")
    )
