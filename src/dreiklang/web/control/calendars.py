"""Working hours: the spans of a week, public holidays, closed days."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.calendars import commands
from dreiklang.calendars.models import ServiceCalendar, working_week
from dreiklang.calendars.queries import working_calendar
from dreiklang.calendars.rules import DAY_NAMES, is_open
from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotFound
from dreiklang.web.control.organizations import REGIONS
from dreiklang.web.control.pages import control_page
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Lines, VersionedSheet, typed

AT = "calendars"
DAYS = {
    "mon": gettext_lazy("Monday"), "tue": gettext_lazy("Tuesday"), "wed": gettext_lazy("Wednesday"),
    "thu": gettext_lazy("Thursday"), "fri": gettext_lazy("Friday"), "sat": gettext_lazy("Saturday"),
    "sun": gettext_lazy("Sunday"),
}  # fmt: skip
_SPAN = re.compile(r"(\d{1,2})[:.](\d{2})\s*[-–]\s*(\d{1,2})[:.](\d{2})")


class SpansField(forms.CharField):
    """Spans of a day as people write them: '8:00-12:00, 13:00-17:00'; empty is closed."""

    def to_python(self, value: Any) -> Any:
        """A list of pairs of times."""
        spans = []
        for part in filter(None, (piece.strip() for piece in str(super().to_python(value)).split(","))):
            found = _SPAN.fullmatch(part)
            if found is None:
                raise forms.ValidationError(_("Write spans such as 08:00-12:00, 13:00-17:00."))
            begin_hour, begin, end_hour, end = found.groups()
            spans.append([f"{int(begin_hour):02d}:{begin}", f"{int(end_hour):02d}:{end}"])
        return spans

    def prepare_value(self, value: Any) -> Any:
        """Pairs of times as people write them."""
        return ", ".join(f"{start}-{end}" for start, end in value) if isinstance(value, list) else value


class CalendarSheet(VersionedSheet):
    """A calendar."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    timezone = forms.CharField(label=gettext_lazy("Time zone"), max_length=60, initial="Europe/Berlin")
    region = forms.ChoiceField(label=gettext_lazy("Public holidays of"), choices=REGIONS, required=False)
    mon = SpansField(label=DAYS["mon"], required=False, max_length=200)
    tue = SpansField(label=DAYS["tue"], required=False, max_length=200)
    wed = SpansField(label=DAYS["wed"], required=False, max_length=200)
    thu = SpansField(label=DAYS["thu"], required=False, max_length=200)
    fri = SpansField(label=DAYS["fri"], required=False, max_length=200)
    sat = SpansField(label=DAYS["sat"], required=False, max_length=200)
    sun = SpansField(label=DAYS["sun"], required=False, max_length=200)
    closed_days = Lines(
        label=gettext_lazy("Closed besides"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Days such as 2026-12-24, one a line."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        region, kept = self.fields["region"], str(self.initial.get("region", ""))
        assert isinstance(region, forms.ChoiceField)
        if kept and kept not in dict(REGIONS):
            region.choices = [*REGIONS, (kept, kept)]

    def clean_closed_days(self) -> list[date]:
        """The lines as days."""
        days = []
        for line in self.cleaned_data["closed_days"]:
            try:
                days.append(date.fromisoformat(line))
            except ValueError:
                raise forms.ValidationError(
                    _("“%(line)s” is not a day such as 2026-12-24.") % {"line": line[:40]}
                ) from None
        return days

    @property
    def day_fields(self) -> list[Any]:
        """The seven days, Monday first."""
        return [self[name] for name in DAY_NAMES]


@require_GET
@policy("control")
def listed(request: HttpRequest) -> HttpResponse:
    """All calendars, and whether they are open now."""
    now = clock.now()
    rows = [
        {"calendar": calendar, "is_open": is_open(working_calendar(calendar), now), "week": _week_words(calendar)}
        for calendar in ServiceCalendar.objects.order_by("-is_default", "name")
    ]
    return control_page(request, "calendars", {"rows": rows}, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def new(request: HttpRequest) -> HttpResponse:
    """Add a calendar."""
    form = CalendarSheet(typed(request), initial=working_week())
    if request.method == "POST":
        made = form.carry_out(lambda sent: commands.add_calendar(actor=actor_of(request), **_hours(sent, is_new=True)))
        if made is not None:
            messages.success(request, _("The calendar is added."))
            return redirect("control:calendars")
    return control_page(request, "calendar", {"form": form, "calendar": None}, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def one(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """Change a calendar."""
    calendar = _calendar(calendar_id)
    initial = {
        "name": calendar.name, "timezone": calendar.timezone, "region": calendar.region, "version": calendar.version,
        "closed_days": [day.isoformat() for day in calendar.closed_days], **calendar.week,
    }  # fmt: skip
    form = CalendarSheet(typed(request), initial=initial)
    if request.method == "POST":
        done = form.carry_out(lambda sent: commands.change_calendar(calendar, actor=actor_of(request), **_hours(sent)))
        if done is not None:
            messages.success(request, _("Saved."))
            return redirect("control:calendars")
    return control_page(request, "calendar", {"form": form, "calendar": calendar}, at=AT)


@require_POST
@policy("control")
def standing(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """Make a calendar the default, or remove it."""
    calendar = _calendar(calendar_id)
    if request.POST.get("to") == "default":
        commands.make_default(calendar, actor=actor_of(request))
        messages.success(request, _("This calendar is the default now."))
    elif request.POST.get("to") == "removed":
        commands.remove_calendar(calendar, actor=actor_of(request))
        messages.success(request, _("The calendar is removed."))
    return redirect("control:calendars")


def _calendar(calendar_id: int) -> ServiceCalendar:
    found = ServiceCalendar.objects.filter(pk=calendar_id).first()
    if found is None:
        raise NotFound(code="no_calendar")
    return found


def _hours(sent: dict[str, Any], *, is_new: bool = False) -> dict[str, Any]:
    sent["week"] = {name: spans for name in DAY_NAMES if (spans := sent.pop(name))}
    if is_new:
        sent.pop("version")
    return sent


def _week_words(calendar: ServiceCalendar) -> list[tuple[Any, str]]:
    return [
        (DAYS[name], ", ".join(f"{start}–{end}" for start, end in calendar.week[name]))
        for name in DAY_NAMES
        if calendar.week.get(name)
    ]
