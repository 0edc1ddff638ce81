"""Teams on their levels, with members, absence and duty."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.calendars.models import ServiceCalendar
from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotFound
from dreiklang.organizations.models import Organization, Person
from dreiklang.teams import policy as team_policy
from dreiklang.teams import queries, rules
from dreiklang.teams.commands import absences, members
from dreiklang.teams.commands import teams as commands
from dreiklang.teams.models import Absence, Membership, Team
from dreiklang.web.control.duty_form import members_of, rota_of
from dreiklang.web.control.pages import control_page
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Sheet, VersionedSheet, typed

AT = "teams"
SHIFT_ROUTES = {
    "add": "control:shifts", "drop": "control:shift", "change": "control:shift_change", "swap": "control:shift_swap",
}  # fmt: skip
LEVEL_WORDS = [
    (1, gettext_lazy("Level 1: takes every request")), (2, gettext_lazy("Level 2: technicians")),
    (3, gettext_lazy("Level 3: experts for one subject")), (4, gettext_lazy("Level 4: vendor or outside expert")),
]  # fmt: skip


class DateField(forms.DateField):
    """A day, chosen in the browser's calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class TeamSheet(VersionedSheet):
    """A team."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    level = forms.TypedChoiceField(label=gettext_lazy("Level"), choices=LEVEL_WORDS, coerce=int)
    organization = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"), empty_label=None,
        queryset=Organization.objects.exclude(kind=Organization.Kind.CUSTOMER).order_by("kind", "sort_key"),
    )  # fmt: skip
    subject = forms.CharField(
        label=gettext_lazy("Expert for"), max_length=200, required=False,
        help_text=gettext_lazy("What the team is expert for; shown when the next team is proposed."),
    )  # fmt: skip
    calendar = forms.ModelChoiceField(
        label=gettext_lazy("Working hours"), required=False, queryset=ServiceCalendar.objects.order_by("name"),
        empty_label=gettext_lazy("the desk's default"),
    )  # fmt: skip
    signature = forms.CharField(
        label=gettext_lazy("Signature below mails"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    is_active = forms.BooleanField(
        label=gettext_lazy("Takes tickets"), required=False, initial=True,
        help_text=gettext_lazy("Switched off, nobody can hand anything to the team; its tickets stay."),
    )  # fmt: skip


class MemberSheet(Sheet):
    """Somebody joins."""

    person = forms.ModelChoiceField(label=gettext_lazy("Person"), queryset=Person.objects.none())
    role = forms.ChoiceField(label=gettext_lazy("As"), choices=Membership.Role.choices)
    from_date = DateField(label=gettext_lazy("From"), required=False)
    until_date = DateField(label=gettext_lazy("Until and including"), required=False)


class AbsenceSheet(Sheet):
    """Somebody is away."""

    person = forms.ModelChoiceField(label=gettext_lazy("Who"), queryset=Person.objects.none())
    from_date = DateField(label=gettext_lazy("From"))
    until_date = DateField(label=gettext_lazy("Until and including"))
    substitute = forms.ModelChoiceField(
        label=gettext_lazy("Stands in"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=gettext_lazy("nobody"),
    )


@require_GET
@policy("control")
def listed(request: HttpRequest) -> HttpResponse:
    """All teams by level, with who is there now."""
    now = clock.now()
    teams = list(
        team_policy.visible_to(actor_of(request))
        .select_related("organization", "calendar")
        .order_by("level", "name", "pk")
    )
    levels = [
        {
            "number": number,
            "words": words,
            "teams": [
                _row(t, now)
                for t in teams if t.level == number
            ],
        }
        for number, words in LEVEL_WORDS
    ]  # fmt: skip
    return control_page(request, "teams", {"levels": levels, "any": bool(teams)}, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def new(request: HttpRequest) -> HttpResponse:
    """Make a team."""
    form = TeamSheet(typed(request), initial={"level": request.GET.get("level", "1")})
    if request.method == "POST":
        made = form.carry_out(lambda sent: _make(sent, request))
        if made is not None:
            messages.success(request, _("The team is made. Now add its members."))
            return redirect("control:team", made.pk)
    return control_page(request, "team", {"form": form, "team": None}, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def one(request: HttpRequest, team_id: int) -> HttpResponse:
    """A team with members, absence and duty."""
    team = team_of(request, team_id)
    form = TeamSheet(typed(request), initial={name: getattr(team, name) for name in (*commands.FIELDS, "version")})
    if request.method == "POST":
        done = form.carry_out(lambda sent: commands.change_team(team, actor=actor_of(request), **sent))
        if done is not None:
            messages.success(request, _("Saved."))
            return redirect("control:team", team.pk)
    return team_page(request, team, form=form)


@require_POST
@policy("control")
def add_member(request: HttpRequest, team_id: int) -> HttpResponse:
    """Let somebody belong to the team."""
    team = team_of(request, team_id)
    form = _member_sheet(team, request.POST)
    if form.carry_out(lambda sent: members.add_member(team, actor=actor_of(request), **sent)) is None:
        return team_page(request, team, member_form=form)
    messages.success(request, _("The member is added."))
    return redirect("control:team", team.pk)


@require_POST
@policy("control")
def end_member(request: HttpRequest, team_id: int, membership_id: int) -> HttpResponse:
    """End a membership now, or change its role."""
    team = team_of(request, team_id)
    membership = Membership.objects.filter(team=team, pk=membership_id).first()
    if membership is None:
        raise NotFound(code="no_member")
    if (role := request.POST.get("role", "")) in Membership.Role.values:
        members.change_member(membership, role=role, actor=actor_of(request))
        messages.success(request, _("Saved."))
    else:
        members.end_membership(membership, actor=actor_of(request))
        messages.success(request, _("The membership has ended."))
    return redirect("control:team", team.pk)


@require_POST
@policy("control")
def add_absence(request: HttpRequest, team_id: int) -> HttpResponse:
    """Note that a member is away."""
    team = team_of(request, team_id)
    form = _absence_sheet(team, request.POST)
    if form.carry_out(lambda sent: absences.note_absence(sent.pop("person"), actor=actor_of(request), **sent)) is None:
        return team_page(request, team, absence_form=form)
    messages.success(request, _("The absence is noted."))
    return redirect("control:team", team.pk)


@require_POST
@policy("control")
def drop_absence(request: HttpRequest, team_id: int, absence_id: int) -> HttpResponse:
    """Take an absence back."""
    team = team_of(request, team_id)
    absence = Absence.objects.filter(person__memberships__team=team, pk=absence_id).first()
    if absence is None:
        raise NotFound(code="no_absence")
    absences.drop_absence(absence, actor=actor_of(request))
    messages.success(request, _("The absence is taken back."))
    return redirect("control:team", team.pk)


def _row(team: Team, now: datetime) -> dict[str, Any]:
    members_now = queries.members_on(team, queries.today(now)).count()
    return {"team": team, "members": members_now, "there": len(queries.on_duty(team, now))}


def team_of(request: HttpRequest, team_id: int) -> Team:
    """A team that control shows. Raises NotFound."""
    found = (
        team_policy.visible_to(actor_of(request)).select_related("organization", "calendar").filter(pk=team_id).first()
    )
    if found is None:
        raise NotFound(code="no_team")
    return found


def _make(sent: dict[str, Any], request: HttpRequest) -> Team:
    sent.pop("version")
    return commands.make_team(sent.pop("name"), actor=actor_of(request), **sent)


def _people(form: Sheet, people: Any, *names: str) -> None:
    for name in names:
        field = form.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people


def _member_sheet(team: Team, sent: Any = None) -> MemberSheet:
    form = MemberSheet(sent, prefix="member", initial={"from_date": queries.today()})
    present = queries.members_on(team, queries.today()).values("person_id")
    people = Person.objects.filter(organization_id=team.organization_id, is_active=True).exclude(pk__in=present)
    _people(form, people.order_by("sort_key", "pk"), "person")
    return form


def _absence_sheet(team: Team, sent: Any = None) -> AbsenceSheet:
    form = AbsenceSheet(sent, prefix="absence")
    _people(form, members_of(team), "person", "substitute")
    return form


def team_page(
    request: HttpRequest,
    team: Team,
    *,
    form: TeamSheet | None = None,
    member_form: MemberSheet | None = None,
    absence_form: AbsenceSheet | None = None,
    rota: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page of a team; with the form that was refused, which keeps what was typed."""
    now, day = clock.now(), queries.today()
    people = [m.person_id for m in team.memberships.all()]
    context = {
        "team": team,
        "form": form or TeamSheet(initial={name: getattr(team, name) for name in (*commands.FIELDS, "version")}),
        "member_form": member_form or _member_sheet(team),
        "absence_form": absence_form or _absence_sheet(team),
        "memberships": team.memberships.select_related("person").order_by("until_date", "person__sort_key"),
        "absences": Absence.objects.filter(person_id__in=people, until_date__gte=day)
        .select_related("person", "substitute").order_by("from_date", "pk"),
        "there": queries.on_duty(team, now),
        "today": day,
        "next_levels": rules.levels_within_reach(team.level),
        "routes": SHIFT_ROUTES,
        **(rota or rota_of(team, now)),
    }  # fmt: skip
    return control_page(request, "team", context, at=AT)
