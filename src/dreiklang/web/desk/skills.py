"""Skills at the desk: one's own, those of the people one leads, and what teams need and lack."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dreiklang.kernel.errors import NotFound, WrongState
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person
from dreiklang.skills import policy as skills
from dreiklang.skills import queries
from dreiklang.skills.commands import keeping, noting
from dreiklang.skills.models import Skill
from dreiklang.skills.rules import runs_out
from dreiklang.teams.queries import memberships_on, today
from dreiklang.web import forms
from dreiklang.web.desk.finding import me
from dreiklang.web.desk.learning import tabs_for
from dreiklang.web.desk.skill_sheets import AbilitySheet, CertificateSheet, NeedSheet, SkillSheet
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Sheet, typed


@require_http_methods(["GET", "POST"])
@policy("desk")
def own(request: HttpRequest) -> HttpResponse:
    """One's own grades and certificates."""
    actor = _insider(request)
    if not me(actor):
        raise NotFound
    return _person_page(request, actor, Person.objects.get(pk=me(actor)))


@require_http_methods(["GET", "POST"])
@policy("desk")
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Grades and certificates of somebody one leads."""
    actor = _insider(request)
    found = Person.objects.filter(pk=person_id).first()
    if found is None or not skills.may_note(actor, found):
        raise NotFound
    return _person_page(request, actor, found)


def _person_page(request: HttpRequest, actor: Actor, person: Person) -> HttpResponse:
    which = request.GET.get("form", "")
    ability = AbilitySheet(typed(request) if which == "ability" else None)
    certificate = CertificateSheet(typed(request) if which == "certificate" else None)
    if request.method == "POST":
        done: Any = None
        if which == "ability":
            done = ability.carry_out(lambda sent: noting.note_ability(person, actor=actor, **sent))
        elif which == "certificate":
            done = certificate.carry_out(lambda sent: noting.keep_certificate(None, actor=actor, person=person, **sent))
        else:
            raise NotFound
        if done is not None:
            messages.success(request, _("Saved."))
            return _to(person, actor)
    day = today()
    abilities = queries.abilities_of(person.pk, actor=actor)
    certificates = queries.certificates_of(person.pk, actor=actor)
    context = {
        "tabs": tabs_for(actor),
        "person": person,
        "is_own": person.pk == me(actor),
        "leads": skills.leads(actor, person),
        "abilities": [(one, runs_out(one.expires_on, day)) for one in abilities],
        "certificates": [(one, runs_out(one.expires_on, day)) for one in certificates],
        "ability": ability,
        "certificate": certificate,
        "has_skills": bool(queries.skills()),
        "may_keep": skills.may_keep_skills(actor),
    }
    is_wrong = bool(ability.errors if which == "ability" else certificate.errors) and request.method == "POST"
    return render(request, "web/desk/skills/person.html", context, status=422 if is_wrong else 200)


@require_POST
@policy("desk")
def ability_deed(request: HttpRequest, ability_id: int, name: str) -> HttpResponse:
    """A grade is confirmed, or taken back."""
    actor = _insider(request)
    found = skills.visible_to(actor).select_related("person", "skill").filter(pk=ability_id).first()
    if found is None or name not in ("confirmation", "removal"):
        raise NotFound
    forms.read(request)
    try:
        if name == "confirmation":
            noting.confirm_ability(found, actor=actor)
        else:
            noting.drop_ability(found, actor=actor)
        messages.success(request, _("Saved."))
    except WrongState as refused:
        messages.error(request, str(refused))
    return _to(found.person, actor)


@require_POST
@policy("desk")
def drop_certificate(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """A certificate is removed."""
    actor = _insider(request)
    found = skills.certificates_visible_to(actor).select_related("person").filter(pk=certificate_id).first()
    if found is None:
        raise NotFound
    forms.read(request)
    noting.drop_certificate(found, actor=actor)
    messages.success(request, _("Removed."))
    return _to(found.person, actor)


@require_http_methods(["GET", "POST"])
@policy("desk")
def teams(request: HttpRequest) -> HttpResponse:
    """What the teams one leads need and lack, who is in them, what runs out; and the skills of the desk."""
    actor = _insider(request)
    if not skills.may_keep_skills(actor):
        raise NotFound
    which = request.GET.get("form", "")
    need = NeedSheet(typed(request) if which == "need" else None)
    skill = SkillSheet(typed(request) if which == "skill" else None)
    need.fields["team"].queryset = skills.led_by(actor).order_by("level", "name")  # type: ignore[attr-defined]
    if request.method == "POST":
        done: Any = None
        if which == "need" and need.is_valid():
            try:
                keeping.set_need(**_named(need, "team", "skill"), actor=actor, **_named(need, "grade", "persons"))
                done = True
            except NotFound:
                need.add_error("persons", _("The team has no such need."))
        elif which == "skill":
            done = skill.carry_out(lambda sent: keeping.keep_skill(None, actor=actor, **sent))
        if done:
            messages.success(request, _("Saved."))
            return redirect("desk:team_skills")
    context = {
        "tabs": tabs_for(actor),
        "rows": _with_members(queries.gaps_for(actor)),
        "ending": [one for one in queries.running_out(actor=actor) if one.person_id != me(actor)],
        "skills": queries.skills(with_retired=True),
        "need": need,
        "skill": skill,
        "today": today(),
    }
    is_wrong = request.method == "POST"
    return render(request, "web/desk/skills/teams.html", context, status=422 if is_wrong else 200)


@require_http_methods(["GET", "POST"])
@policy("desk")
def change_skill(request: HttpRequest, skill_id: int) -> HttpResponse:
    """Another name, another meaning, or out of use."""
    actor = _insider(request)
    found = Skill.objects.filter(pk=skill_id).first()
    if found is None or not skills.may_keep_skills(actor):
        raise NotFound
    start = {name: getattr(found, name) for name in ("name", "description", "is_active", "version")}
    form = SkillSheet(typed(request), initial=start)
    if request.method == "POST":
        kept = form.carry_out(lambda sent: keeping.keep_skill(found, actor=actor, **sent))
        if kept is not None:
            messages.success(request, _("Saved."))
            return redirect("desk:team_skills")
    context = {"tabs": tabs_for(actor), "form": form, "skill": found}
    return render(request, "web/desk/skills/skill.html", context, status=422 if form.errors else 200)


def _named(form: Sheet, *names: str) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in names}


def _with_members(rows: list[queries.TeamGaps]) -> list[tuple[queries.TeamGaps, list[Person]]]:
    """Each team with who is in it today; one statement for all."""
    members: dict[int, list[Person]] = {}
    found = memberships_on(today()).filter(team__in=[row.team for row in rows], person__is_active=True)
    for membership in found.select_related("person").order_by("person__sort_key", "person_id"):
        members.setdefault(membership.team_id, []).append(membership.person)
    return [(row, members.get(row.team.pk, [])) for row in rows]


def _to(person: Person, actor: Actor) -> HttpResponse:
    if person.pk == me(actor):
        return redirect("desk:skills")
    return redirect("desk:person_skills", person_id=person.pk)


def _insider(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if not skills.may_look(actor):
        raise NotFound
    return actor
