"""The form of an agreement: hours of a grid, shares, what is covered, money; and the draft it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dreiklang.assets.models import ConfigurationItem
from dreiklang.calendars.models import ServiceCalendar
from dreiklang.kernel.errors import Conflict, Invalid, WrongState
from dreiklang.organizations.models import Organization
from dreiklang.sla.models import Agreement, AgreementVersion
from dreiklang.sla.queries.drafting import COVERED, Draft, place_of_target
from dreiklang.sla.rules import METRICS
from dreiklang.teams.models import LEVELS, Team
from dreiklang.tickets.models import Category, Pending, Ticket
from dreiklang.web.components.promises import promise_name
from dreiklang.web.sheet import Lines, VersionedSheet

#: The columns of the grids; 0 is what holds for every priority that has no promise of its own.
PRIORITIES = (1, 2, 3, 4, 0)
_HOURS = re.compile(r"(\d{1,4})(?:[:.](\d{2}))?")
_RUNG = re.compile(r"(\d{1,4}(?:[:.]\d{2})?)\s+(.+)")


def minutes_from(text: str) -> int:
    """Working minutes of '4' or '4:30' hours; raises ValueError."""
    found = _HOURS.fullmatch(text.strip())
    if found is None or int(found[2] or 0) > 59:
        raise ValueError
    return int(found[1]) * 60 + int(found[2] or 0)


def hours_text(minutes: float) -> str:
    """Working minutes as people write them: 4:30."""
    return f"{int(minutes) // 60}:{int(minutes) % 60:02d}"


class HoursField(forms.Field):
    """Working time as hours and minutes, '4:30'; empty promises nothing."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "–", "size": 6})
        super().__init__(required=False, widget=widget, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Minutes, or None for an empty field."""
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return minutes_from(text)
        except ValueError:
            raise forms.ValidationError(_("Write hours such as 4 or 4:30.")) from None


class AgreementSheet(VersionedSheet):
    """An agreement and what its next version says. Fields that its kind does not need are left out."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    organization = forms.ModelChoiceField(
        label=gettext_lazy("With"), queryset=Organization.objects.none(), required=False
    )
    level = forms.TypedChoiceField(
        label=gettext_lazy("Level"), choices=[(n, n) for n in LEVELS], coerce=int, required=False, empty_value=None
    )
    team = forms.ModelChoiceField(label=gettext_lazy("Only of team"), queryset=Team.objects.none(), required=False)
    reference = forms.CharField(label=gettext_lazy("Contract number"), max_length=100, required=False)
    from_date = forms.DateField(
        label=gettext_lazy("Holds from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
    )
    calendar = forms.ModelChoiceField(label=gettext_lazy("Hours"), queryset=ServiceCalendar.objects.none())
    pauses = forms.MultipleChoiceField(
        label=gettext_lazy("Clocks stand still while"), choices=Pending.Reason.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    warn_percent = forms.IntegerField(label=gettext_lazy("Warn at percent"), initial=75, min_value=1, max_value=100)
    categories = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Only for categories"), queryset=Category.objects.none(), required=False,
        help_text=gettext_lazy("With everything below them; none chosen: for all."),
    )  # fmt: skip
    services = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Only for services"), queryset=ConfigurationItem.objects.none(), required=False,
        help_text=gettext_lazy("Tickets about one of them; none chosen: for all."),
    )  # fmt: skip
    levels = forms.TypedMultipleChoiceField(
        label=gettext_lazy("The provider works levels"), choices=[(n, n) for n in LEVELS], coerce=int, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    external_levels = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Others work levels"), choices=[(n, n) for n in LEVELS], coerce=int, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    contingent_hours = forms.DecimalField(label=gettext_lazy("Hours included"), required=False, min_value=0)
    contingent_period = forms.ChoiceField(label=gettext_lazy("Included"), choices=AgreementVersion.Period.choices)
    hourly_rate = forms.DecimalField(label=gettext_lazy("Rate per further hour"), required=False, min_value=0)
    currency = forms.CharField(label=gettext_lazy("Currency"), max_length=3, initial="EUR")
    contacts = forms.CharField(
        label=gettext_lazy("Ways to reach them"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    ladder = Lines(
        label=gettext_lazy("Whom to chase when they are silent"), required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("A rung a line: working hours, then whom, such as “4:00 Hotline +49 30 1234”."),
    )  # fmt: skip
    preview_at = forms.DateTimeField(
        label=gettext_lazy("A case opened"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        kind: str,
        is_template: bool = False,
        is_new: bool = True,
        kept: AgreementVersion | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.is_template, self.kept = kind, is_template, kept
        self._offer(is_new)
        for target in _places():
            kind_words = f", {Ticket.Kind(target['kind']).label}" if "kind" in target else ""
            label = f"{promise_name(target['metric'])}, {_priority_words(target.get('priority'))}{kind_words}"
            self._add(place_of_target(target), HoursField(label=label))
        for level in LEVELS:
            percent = forms.DecimalField(label=_("Level %(level)s, percent") % {"level": level}, required=False)
            self._add(f"share-{level}", percent)
            self._add(f"share-{level}-hours", HoursField(label=_("Level %(level)s, hours") % {"level": level}))

    def _add(self, name: str, field: forms.Field) -> None:
        field.widget.attrs.setdefault("class", "form-control")
        field.widget.attrs["aria-label"] = str(field.label)
        self.fields[name] = field

    def _offer(self, is_new: bool) -> None:
        """Fill the choices, and drop what this kind of agreement does not say."""
        outside = [Organization.Kind.VENDOR, Organization.Kind.EXTERNAL]
        sides = {Agreement.Kind.SLA: [Organization.Kind.CUSTOMER], Agreement.Kind.UNDERPINNING: outside}
        offered = Organization.objects.filter(is_active=True, kind__in=sides.get(Agreement.Kind(self.kind), []))
        self._choose("organization", offered.order_by("sort_key"))
        self._choose("team", Team.objects.filter(is_active=True).order_by("level", "name"))
        self._choose("calendar", ServiceCalendar.objects.order_by("-is_default", "name"))
        self._choose("categories", Category.objects.filter(is_active=True))
        self._choose("services", ConfigurationItem.objects.filter(is_active=True).order_by("sort_key"))
        dropped = {
            "sla": ["level", "team", "contacts", "ladder"],
            "ola": ["organization", "reference", "contacts", "ladder", "categories", "services", "levels",
                    "external_levels", "contingent_hours", "contingent_period", "hourly_rate", "currency", "pauses",
                    "preview_at"],
            "underpinning": ["level", "team", "categories", "services", "levels", "external_levels"],
        }[self.kind]  # fmt: skip
        if not is_new:
            dropped = [*dropped, "organization", "level", "team"]
        if self.is_template:
            dropped = [*dropped, "organization"]
        for name in set(dropped):
            del self.fields[name]

    def _choose(self, name: str, offered: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = offered

    @property
    def grid(self) -> list[tuple[str, list[Any]]]:
        """The rows of promises for every kind of ticket: metric, then a field for each priority."""
        return self._grid_of(None)

    @property
    def grids_of_kinds(self) -> list[tuple[Any, list[tuple[str, list[Any]]], bool]]:
        """The same for each kind of ticket that may be promised something else, and whether something is."""
        found = []
        for kind in Ticket.Kind:
            grid = self._grid_of(kind.value)
            found.append((kind.label, grid, any(cell.value() or cell.errors for _name, row in grid for cell in row)))
        return found

    def _grid_of(self, kind: str | None) -> list[tuple[str, list[Any]]]:
        tail = f"-{kind}" if kind else ""
        return [
            (promise_name(metric), [self[f"target-{metric}-{priority}{tail}"] for priority in PRIORITIES])
            for metric in METRICS
        ]

    @property
    def shares(self) -> list[tuple[int, Any, Any]]:
        """The levels' shares: level, percent, hours."""
        return [(level, self[f"share-{level}"], self[f"share-{level}-hours"]) for level in LEVELS]

    def show(self, refused: Invalid | Conflict | WrongState) -> None:
        """What a command refuses of all promises or all shares stands where the first of them is typed."""
        if isinstance(refused, Invalid):
            at = {"targets": f"target-{METRICS[0]}-1", "shares": self._first_share()}
            fields = {at.get(name, name): sentences for name, sentences in refused.fields.items()}
            refused = Invalid(fields) if fields else refused
        super().show(refused)

    def _first_share(self) -> str:
        given = [name for level in LEVELS for name in (f"share-{level}", f"share-{level}-hours")]
        return next((name for name in given if self.cleaned_data.get(name)), given[0])

    def clean(self) -> dict[str, Any]:
        """A level's share is a part or a time of its own, not both."""
        sent = super().clean()
        for level in LEVELS:
            if sent.get(f"share-{level}") is not None and sent.get(f"share-{level}-hours") is not None:
                self.add_error(f"share-{level}-hours", _("Either percent or hours."))
        return sent

    def clean_ladder(self) -> list[dict[str, Any]]:
        """The lines as rungs."""
        rungs = []
        for line in self.cleaned_data["ladder"]:
            found = _RUNG.fullmatch(line)
            if found is None:
                raise forms.ValidationError(_("Write hours and then whom, such as 4:00 Hotline."))
            rungs.append({"after_minutes": minutes_from(found[1]), "contact": found[2]})
        return rungs

    def draft(self, sent: dict[str, Any]) -> Draft:
        """What the form says as a draft of a version."""
        targets = [
            {**target, "minutes": self._as_kept(place_of_target(target), minutes)}
            for target in _places()
            if (minutes := sent[place_of_target(target)]) is not None
        ]
        shares = [share for level in LEVELS if (share := self._share(level, sent)) is not None]
        plain = ("pauses", "warn_percent", "levels", "external_levels", "contingent_hours", "contingent_period",
                 "hourly_rate", "currency", "ladder")  # fmt: skip
        given = {name: sent[name] for name in plain if name in sent}
        given |= {name: list(sent.get(name, ())) for name in COVERED}
        return Draft(calendar=sent["calendar"], targets=targets, shares=shares, **given)

    def _share(self, level: int, sent: dict[str, Any]) -> dict[str, Any] | None:
        percent, minutes = sent[f"share-{level}"], sent[f"share-{level}-hours"]
        if percent is not None:
            return {"level": level, "percent": int(percent) if percent == int(percent) else float(percent)}
        if minutes is not None:
            return {"level": level, "minutes": self._as_kept(f"share-{level}-hours", minutes)}
        return None

    def _as_kept(self, place: str, minutes: int) -> float:
        """What is kept is exact; what people read and send back is in whole minutes. Unchanged, it stays as it was."""
        for written, at in _kept_minutes(self.kept):
            if at == place and int(written) == minutes:
                return written
        return minutes


def _places() -> Iterator[dict[str, Any]]:
    """Every promise there is a field for, without its minutes: for all kinds of tickets, then for each kind."""
    for kind in (None, *Ticket.Kind.values):
        for metric in METRICS:
            for priority in PRIORITIES:
                said = {"metric": metric, "priority": priority, "kind": kind}
                yield {name: value for name, value in said.items() if value}


def _priority_words(priority: int | None) -> str:
    return f"{_('Priority')} {priority}" if priority else _("other priorities")


def _kept_minutes(version: AgreementVersion | None) -> Iterator[tuple[float, str]]:
    """The times that a version says, with the names of their fields."""
    if version is not None:
        yield from ((target["minutes"], place_of_target(target)) for target in version.targets)
        yield from ((s["minutes"], f"share-{s['level']}-hours") for s in version.shares if "minutes" in s)


def initial_of(version: AgreementVersion) -> dict[str, Any]:
    """The form's values for what a version says now."""
    values: dict[str, Any] = {
        "calendar": version.calendar_id, "pauses": version.pauses, "warn_percent": version.warn_percent,
        **{name: list(getattr(version, name).values_list("pk", flat=True)) for name in COVERED},
        "levels": version.levels,
        "external_levels": version.external_levels, "contingent_hours": version.contingent_hours,
        "contingent_period": version.contingent_period, "hourly_rate": version.hourly_rate,
        "currency": version.currency,
        "ladder": [f"{hours_text(rung['after_minutes'])} {rung['contact']}" for rung in version.ladder],
    }  # fmt: skip
    values |= {place: hours_text(minutes) for minutes, place in _kept_minutes(version)}
    values |= {f"share-{share['level']}": share.get("percent") for share in version.shares}
    return values


def initial_of_new() -> dict[str, Any]:
    """Where a new agreement starts: in the default hours, from today, a preview on Friday afternoon."""
    calendar = ServiceCalendar.objects.filter(is_default=True).first()
    return {"calendar": calendar and calendar.pk, "warn_percent": 75, "currency": "EUR", "contingent_period": "month",
            "from_date": timezone.localdate()}  # fmt: skip
