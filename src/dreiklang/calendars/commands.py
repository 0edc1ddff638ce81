"""Calendars: add, change, make the default, remove."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, ProtectedError
from django.utils.translation import gettext as _

from dreiklang.calendars import events, policy
from dreiklang.calendars.models import ServiceCalendar, working_week
from dreiklang.calendars.queries import STANDARD_NAME
from dreiklang.calendars.rules import BadCalendar, written_extra_days, written_week
from dreiklang.kernel import journal
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid, NotFound, WrongState
from dreiklang.kernel.permissions import Actor, require

_MOST_CLOSED_DAYS = 1000
_MOST_SPANS_A_DAY = 24


@command
def add_calendar(
    name: str,
    *,
    actor: Actor,
    timezone: str = "Europe/Berlin",
    week: Mapping[str, Any] | None = None,
    region: str = "",
    closed_days: Iterable[date] = (),
    extra_days: Mapping[str, Any] | None = None,
) -> ServiceCalendar:
    """Add a calendar; without a week it is open Monday to Friday, eight to five. Raises Invalid by field."""
    require(policy.may_manage_calendars(actor))
    calendar = ServiceCalendar(
        name=name, timezone=timezone, region=region, closed_days=list(closed_days),
        week=working_week() if week is None else week, extra_days=dict(extra_days or {}),
    )  # fmt: skip
    _check(calendar)
    _save(calendar)
    journal.publish(events.CalendarAdded(subject_id=calendar.pk, **_hours(calendar)), actor=actor)
    return calendar


@command
def change_calendar(
    calendar: ServiceCalendar,
    *,
    actor: Actor,
    name: str | None = None,
    timezone: str | None = None,
    week: Mapping[str, Any] | None = None,
    region: str | None = None,
    closed_days: Iterable[date] | None = None,
    extra_days: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> ServiceCalendar:
    """Change what is given, keep what is None. Raises Invalid by field, Conflict if another was faster."""
    require(policy.may_manage_calendars(actor))
    calendar = _held(calendar)
    if version is not None and version != calendar.version:
        raise Conflict(_("Somebody else changed this calendar in the meantime."), current=calendar.version)
    days = None if closed_days is None else list(closed_days)
    wished = {
        "name": name, "timezone": timezone, "week": week, "region": region, "closed_days": days,
        "extra_days": extra_days,
    }  # fmt: skip
    for field, value in wished.items():
        if value is not None:
            setattr(calendar, field, value)
    _check(calendar)
    calendar.version += 1
    _save(calendar)
    journal.publish(events.CalendarChanged(subject_id=calendar.pk, **_hours(calendar)), actor=actor)
    return calendar


@command
def make_default(calendar: ServiceCalendar, *, actor: Actor) -> ServiceCalendar:
    """Let a calendar hold wherever none is chosen, in place of the one that did."""
    require(policy.may_manage_calendars(actor))
    # All of them are held, so that two who choose at the same time do so one after the other.
    list(ServiceCalendar.objects.select_for_update().order_by("pk").values_list("pk"))
    calendar = _held(calendar)
    if calendar.is_default:
        raise WrongState(_("This calendar is the default already."), code="already_default")
    ServiceCalendar.objects.filter(is_default=True).update(is_default=False, version=F("version") + 1)
    calendar.is_default = True
    calendar.version += 1
    _save(calendar)
    journal.publish(events.CalendarMadeDefault(subject_id=calendar.pk), actor=actor)
    return calendar


@command
def add_standard(*, actor: Actor) -> ServiceCalendar:
    """Store the calendar `Standard` as the default, for a desk that begins. Raises Invalid if there is one."""
    return make_default(add_calendar(STANDARD_NAME, actor=actor), actor=actor)


@command
def remove_calendar(calendar: ServiceCalendar, *, actor: Actor) -> None:
    """Remove a calendar that nothing uses. Raises WrongState for one in use and for the default one."""
    require(policy.may_manage_calendars(actor))
    calendar = _held(calendar)
    if calendar.is_default:
        raise WrongState(_("The default calendar cannot be removed."), code="is_default")
    removed = events.CalendarRemoved(subject_id=calendar.pk, name=calendar.name)
    try:
        calendar.delete()
    except ProtectedError:
        raise WrongState(_("This calendar is in use."), code="in_use") from None
    journal.publish(removed, actor=actor)


def _held(calendar: ServiceCalendar) -> ServiceCalendar:
    """The calendar as it stands, locked until the command ends."""
    found = ServiceCalendar.objects.select_for_update().filter(pk=calendar.pk).first()
    if found is None:
        raise NotFound(_("This calendar does not exist."))
    return found


def _check(calendar: ServiceCalendar) -> None:
    """Trim the name, put days and spans in order, refuse what is no calendar."""
    calendar.name = calendar.name.strip()
    calendar.region = calendar.region.strip()
    faults: dict[str, list[Any]] = {}
    if not 1 <= len(calendar.name) <= 100 or not calendar.name.isprintable():
        faults["name"] = [_("Enter a name of 1 to 100 characters.")]
    if not all(type(day) is date for day in calendar.closed_days):
        faults["closed_days"] = [_("Enter dates.")]
    elif len(set(calendar.closed_days)) > _MOST_CLOSED_DAYS:
        faults["closed_days"] = [_("No more than 1000 closed days can be kept.")]
    else:
        calendar.closed_days = sorted(set(calendar.closed_days))
    if not faults:
        faults = _faults_of_hours(calendar)
    if faults:
        raise Invalid(faults)


def _faults_of_hours(calendar: ServiceCalendar) -> dict[str, list[Any]]:
    try:
        hours = calendar.as_rules()
    except BadCalendar as wrong:
        field = wrong.path.partition(".")[0]
        return {
            "timezone": {"timezone": [_("This is not a known time zone.")]},
            "region": {"region": [_("This is not a known region such as DE or DE-BW.")]},
            "extra_days": {"extra_days": [_("Write a day and its hours, such as 2026-12-24 08:00-12:00.")]},
        }.get(field, {"week": [_("Write opening hours as 08:00 and 17:00 (%(place)s).") % {"place": wrong.path}]})
    if any(len(spans) > _MOST_SPANS_A_DAY for spans in hours.week):
        return {"week": [_("A day can have up to 24 spans.")]}
    if not hours.has_hours:
        return {"week": [_("This calendar is never open; nothing could ever be due.")]}
    if len(hours.extra_days) > _MOST_CLOSED_DAYS:
        return {"extra_days": [_("No more than 1000 days with hours of their own can be kept.")]}
    if both := sorted({day for day, _spans in hours.extra_days} & hours.closed_days):
        words = _("%(day)s cannot be closed and have hours of its own.")
        return {"extra_days": [words % {"day": both[0].isoformat()}]}
    calendar.week, calendar.extra_days = written_week(hours.week), written_extra_days(hours.extra_days)
    return {}


def _save(calendar: ServiceCalendar) -> None:
    try:
        with transaction.atomic():
            calendar.save()
    except IntegrityError:
        raise Invalid({"name": [_("There is a calendar of this name already.")]}) from None


def _hours(calendar: ServiceCalendar) -> dict[str, Any]:
    """What a journal line tells of a calendar."""
    return {
        "name": calendar.name,
        "timezone": calendar.timezone,
        "week": calendar.week,
        "region": calendar.region,
        "closed_days": tuple(day.isoformat() for day in calendar.closed_days),
        "extra_days": calendar.extra_days,
    }
