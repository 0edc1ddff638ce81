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
    errors: dict[str, list[str]] = {}
    if ends_at <= starts_at:
        errors["ends_at"] = [_("The end lies before the beginning.")]
    elif ends_at - starts_at > LONGEST:
        errors["ends_at"] = [_("A shift lasts at most two weeks.")]
    if not queries.members_on(team, queries.today(starts_at)).filter(person=person).exists():
        errors["person"] = [_("Only members of the team can be on duty.")]
    elif DutyShift.objects.filter(team=team, person=person, starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
        errors["person"] = [_("This person is on duty in that time already.")]
    if errors:
        raise Invalid(errors)
    shift = DutyShift.objects.create(team=team, person=person, starts_at=starts_at, ends_at=ends_at)
    put = events.ShiftSet(
        subject_id=team.pk, shift_id=shift.pk, person_id=person.pk, starts_at=starts_at, ends_at=ends_at
    )
    journal.publish(put, actor=actor)
    return shift


@command
def drop_shift(shift: DutyShift, *, actor: Actor) -> None:
    """Take a shift back."""
    require(policy.may_lead(actor, shift.team))
    dropped = events.ShiftDropped(subject_id=shift.team_id, shift_id=shift.pk, person_id=shift.person_id)
    shift.delete()
    journal.publish(dropped, actor=actor)
