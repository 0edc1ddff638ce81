"""What is done to a team's rota: set, changed, swapped, taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotFound
from dreiklang.teams.commands import duty
from dreiklang.teams.models import DutyShift, Team
from dreiklang.web.control.duty_form import rota_of
from dreiklang.web.control.teams import team_of, team_page
from dreiklang.web.routing import actor_of, policy


@require_POST
@policy("control")
def add_shift(request: HttpRequest, team_id: int) -> HttpResponse:
    """Put a member on duty."""
    team = team_of(request, team_id)
    rota = rota_of(team, clock.now(), new=request.POST)
    form = rota["shift_form"]
    if form.carry_out(lambda sent: duty.set_shift(team, sent.pop("person"), actor=actor_of(request), **sent)) is None:
        return team_page(request, team, rota=rota)
    messages.success(request, _("The shift is set."))
    return redirect("control:team", team.pk)


@require_POST
@policy("control")
def change_shift(request: HttpRequest, team_id: int, shift_id: int) -> HttpResponse:
    """Give a shift to somebody else, or move it."""
    team, shift = _shift(request, team_id, shift_id)
    rota = rota_of(team, clock.now(), changed=(shift.pk, request.POST))
    form = _row(rota, shift)[2]
    if form.carry_out(lambda sent: duty.change_shift(shift, actor=actor_of(request), **sent)) is None:
        return team_page(request, team, rota=rota)
    messages.success(request, _("The shift is changed."))
    return redirect("control:team", team.pk)


@require_POST
@policy("control")
def swap_shift(request: HttpRequest, team_id: int, shift_id: int) -> HttpResponse:
    """Two people take over each other's shift."""
    team, shift = _shift(request, team_id, shift_id)
    rota = rota_of(team, clock.now(), swapped=(shift.pk, request.POST))
    form = _row(rota, shift)[3]

    def swap(sent: dict[str, Any]) -> bool:
        duty.swap_shifts(shift, sent["other"], actor=actor_of(request))
        return True

    if form.carry_out(swap) is None:
        return team_page(request, team, rota=rota)
    messages.success(request, _("The shifts are swapped."))
    return redirect("control:team", team.pk)


@require_POST
@policy("control")
def drop_shift(request: HttpRequest, team_id: int, shift_id: int) -> HttpResponse:
    """Take a shift back."""
    team, shift = _shift(request, team_id, shift_id)
    duty.drop_shift(shift, actor=actor_of(request))
    messages.success(request, _("The shift is taken back."))
    return redirect("control:team", team.pk)


def _shift(request: HttpRequest, team_id: int, shift_id: int) -> tuple[Team, DutyShift]:
    team = team_of(request, team_id)
    shift = DutyShift.objects.filter(team=team, pk=shift_id).select_related("team", "person").first()
    if shift is None:
        raise NotFound(code="no_shift")
    return team, shift


def _row(rota: dict[str, Any], shift: DutyShift) -> Any:
    """The row of a shift that is still shown; what is over cannot be changed any more."""
    found = next((row for row in rota["shifts"] if row[0].pk == shift.pk), None)
    if found is None:
        raise NotFound(code="no_shift")
    return found
