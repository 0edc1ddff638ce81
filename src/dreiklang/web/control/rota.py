"""The rota of a team on its page in control."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from dreiklang.teams.models import Team
from dreiklang.web.control import duty_deeds
from dreiklang.web.control.teams import team_of, team_page
from dreiklang.web.routing import policy


@require_POST
@policy("control")
def add_shift(request: HttpRequest, team_id: int) -> HttpResponse:
    """Put a member on duty."""
    team = team_of(request, team_id)
    return _shown(request, team, duty_deeds.add(request, team))


@require_POST
@policy("control")
def change_shift(request: HttpRequest, team_id: int, shift_id: int) -> HttpResponse:
    """Give a shift to somebody else, or move it."""
    team = team_of(request, team_id)
    return _shown(request, team, duty_deeds.change(request, team, shift_id))


@require_POST
@policy("control")
def swap_shift(request: HttpRequest, team_id: int, shift_id: int) -> HttpResponse:
    """Two people take over each other's shift."""
    team = team_of(request, team_id)
    return _shown(request, team, duty_deeds.swap(request, team, shift_id))


@require_POST
@policy("control")
def drop_shift(request: HttpRequest, team_id: int, shift_id: int) -> HttpResponse:
    """Take a shift back."""
    team = team_of(request, team_id)
    duty_deeds.drop(request, team, shift_id)
    return _shown(request, team, None)


def _shown(request: HttpRequest, team: Team, refused: duty_deeds.Refused) -> HttpResponse:
    return team_page(request, team, rota=refused) if refused else redirect("control:team", team.pk)
