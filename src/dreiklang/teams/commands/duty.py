"""The duty rota: who is on duty for a team in which span."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from dreiklang.kernel import journal
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person
from dreiklang.teams import events, policy, queries
from dreiklang.teams.models import DutyShift, Team

LONGEST = timedelta(days=14)


@command
def set_shift(team: Team, person: Person, *, starts_at: datetime, ends_at: datetime, actor: Actor) -> DutyShift:
    """Put a member on duty for a span of at most two weeks. Raises Invalid by field."""
    require(policy.may_lead(actor, team))
    shift = DutyShift(team=team, person=person, starts_at=starts_at, ends_at=ends_at)
    _refuse_faults(shift)
    shift.save()
    _publish_set(shift, actor)
    return shift


@command
def change_shift(
    shift: DutyShift, *, actor: Actor, person: Person, starts_at: datetime, ends_at: datetime
) -> DutyShift:
    """Give a shift to somebody else, or move it. Raises Invalid by field."""
    require(policy.may_lead(actor, shift.team))
    _publish_dropped(shift, actor)
    shift.person, shift.starts_at, shift.ends_at = person, starts_at, ends_at
    _refuse_faults(shift, shift.pk)
    shift.save(update_fields=["person", "starts_at", "ends_at"])
    _publish_set(shift, actor)
    return shift


@command
def swap_shifts(first: DutyShift, second: DutyShift, *, actor: Actor) -> None:
    """Two people of a team take over each other's shift. Raises Invalid (``other``) if one of them cannot."""
    require(policy.may_lead(actor, first.team))
    if first.team_id != second.team_id or first.person_id == second.person_id:
        raise Invalid({"other": [_("Only shifts of two people of this team can be swapped.")]})
    for shift in (first, second):
        _publish_dropped(shift, actor)
    first.person, second.person = second.person, first.person
    for shift in (first, second):
        try:
            _refuse_faults(shift, first.pk, second.pk)
        except Invalid as refused:
            raise Invalid({"other": [words for found in refused.fields.values() for words in found]}) from refused
    for shift in (first, second):
        shift.save(update_fields=["person"])
        _publish_set(shift, actor)


@command
def drop_shift(shift: DutyShift, *, actor: Actor) -> None:
    """Take a shift back."""
    require(policy.may_lead(actor, shift.team))
    _publish_dropped(shift, actor)
    shift.delete()


def _refuse_faults(shift: DutyShift, *besides: int) -> None:
    """What is wrong with a shift, by field; ``besides``: shifts that do not stand in its way."""
    start, end, errors = shift.starts_at, shift.ends_at, {}
    if end <= start:
        errors["ends_at"] = [_("The end lies before the beginning.")]
    elif end - start > LONGEST:
        errors["ends_at"] = [_("A shift lasts at most two weeks.")]
    others = DutyShift.objects.filter(team=shift.team, person=shift.person).exclude(pk__in=besides)
    if not queries.members_on(shift.team, queries.today(start)).filter(person=shift.person).exists():
        errors["person"] = [_("Only members of the team can be on duty.")]
    elif others.filter(starts_at__lt=end, ends_at__gt=start).exists():
        errors["person"] = [_("This person is on duty in that time already.")]
    if errors:
        raise Invalid(errors)


def _publish_set(shift: DutyShift, actor: Actor) -> None:
    put = events.ShiftSet(
        subject_id=shift.team_id, shift_id=shift.pk, person_id=shift.person_id, starts_at=shift.starts_at,
        ends_at=shift.ends_at,
    )  # fmt: skip
    journal.publish(put, actor=actor)


def _publish_dropped(shift: DutyShift, actor: Actor) -> None:
    dropped = events.ShiftDropped(subject_id=shift.team_id, shift_id=shift.pk, person_id=shift.person_id)
    journal.publish(dropped, actor=actor)
