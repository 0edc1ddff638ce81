"""Who is away on which days, and who stands in."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _

from dreiklang.kernel import journal
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person
from dreiklang.teams import events, policy, queries
from dreiklang.teams.models import Absence

LONGEST = timedelta(days=3 * 366)


@command
def note_absence(
    person: Person, *, from_date: date, until_date: date, actor: Actor, substitute: Person | None = None
) -> Absence:
    """Note that somebody is away from and until a day, both included. Raises Invalid by field."""
    require(policy.may_note_absence(actor, person))
    errors: dict[str, list[str]] = {}
    if until_date < from_date:
        errors["until_date"] = [_("The last day lies before the first.")]
    elif until_date - from_date > LONGEST:
        errors["until_date"] = [_("At most three years at once.")]
    elif person.absences.filter(from_date__lte=until_date, until_date__gte=from_date).exists():
        errors["from_date"] = [_("An absence in these days is noted already.")]
    if substitute is not None:
        if substitute.pk == person.pk:
            errors["substitute"] = [_("Nobody can stand in for themselves.")]
        elif not substitute.is_active or not _is_colleague(person, substitute):
            errors["substitute"] = [_("Only somebody who shares a team can stand in.")]
    if errors:
        raise Invalid(errors)
    absence = Absence.objects.create(person=person, substitute=substitute, from_date=from_date, until_date=until_date)
    noted = events.AbsenceNoted(
        subject_id=person.pk, absence_id=absence.pk, from_date=from_date.isoformat(),
        until_date=until_date.isoformat(), substitute_id=substitute.pk if substitute else None,
    )  # fmt: skip
    journal.publish(noted, actor=actor)
    return absence


@command
def drop_absence(absence: Absence, *, actor: Actor) -> None:
    """Take an absence back: somebody stays, or comes back early."""
    require(policy.may_note_absence(actor, absence.person))
    dropped = events.AbsenceDropped(subject_id=absence.person_id, absence_id=absence.pk)
    absence.delete()
    journal.publish(dropped, actor=actor)


def _is_colleague(person: Person, other: Person) -> bool:
    today = queries.today()
    shared = queries.memberships_on(today).filter(person=person).values("team_id")
    return queries.memberships_on(today).filter(person=other, team_id__in=shared).exists()
