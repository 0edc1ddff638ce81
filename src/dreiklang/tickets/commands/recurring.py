"""Recurring tickets: made, changed, paused, ended; and opened on their day, once whoever comes first."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid, NotFound, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets import policy
from dreiklang.tickets.commands.opening import open_with_message
from dreiklang.tickets.events.recurring import SeriesChanged, SeriesFailed, TicketRecurred
from dreiklang.tickets.models import Occurrence, Series, Ticket
from dreiklang.tickets.queries.recurring import Coming, coming, next_times
from dreiklang.tickets.rules.recurrence import LAST, Every

#: What a form or call may set (P30).
FIELDS = (
    "requester", "subject", "text", "kind", "category", "team", "impact", "urgency", "every", "interval", "weekdays",
    "month_day", "nth", "starts_on", "ends_on", "at_time", "shift", "calendar", "is_active",
)  # fmt: skip


@command
def set_series(*, actor: Actor, series: Series | None = None, version: int | None = None, **fields: Any) -> Series:
    """Make or change a series. Its next time is counted anew from now: what has passed is not made up for.

    Raises Invalid by field, Conflict if somebody changed it since ``version``.
    """
    require(policy.may_set_up(actor))
    if strange := set(fields) - set(FIELDS):
        raise Invalid({sorted(strange)[0]: [_("This field is not known here.")]})
    kept = Series(version=0)
    if series is not None:
        found = Series.objects.select_for_update().filter(pk=series.pk).first()
        if found is None:
            raise NotFound(code="no_series")
        kept = found
        if version is not None and version != kept.version:
            raise Conflict(_("Somebody else changed this series in the meantime."), current=kept.version)
    for name, value in fields.items():
        setattr(kept, name, value)
    _refuse_bad_series(kept)
    _plan_from_now(kept)
    kept.version += 1
    kept.problem = ""
    kept.save()
    publish(SeriesChanged(subject_id=kept.pk, changed=tuple(sorted(fields))), actor=actor)
    return kept


def _refuse_bad_series(series: Series) -> None:
    problems: dict[str, list[str]] = {}
    if not series.subject.strip():
        problems["subject"] = [_("Please say in a few words what it is about.")]
    if not series.text.strip():
        problems["text"] = [_("There is nothing written yet.")]
    if series.kind not in Ticket.Kind.values:
        problems["kind"] = [_("This kind of ticket does not exist.")]
    if not 1 <= series.interval <= 99:
        problems["interval"] = [_("Between 1 and 99.")]
    if any(day not in range(7) for day in series.weekdays):
        problems["weekdays"] = [_("This is no day of the week.")]
    if series.month_day not in (LAST, *range(32)) or series.nth not in (LAST, *range(5)):
        problems["month_day"] = [_("This day does not exist.")]
    if series.nth and series.every == Every.MONTH and len(series.weekdays) != 1:
        problems["weekdays"] = [_("Please choose one day of the week.")]
    if series.ends_on and series.ends_on < series.starts_on:
        problems["ends_on"] = [_("It ends before it begins.")]
    if series.team is not None and series.team.level != 1:
        problems["team"] = [_("A ticket begins at a first level team.")]
    if not series.requester.is_active:
        problems["requester"] = [_("This person has left.")]
    if problems:
        raise Invalid(problems)


def _plan_from_now(series: Series) -> None:
    ahead = next_times(series, clock.now(), 1)
    _plan(series, ahead[0] if ahead else None)


def _plan(series: Series, following: Coming | None) -> None:
    series.next_on = following.planned_on if following else None
    series.next_at = following.at if following else None


@command
def remove_series(series: Series, *, actor: Actor) -> None:
    """Remove a series. The tickets it opened stay."""
    require(policy.may_set_up(actor))
    gone = SeriesChanged(subject_id=series.pk, changed=("removed",))
    series.delete()
    publish(gone, actor=actor)


@command
def open_due(series_id: int, *, actor: Actor) -> Ticket:
    """Open the ticket of a series whose time has come. Raises WrongState unless it has.

    If several times have passed (the desk was off), one ticket is opened for the last of them, and the others are
    noted as missed: nobody needs five checks of yesterday's backup.
    """
    require(actor.is_system)
    series = Series.objects.select_for_update().get(pk=series_id)
    now = clock.now()
    if not series.is_active or series.next_at is None or series.next_on is None or series.next_at > now:
        raise WrongState(code="not_due")
    passed, following = [Coming(series.next_on, series.next_at)], None
    for one in coming(series, after=series.next_on):
        if one.at > now:
            following = one
            break
        passed.append(one)
    ticket = open_with_message(
        series.requester, actor=actor, text=series.text, subject=series.subject, kind=series.kind, channel="desk",
        category=series.category, impact=series.impact, urgency=series.urgency, team=series.team,
    )  # fmt: skip
    for one in passed:
        opened = ticket if one is passed[-1] else None
        Occurrence.objects.create(series=series, planned_on=one.planned_on, ticket=opened, happened_at=now)
    _plan(series, following)
    series.problem = ""
    series.save(update_fields=["next_on", "next_at", "problem"])
    publish(
        TicketRecurred(
            subject_id=ticket.pk,
            series_id=series.pk,
            planned_on=passed[-1].planned_on.isoformat(),
            missed=len(passed) - 1,
        ),
        actor=actor,
    )
    return ticket


@command
def note_failure(series_id: int, *, actor: Actor, reason: str) -> Series:
    """A ticket of a series could not be opened: shown in control; it is tried again with the schedule."""
    require(actor.is_system)
    series = Series.objects.select_for_update().get(pk=series_id)
    series.problem = reason[:300]
    series.save(update_fields=["problem"])
    publish(SeriesFailed(subject_id=series.pk, planned_on=str(series.next_on), reason=series.problem), actor=actor)
    return series
