"""The rota of a team for those who lead it: who is on duty when, swaps, the working hours nobody has."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotFound
from dreiklang.teams import policy as teams
from dreiklang.teams.models import Team
from dreiklang.web.control import duty_deeds
from dreiklang.web.control.duty_form import rota_of
from dreiklang.web.routing import actor_of, policy

ROUTES = {"add": "desk:rota_shifts", "drop": "desk:rota_shift", "change": "desk:rota_change", "swap": "desk:rota_swap"}


@require_GET
@policy("teams.lead")
def rota_page(request: HttpRequest, team_id: int) -> HttpResponse:
    """Shifts that run or come, and the gaps of the next two weeks."""
    return _page(request, _led(request, team_id), None)


@require_POST
@policy("teams.lead")
def add_shift(request: HttpRequest, team_id: int) -> HttpResponse:
    """Put a member on duty."""
    team = _led(request, team_id)
    return _shown(request, team, duty_deeds.add(request, team))


@require_POST
@policy("teams.lead")
def change_shift(request: HttpRequest, team_id: int, shift_id: int) -> HttpResponse:
    """Give a shift to somebody else, or move it."""
    team = _led(request, team_id)
    return _shown(request, team, duty_deeds.change(request, team, shift_id))


@require_POST
@policy("teams.lead")
def swap_shift(request: HttpRequest, team_id: int, shift_id: int) -> HttpResponse:
    """Two people take over each other's shift."""
    team = _led(request, team_id)
    return _shown(request, team, duty_deeds.swap(request, team, shift_id))


@require_POST
@policy("teams.lead")
def drop_shift(request: HttpRequest, team_id: int, shift_id: int) -> HttpResponse:
    """Take a shift back."""
    team = _led(request, team_id)
    duty_deeds.drop(request, team, shift_id)
    return _shown(request, team, None)


def _led(request: HttpRequest, team_id: int) -> Team:
    """A team that the reader leads. Raises NotFound alike for others and for none."""
    actor = actor_of(request)
    team = teams.visible_to(actor).select_related("calendar").filter(pk=team_id).first()
    if team is None or not teams.may_lead(actor, team):
        raise NotFound(code="no_team")
    return team


def _shown(request: HttpRequest, team: Team, refused: duty_deeds.Refused) -> HttpResponse:
    return _page(request, team, refused) if refused else redirect("desk:rota", team.pk)


def _page(request: HttpRequest, team: Team, refused: duty_deeds.Refused) -> HttpResponse:
    context = {"team": team, "at": "duty", "routes": ROUTES, **(refused or rota_of(team, clock.now()))}
    return render(request, "web/desk/shifts/rota.html", context, status=422 if refused else 200)
