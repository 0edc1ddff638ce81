"""Recurring tickets: what comes again and again, when next, and what has come."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.calendars.models import ServiceCalendar
from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotFound
from dreiklang.organizations.models import Person
from dreiklang.organizations.queries import person_of_mail
from dreiklang.organizations.rules import folded_mail
from dreiklang.teams.models import Team
from dreiklang.tickets.commands.recurring import FIELDS, remove_series, set_series
from dreiklang.tickets.models import Category, Series, Ticket
from dreiklang.tickets.queries.recurring import next_times
from dreiklang.tickets.rules.recurrence import LAST, Every
from dreiklang.web.control.pages import control_page
from dreiklang.web.control.paging import page_of
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import VersionedSheet, typed

AT = "recurring"
WEEKDAYS = {
    0: gettext_lazy("Monday"), 1: gettext_lazy("Tuesday"), 2: gettext_lazy("Wednesday"), 3: gettext_lazy("Thursday"),
    4: gettext_lazy("Friday"), 5: gettext_lazy("Saturday"), 6: gettext_lazy("Sunday"),
}  # fmt: skip
NTHS = {
    0: gettext_lazy("by date"), 1: gettext_lazy("first"), 2: gettext_lazy("second"), 3: gettext_lazy("third"),
    4: gettext_lazy("fourth"), LAST: gettext_lazy("last"),
}  # fmt: skip
DAYS = [(0, gettext_lazy("as the first day")), *((n, f"{n}.") for n in range(1, 32)), (LAST, gettext_lazy("last"))]
LEVELS = [(1, "1"), (2, "2"), (3, "3")]


def date_input() -> forms.DateInput:
    """A date as browsers take it, whatever the language."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SeriesSheet(VersionedSheet):
    """What comes, and when."""

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=290)
    text = forms.CharField(
        label=gettext_lazy("Text"), max_length=20_000, strip=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    requester = forms.CharField(
        label=gettext_lazy("Requester"), max_length=254, help_text=gettext_lazy("The person's mail address."),
        widget=forms.EmailInput,
    )  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Ticket.Kind.choices, initial="request")
    category = forms.ModelChoiceField(
        label=gettext_lazy("Category"),
        required=False,
        queryset=Category.objects.filter(is_active=True).order_by("name"),
    )
    team = forms.ModelChoiceField(
        label=gettext_lazy("Team"), required=False, empty_label=gettext_lazy("that of the category"),
        queryset=Team.objects.filter(is_active=True, level=1).order_by("name"),
    )  # fmt: skip
    impact = forms.TypedChoiceField(label=gettext_lazy("Impact"), choices=LEVELS, coerce=int, initial=3)
    urgency = forms.TypedChoiceField(label=gettext_lazy("Urgency"), choices=LEVELS, coerce=int, initial=3)
    interval = forms.IntegerField(label=gettext_lazy("Every"), min_value=1, max_value=99, initial=1)
    every = forms.ChoiceField(label=gettext_lazy("Unit"), choices=Series.Unit.choices, initial=Every.MONTH.value)
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("On"), required=False, choices=WEEKDAYS.items(), coerce=int,
        widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("For weeks, or the day of the week in a month."),
    )  # fmt: skip
    nth = forms.TypedChoiceField(
        label=gettext_lazy("Which in the month"), choices=NTHS.items(), coerce=int, initial=0,
        help_text=gettext_lazy("For months: by date, or such as the first Monday."),
    )  # fmt: skip
    month_day = forms.TypedChoiceField(
        label=gettext_lazy("Day of the month"), choices=DAYS, coerce=int, initial=0,
        help_text=gettext_lazy("In a shorter month the last day."),
    )  # fmt: skip
    starts_on = forms.DateField(label=gettext_lazy("First day"), widget=date_input())
    ends_on = forms.DateField(label=gettext_lazy("Last day"), required=False, widget=date_input())
    at_time = forms.TimeField(
        label=gettext_lazy("Time"), initial=time(7, 0), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    shift = forms.ChoiceField(label=gettext_lazy("On a closed day"), choices=Series.Closed.choices, initial="later")
    calendar = forms.ModelChoiceField(
        label=gettext_lazy("Closed by"), required=False, empty_label=gettext_lazy("the desk's usual calendar"),
        queryset=ServiceCalendar.objects.order_by("name"),
    )  # fmt: skip
    is_active = forms.BooleanField(label=gettext_lazy("Comes by itself"), required=False, initial=True)

    def clean_requester(self) -> Person:
        """The person behind the address."""
        found = person_of_mail(folded_mail(self.cleaned_data["requester"]))
        if found is None:
            raise forms.ValidationError(_("Nobody here has this address."))
        return found


@require_GET
@policy("control")
def listed(request: HttpRequest) -> HttpResponse:
    """Every series with its next time."""
    page = page_of(request, Series.objects.select_related("requester"), key="pk", newest_first=True)
    rows = [{"series": series, "words": series_words(series)} for series in page.rows]
    return control_page(request, "recurring", {"rows": rows, "page": page}, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def new(request: HttpRequest) -> HttpResponse:
    """Make a series, or look at its days first."""
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@policy("control")
def one(request: HttpRequest, series_id: int) -> HttpResponse:
    """Change a series, pause it, or look at its days."""
    return _edit(request, _series(series_id))


@require_POST
@policy("control")
def remove(request: HttpRequest, series_id: int) -> HttpResponse:
    """Remove a series; its tickets stay."""
    remove_series(_series(series_id), actor=actor_of(request))
    messages.success(request, _("The series is removed. Its tickets stay."))
    return redirect("control:recurring")


def _edit(request: HttpRequest, series: Series | None) -> HttpResponse:
    sent, wanted = typed(request), ""
    if sent is not None:
        sent = sent.copy()
        wanted = sent.pop("to", [""])[0]
    form = SeriesSheet(sent, initial=_initial(series))
    shown = series
    if wanted == "shown":
        if form.is_valid():
            shown = Series(**{name: form.cleaned_data[name] for name in FIELDS})
    elif request.method == "POST":
        kept = form.carry_out(lambda values: set_series(series=series, actor=actor_of(request), **values))
        if kept is not None:
            messages.success(request, _("Saved."))
            return redirect("control:series", kept.pk)
    context = {
        "form": form, "series": series, "words": series_words(shown) if shown else "",
        "times": next_times(shown, clock.now()) if shown else None,
        "came": series.occurrences.select_related("ticket").order_by("-planned_on")[:10] if series else [],
    }  # fmt: skip
    return control_page(request, "series", context, at=AT)


def _initial(series: Series | None) -> dict[str, Any]:
    if series is None:
        return {"starts_on": timezone.localdate(clock.now() + timedelta(days=1))}
    address = series.requester.addresses.filter(kind="mail").order_by("-is_first", "id").first()
    return {name: getattr(series, name) for name in (*FIELDS, "version")} | {
        "requester": address.value if address else ""
    }


def series_words(series: Series) -> str:
    """When a series comes, as a sentence."""
    days = ", ".join(str(WEEKDAYS[day]) for day in sorted(series.weekdays))
    n = series.interval
    if series.every == Every.DAY:
        when = ngettext("every day", "every %(n)d days", n) % {"n": n}
    elif series.every == Every.WEEK:
        days = days or str(WEEKDAYS[series.starts_on.weekday()])
        when = ngettext("every week on %(days)s", "every %(n)d weeks on %(days)s", n) % {"n": n, "days": days}
    elif series.every == Every.YEAR:
        when = ngettext("every year", "every %(n)d years", n) % {"n": n}
    else:
        when = ngettext("every month, %(day)s", "every %(n)d months, %(day)s", n) % {
            "n": n,
            "day": _day_words(series, days),
        }
    at = datetime.combine(series.starts_on, series.at_time).strftime("%H:%M")
    return _("%(when)s at %(time)s; on a closed day it %(shift)s") % {
        "when": when, "time": at, "shift": series.get_shift_display(),
    }  # fmt: skip


def _day_words(series: Series, days: str) -> str:
    if series.nth:
        return _("on the %(nth)s %(day)s") % {"nth": NTHS[series.nth], "day": days}
    day = series.month_day or series.starts_on.day
    return _("on the last day") if day == LAST else _("on day %(day)d") % {"day": day}


def _series(series_id: int) -> Series:
    found = Series.objects.select_related("requester", "category", "team", "calendar").filter(pk=series_id).first()
    if found is None:
        raise NotFound(code="no_series")
    return found
