"""What a version is to say, and what is wrong with it, field by field, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from dreiklang.assets.models import ConfigurationItem
from dreiklang.calendars.models import ServiceCalendar
from dreiklang.organizations.models import Organization
from dreiklang.sla.models import Agreement, AgreementVersion, CustomerCalendar
from dreiklang.sla.rules import METRICS
from dreiklang.teams.models import LEVELS
from dreiklang.tickets.models import Category, Pending, Ticket

_MOST_MINUTES = 60 * 24 * 366
#: What a version covers; kept in tables of their own.
COVERED = ("categories", "services")


@dataclass(frozen=True)
class Draft:
    """What a version says. ``targets`` and ``shares`` in the written form of the model; see there."""

    calendar: ServiceCalendar
    targets: list[dict[str, Any]] = field(default_factory=list)
    pauses: list[str] = field(default_factory=list)
    shares: list[dict[str, Any]] = field(default_factory=list)
    warn_percent: int = 75
    categories: Sequence[Category] = ()
    services: Sequence[ConfigurationItem] = ()
    levels: list[int] = field(default_factory=list)
    external_levels: list[int] = field(default_factory=list)
    contingent_hours: Decimal | None = None
    contingent_period: str = AgreementVersion.Period.MONTH
    hourly_rate: Decimal | None = None
    currency: str = "EUR"
    ladder: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, version: AgreementVersion) -> Draft:
        """What a version says, to begin another one with."""
        names = [name for name in cls.__dataclass_fields__ if name not in COVERED]
        covered: dict[str, Any] = {name: list(getattr(version, name).all()) for name in COVERED}
        return cls(**{name: getattr(version, name) for name in names}, **covered)


def checked(draft: Draft) -> Draft:
    """The same with everything in its order."""
    return replace(
        draft,
        targets=sorted(draft.targets, key=_order_of_target),
        shares=sorted(draft.shares, key=lambda share: int(share["level"])),
        pauses=[reason for reason in Pending.Reason.values if reason in draft.pauses],
        levels=sorted(set(draft.levels)),
        external_levels=sorted(set(draft.external_levels)),
    )


def _order_of_target(target: dict[str, Any]) -> tuple[int, int, str]:
    return METRICS.index(target["metric"]), int(target.get("priority") or 0), str(target.get("kind") or "")


def faults_of(agreement: Agreement, draft: Draft, starts: date, last: date | None) -> dict[str, list[Any]]:
    """Everything that is wrong with an agreement and what it is to say, by field; nothing where all is well."""
    faults: dict[str, list[Any]] = {}
    for field_, sentence in [*_of_agreement(agreement, starts, last), *_of_draft(draft, agreement)]:
        faults.setdefault(field_, []).append(sentence)
    if not faults:
        for sentence in _overlaps(agreement, draft, starts, last):
            faults.setdefault("from_date", []).append(sentence)
    return faults


def _of_agreement(agreement: Agreement, starts: date, last: date | None) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    kind, organization = agreement.kind, agreement.organization
    if not 1 <= len(agreement.name) <= 200 or not agreement.name.isprintable():
        found.append(("name", _("Enter a name of 1 to 200 characters.")))
    if kind not in Agreement.Kind.values:
        found.append(("kind", _("This kind of agreement does not exist.")))
    if last is not None and last < starts:
        found.append(("last_date", _("It would end before it begins.")))
    if kind == Agreement.Kind.OLA and agreement.level not in LEVELS:
        found.append(("level", _("Which level promises this?")))
    if agreement.team is not None and agreement.team.level != agreement.level:
        found.append(("team", _("This team works on another level.")))
    if kind == Agreement.Kind.SLA and organization and organization.kind != Organization.Kind.CUSTOMER:
        found.append(("organization", _("This agreement is made with a customer.")))
    outside = (Organization.Kind.VENDOR, Organization.Kind.EXTERNAL)
    is_bought = kind == Agreement.Kind.UNDERPINNING and not agreement.is_template
    if is_bought and (organization is None or organization.kind not in outside):
        found.append(("organization", _("This contract is made with a vendor or an external provider.")))
    return found


def _of_draft(draft: Draft, agreement: Agreement) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    if not draft.calendar.as_rules().has_hours:
        found.append(("calendar", _("This calendar is never open; nothing could ever be due.")))
    owned = CustomerCalendar.objects.filter(calendar=draft.calendar.pk).select_related("organization").first()
    if owned is not None and owned.organization_id != agreement.organization_id:
        words = _("This calendar is %(customer)s's own.")
        found.append(("calendar", words % {"customer": owned.organization.name}))
    is_ola = agreement.kind == Agreement.Kind.OLA
    if not draft.targets and not is_ola:
        found.append(("targets", _("Promise at least one thing.")))
    found += _of_targets(draft.targets)
    found += _of_shares(draft.shares)
    if is_ola and [share["level"] for share in draft.shares] != [agreement.level]:
        found.append(("shares", _("Say what part of the promise this level may use.")))
    if unknown := set(draft.pauses) - set(Pending.Reason.values):
        found.append(("pauses", _("Unknown reason: %(reason)s") % {"reason": sorted(unknown)[0]}))
    if not 1 <= draft.warn_percent <= 100:
        found.append(("warn_percent", _("A percentage from 1 to 100.")))
    if double := set(draft.levels) & set(draft.external_levels):
        found.append(("external_levels", _("Level %(level)s is worked by one side only.") % {"level": min(double)}))
    if {*draft.levels, *draft.external_levels} - set(LEVELS):
        found.append(("levels", _("Levels are 1 to 4.")))
    return found + _of_money(draft) + _of_ladder(draft)


def _of_money(draft: Draft) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name in ("contingent_hours", "hourly_rate"):
        amount = getattr(draft, name)
        if amount is not None and not 0 <= amount < 1_000_000:
            found.append((name, _("A number from 0 to 999999.")))
    if draft.contingent_period not in AgreementVersion.Period.values:
        found.append(("contingent_period", _("A month, a quarter or a year.")))
    return found


def _of_ladder(draft: Draft) -> list[tuple[str, Any]]:
    for step in draft.ladder:
        if not str(step.get("contact", "")).strip() or not 0 < float(step.get("after_minutes") or 0) < _MOST_MINUTES:
            return [("ladder", _("Each rung needs working minutes and somebody to ask."))]
    return []


def place_of_target(target: dict[str, Any]) -> str:
    """The name of the field in which a target is written: metric, priority (0: all), kind if it is for one."""
    kind = target.get("kind")
    return f"target-{target.get('metric')}-{target.get('priority') or 0}{f'-{kind}' if kind else ''}"


def _of_targets(targets: Sequence[dict[str, Any]]) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    seen = set()
    for target in targets:
        metric, priority, kind = target.get("metric"), target.get("priority"), target.get("kind") or None
        place = place_of_target(target)
        minutes = target.get("minutes")
        if metric not in METRICS or priority not in (None, 1, 2, 3, 4) or kind not in (None, *Ticket.Kind.values):
            found.append(
                ("targets", _("Unknown promise: %(promise)s") % {"promise": f"{metric} {priority} {kind}"[:60]})
            )
        elif not isinstance(minutes, int | float) or not 0 < minutes <= _MOST_MINUTES:
            found.append((place, _("More than nothing: working time such as 4:00.")))
        elif (metric, priority, kind) in seen:
            found.append((place, _("This is promised twice.")))
        seen.add((metric, priority, kind))
    return found


def _of_shares(shares: Sequence[dict[str, Any]]) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    whole = 0.0
    for share in shares:
        level, place = share.get("level"), f"share-{share.get('level')}"
        amount = share.get("percent", share.get("minutes"))
        if level not in LEVELS or [s.get("level") for s in shares].count(level) > 1:
            found.append(("shares", _("Each level from 1 to 4 has one share at most.")))
        elif not isinstance(amount, int | float) or not 0 < amount <= (100 if "percent" in share else _MOST_MINUTES):
            found.append((place, _("A share is more than 0 and at most 100 percent.")))
        whole += share.get("percent") or 0
    if round(whole, 9) > 100:
        found.append(
            ("shares", _("Together %(percent)s %%: no more than 100 %% can be shared out.") % {"percent": f"{whole:g}"})
        )
    return found


def _overlaps(agreement: Agreement, draft: Draft, starts: date, last: date | None) -> list[Any]:
    """Other agreements of the same side that cover the same things in the same days."""
    if agreement.is_template:
        return []
    upper = None if last is None else last + timedelta(days=1)
    others: QuerySet[AgreementVersion] = AgreementVersion.objects.filter(
        agreement__kind=agreement.kind,
        agreement__organization=agreement.organization,
        agreement__level=agreement.level,
        agreement__team=agreement.team,
        agreement__is_template=False,
        validity__overlap=(starts, upper),
    ).exclude(agreement=agreement.pk)
    found = []
    for other in others.select_related("agreement").prefetch_related(*COVERED):
        if all(_meet(getattr(draft, name), getattr(other, name).all()) for name in COVERED):
            found.append(_("In these days '%(name)s' covers the same already.") % {"name": other.agreement.name})
    return found


def _meet(own: Iterable[Model], others: Iterable[Model]) -> bool:
    """Whether two agreements cover some of the same things, or both cover all of them."""
    ours, theirs = {row.pk for row in own}, {row.pk for row in others}
    return bool(ours & theirs) or (not ours and not theirs)
