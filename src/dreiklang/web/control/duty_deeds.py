"""What is done to a team's rota, in control and at the desk: each says what the page shows if it was refused."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotFound
from dreiklang.teams.commands import duty
from dreiklang.teams.models import DutyShift, Team
from dreiklang.web.control.duty_form import rota_of
from dreiklang.web.routing import actor_of

Refused = dict[str, Any] | None


def add(request: HttpRequest, team: Team) -> Refused:
    """Put a member on duty."""
    rota = rota_of(team, clock.now(), new=request.POST)
    form = rota["shift_form"]
    if form.carry_out(lambda sent: duty.set_shift(team, sent.pop("person"), actor=actor_of(request), **sent)) is None:
        return rota
    messages.success(request, _("The shift is set."))
    return None


def change(request: HttpRequest, team: Team, shift_id: int) -> Refused:
    """Give a shift to somebody else, or move it."""
    shift = _shift(team, shift_id)
    rota = rota_of(team, clock.now(), changed=(shift.pk, request.POST))
    form = _row(rota, shift)[2]
    if form.carry_out(lambda sent: duty.change_shift(shift, actor=actor_of(request), **sent)) is None:
        return rota
    messages.success(request, _("The shift is changed."))
    return None


def swap(request: HttpRequest, team: Team, shift_id: int) -> Refused:
    """Two people take over each other's shift."""
    shift = _shift(team, shift_id)
    rota = rota_of(team, clock.now(), swapped=(shift.pk, request.POST))
    form = _row(rota, shift)[3]

    def carry_out(sent: dict[str, Any]) -> bool:
        duty.swap_shifts(shift, sent["other"], actor=actor_of(request))
        return True

    if form.carry_out(carry_out) is None:
        return rota
    messages.success(request, _("The shifts are swapped."))
    return None


def drop(request: HttpRequest, team: Team, shift_id: int) -> None:
    """Take a shift back."""
    duty.drop_shift(_shift(team, shift_id), actor=actor_of(request))
    messages.success(request, _("The shift is taken back."))


def _shift(team: Team, shift_id: int) -> DutyShift:
    shift = DutyShift.objects.filter(team=team, pk=shift_id).select_related("team", "person").first()
    if shift is None:
        raise NotFound(code="no_shift")
    return shift


def _row(rota: dict[str, Any], shift: DutyShift) -> Any:
    """The row of a shift that is still shown; what is over cannot be changed any more."""
    found = next((row for row in rota["shifts"] if row[0].pk == shift.pk), None)
    if found is None:
        raise NotFound(code="no_shift")
    return found
