"""Working hours: the spans of a week, public holidays, closed days."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
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
from dreiklang.kernel.errors import Conflict, Invalid, NotFound, WrongState
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Organization
from dreiklang.sla.commands.calendars import give_calendar
from dreiklang.sla.models import CustomerCalendar
from dreiklang.web.control.calendar_effects import effect_shown
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
    customer = forms.ModelChoiceField(
        label=gettext_lazy("Only for customer"), queryset=Organization.objects.none(), required=False,
        help_text=gettext_lazy("Then only promises to them count in it."),
    )  # fmt: skip
    closed_days = Lines(
        label=gettext_lazy("Closed besides"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Days such as 2026-12-24, one a line."),
    )  # fmt: skip

    extra_days = Lines(
        label=gettext_lazy("Days with hours of their own"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Such as 2026-12-24 08:00-12:00, one a line; they hold on public holidays as well."),
    )  # fmt: skip
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        customer = self.fields["customer"]
        assert isinstance(customer, forms.ModelChoiceField)
        customer.queryset = Organization.objects.filter(is_active=True, kind="customer").order_by("sort_key")
        region, kept = self.fields["region"], str(self.initial.get("region", ""))
        assert isinstance(region, forms.ChoiceField)
        if kept and kept not in dict(REGIONS):
            region.choices = [*REGIONS, (kept, kept)]

    def show(self, refused: Invalid | Conflict | WrongState) -> None:
        """What is wrong with the week as a whole stands at its first day."""
        if isinstance(refused, Invalid) and "week" in refused.fields:
            refused = Invalid({("mon" if name == "week" else name): said for name, said in refused.fields.items()})
        super().show(refused)

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

    def clean_extra_days(self) -> dict[str, Any]:
        """The lines as days with their spans."""
        found: dict[str, Any] = {}
        for line in self.cleaned_data["extra_days"]:
            day, _blank, spans = line.partition(" ")
            try:
                written = SpansField().to_python(spans) if date.fromisoformat(day) else []
            except ValueError:
                written = []
            if not written or day in found:
                raise forms.ValidationError(
                    _("“%(line)s” is not a day with its hours, such as 2026-12-24 08:00-12:00.") % {"line": line[:60]}
                )
            found[day] = written
        return found

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
        for calendar in ServiceCalendar.objects.select_related("customer__organization").order_by("-is_default", "name")
    ]
    return control_page(request, "calendars", {"rows": rows}, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def new(request: HttpRequest) -> HttpResponse:
    """Add a calendar."""
    form = CalendarSheet(typed(request), initial=working_week())
    if request.method == "POST":
        made = form.carry_out(lambda sent: _add(sent, actor_of(request)))
        if made is not None:
            messages.success(request, _("The calendar is added."))
            return redirect("control:calendars")
    return control_page(request, "calendar", {"form": form, "calendar": None}, at=AT)


@transaction.atomic
def _add(sent: dict[str, Any], actor: Actor) -> ServiceCalendar:
    customer = sent.pop("customer")
    made = commands.add_calendar(actor=actor, **_hours(sent, is_new=True))
    if customer is not None:
        give_calendar(made, actor=actor, organization=customer)
    return made


@require_http_methods(["GET", "POST"])
@policy("control")
def one(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """Change a calendar. What that does to running promises is shown first, and saved when it was seen."""
    calendar = _calendar(calendar_id)
    owner = CustomerCalendar.objects.filter(calendar=calendar).first()
    initial = {
        "name": calendar.name, "timezone": calendar.timezone, "region": calendar.region, "version": calendar.version,
        "closed_days": [day.isoformat() for day in calendar.closed_days], **calendar.week,
        "extra_days": [f"{day} {_spans_words(spans)}" for day, spans in calendar.extra_days.items()],
        "customer": owner and owner.organization_id,
    }  # fmt: skip
    form = CalendarSheet(typed(request), initial=initial)
    context: dict[str, Any] = {"form": form, "calendar": calendar, "year": clock.now().year}
    if request.method == "POST" and form.is_valid():
        context["effect"] = effect = effect_shown(request, calendar, form)
        is_asked = "preview" in request.GET or (effect is not None and effect["moved"] and not effect["is_seen"])
        if not is_asked and form.is_valid():
            done = form.carry_out(lambda sent: _change(calendar, owner, sent, actor_of(request)))
            if done is not None:
                messages.success(request, _("Saved."))
                return redirect("control:calendars")
    return control_page(request, "calendar", context, at=AT)


@transaction.atomic
def _change(
    calendar: ServiceCalendar, owner: CustomerCalendar | None, sent: dict[str, Any], actor: Actor
) -> ServiceCalendar:
    customer = sent.pop("customer")
    changed = commands.change_calendar(calendar, actor=actor, **_hours(sent))
    if (customer and customer.pk) != (owner and owner.organization_id):
        give_calendar(changed, actor=actor, organization=customer)
    return changed


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
    sent.pop("seen")
    if is_new:
        sent.pop("version")
    return sent


def _week_words(calendar: ServiceCalendar) -> list[tuple[Any, str]]:
    return [(DAYS[name], _spans_words(calendar.week[name], "–")) for name in DAY_NAMES if calendar.week.get(name)]


def _spans_words(spans: list[list[str]], dash: str = "-") -> str:
    return ", ".join(f"{start}{dash}{end}" for start, end in spans)
