"""The rota of a team as the page shows it: shifts, each with a form to change it, and the hours nobody has."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy

from dreiklang.organizations.models import Person
from dreiklang.teams import queries
from dreiklang.teams.models import DutyShift, Team
from dreiklang.teams.queries.rota import gaps_of
from dreiklang.web.sheet import Sheet

MOST_SHIFTS, MOST_GAPS = 50, 6


class MomentField(forms.DateTimeField):
    """A day and time in the desk's zone."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class ShiftSheet(Sheet):
    """Somebody is on duty."""

    person = forms.ModelChoiceField(label=gettext_lazy("Who"), queryset=Person.objects.none())
    starts_at = MomentField(label=gettext_lazy("From"))
    ends_at = MomentField(label=gettext_lazy("Until"))

    def __init__(self, *args: Any, people: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Person.objects.filter(pk__in=[person.pk for person in people])
        field.choices = [("", gettext_lazy("please choose")), *((p.pk, p.name) for p in people)]


class SwapSheet(Sheet):
    """Whose shift is taken over in exchange."""

    other = forms.ModelChoiceField(label=gettext_lazy("Swap with"), queryset=DutyShift.objects.none())

    def __init__(self, *args: Any, shift: DutyShift, shifts: list[DutyShift], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [one for one in shifts if one.person_id != shift.person_id]
        field = self.fields["other"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = DutyShift.objects.filter(pk__in=[one.pk for one in others])
        field.choices = [("", gettext_lazy("please choose")), *((one.pk, shift_words(one)) for one in others)]


def members_of(team: Team) -> QuerySet[Person]:
    """The present members of a team."""
    present = queries.members_on(team, queries.today()).values("person_id")
    return Person.objects.filter(pk__in=present).order_by("sort_key", "pk")


def shifts_of(team: Team, now: datetime) -> list[DutyShift]:
    """The shifts that run or come, as many as are shown."""
    rows = team.shifts.filter(ends_at__gt=now).select_related("person", "team")
    return list(rows.order_by("starts_at", "pk")[:MOST_SHIFTS])


def shift_words(shift: DutyShift) -> str:
    """A shift in a line."""
    return f"{shift.person.name}, {span_words(shift.starts_at, shift.ends_at)}"


def span_words(start: datetime, end: datetime) -> str:
    """A span in the desk's zone; the day of its end only where it is another one."""
    start, end = (timezone.localtime(moment) for moment in (start, end))
    last = f"{end:%H:%M}" if start.date() == end.date() else formats.date_format(end, "D j.n., H:i")
    return f"{formats.date_format(start, 'D j.n., H:i')}–{last}"


def rota_of(
    team: Team,
    now: datetime,
    *,
    new: Any = None,
    changed: tuple[int, Any] = (0, None),
    swapped: tuple[int, Any] = (0, None),
) -> dict[str, Any]:
    """What the page needs; with a form that was refused (of the shift with that number), which keeps what was typed."""
    people, shifts, gaps = list(members_of(team)), shifts_of(team, now), gaps_of(team, now)
    rows = []
    for shift in shifts:
        initial = {name: getattr(shift, name) for name in ("person", "starts_at", "ends_at")}
        form = ShiftSheet(
            changed[1] if changed[0] == shift.pk else None, people=people, initial=initial, prefix=f"shift-{shift.pk}"
        )
        swap = SwapSheet(
            swapped[1] if swapped[0] == shift.pk else None, shift=shift, shifts=shifts, prefix=f"swap-{shift.pk}"
        )
        rows.append((shift, shift_words(shift), form, swap, shift.pk in (changed[0], swapped[0])))
    return {
        "shift_form": ShiftSheet(new, people=people, prefix="shift"),
        "shifts": rows,
        "typed_row": next((one for _s, _w, form, swap, _o in rows for one in (form, swap) if one.is_bound), None),
        "gaps": [span_words(*gap) for gap in gaps[:MOST_GAPS]],
        "more_gaps": max(0, len(gaps) - MOST_GAPS),
    }
