"""What became of an agreement's promises in a month, and the hours that were worked under it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Sum

from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.policy import is_internal
from dreiklang.sla.models import Agreement, AgreementVersion, Clock
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Intervention, OutageCost

_MOST_MISSED = 200
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Tally:
    """How a kind of promise fared: kept, missed, still open without being broken. ``level`` 0: the customer's."""

    metric: str
    level: int
    kept: int
    missed: int
    open: int

    @property
    def percent(self) -> int | None:
        """Kept among those that are decided; None while none is."""
        decided = self.kept + self.missed
        return round(self.kept / decided * 100) if decided else None


@dataclass(frozen=True)
class Hours:
    """What was worked in a period of the contract, and what it costs beyond what is included."""

    first: date
    last: date
    worked: Decimal
    included: Decimal | None
    rate: Decimal | None
    currency: str

    @property
    def further(self) -> Decimal:
        """Hours beyond those included."""
        return max(Decimal("0.00"), self.worked - (self.included or Decimal(0)))

    @property
    def amount(self) -> Decimal | None:
        """What the further hours cost; None without a rate."""
        return None if self.rate is None else (self.further * self.rate).quantize(Decimal("0.01"))


def month_around(day: date) -> tuple[date, date]:
    """The first day of a day's month, and the first of the next one."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)


def clocks_in(agreement: Agreement, first: date, after: date, *, actor: Actor) -> QuerySet[Clock]:
    """The clocks of an agreement that fell due in some days, on tickets an actor may see; shares only inside."""
    found = Clock.objects.filter(
        version__agreement=agreement,
        due_at__gte=_midnight(first),
        due_at__lt=_midnight(after),
        ticket__in=tickets.visible_to(actor).values("pk"),
    ).exclude(state="void")
    return found if actor.is_system or is_internal(actor) else found.filter(level=0)


def tallies(clocks: QuerySet[Clock]) -> list[Tally]:
    """Kept, missed and open by metric and level. One query; the figures add up to the clocks that were given."""
    broken = Q(breached_at__isnull=False)
    rows = (
        clocks.order_by()
        .values_list("metric", "level")
        .annotate(
            missed=Count("pk", filter=broken),
            kept=Count("pk", filter=~broken & Q(met_at__isnull=False)),
            waiting=Count("pk", filter=~broken & Q(met_at=None)),
        )
    )
    order = {"first_response": 0, "update": 1, "resolution": 2}
    found = [Tally(metric, level, kept, missed, waiting) for metric, level, missed, kept, waiting in rows]
    return sorted(found, key=lambda tally: (tally.level, order.get(tally.metric, 9)))


def behind(clocks: QuerySet[Clock], *, metric: str, level: int, fate: str) -> QuerySet[Clock]:
    """The clocks that a figure of ``tallies`` counts, the one due last first. ``fate``: kept, missed or open."""
    broken = Q(breached_at__isnull=False)
    counted = {"missed": broken, "kept": ~broken & Q(met_at__isnull=False), "open": ~broken & Q(met_at=None)}
    rows = clocks.filter(counted[fate], metric=metric, level=level).select_related("ticket", "charged_team")
    return rows.order_by("-due_at", "-pk")


def outages_in(customer_id: int | None, first: date, after: date, *, actor: Actor) -> list[OutageCost]:
    """What outages that ended in some days cost a customer (None: every one), on tickets an actor may see."""
    rows = OutageCost.objects.filter(
        frozen_at__gte=_midnight(first), frozen_at__lt=_midnight(after),
        ticket__in=tickets.visible_to(actor).values("pk"),
    )  # fmt: skip
    if customer_id is not None:
        rows = rows.filter(ticket__customer=customer_id)
    return list(rows.select_related("ticket__service").order_by("-amount", "-pk"))


def missed_of(clocks: QuerySet[Clock]) -> list[Clock]:
    """The clocks behind the figure of missed promises, the newest first."""
    rows = clocks.filter(breached_at__isnull=False).select_related("ticket", "charged_team")
    return list(rows.order_by("-breached_at", "-pk")[:_MOST_MISSED])


def hours_worked(version: AgreementVersion, day: date) -> Hours:
    """Hours logged under an agreement in the contract's period around a day, against what it includes."""
    length = _MONTHS[version.contingent_period]
    month = (day.month - 1) // length * length + 1
    first = day.replace(month=month, day=1)
    after = first
    for _each in range(length):
        after = month_around(after)[1]
    under = Clock.objects.filter(version__agreement=version.agreement_id).values("ticket")
    minutes = Intervention.objects.filter(
        ticket__in=under, done_at__gte=_midnight(first), done_at__lt=_midnight(after)
    ).aggregate(total=Sum("minutes"))["total"]
    worked = in_hours(minutes or 0)
    return Hours(
        first, after - timedelta(days=1), worked, version.contingent_hours, version.hourly_rate, version.currency
    )


def in_hours(minutes: Decimal | int) -> Decimal:
    """Minutes as hours to a hundredth, as they stand on a bill."""
    return (Decimal(minutes) / 60).quantize(Decimal("0.01"))


def version_on(agreement: Agreement, day: date) -> AgreementVersion | None:
    """The version by which a period around a day is billed: the one in force on its first day, else (it began later,
    or was over before) the one nearest to it. What is signed later does not rewrite what was worked before."""
    versions = list(agreement.versions.order_by("number"))
    for version in reversed(versions):
        if version.validity.lower <= day:
            return version
    return versions[0] if versions else None


def hours_by_ticket(version: AgreementVersion, hours: Hours) -> list[tuple[int, str, Decimal]]:
    """The tickets behind the hours: number, subject, minutes."""
    under = Clock.objects.filter(version__agreement=version.agreement_id).values("ticket")
    rows = Intervention.objects.filter(
        ticket__in=under,
        done_at__gte=_midnight(hours.first),
        done_at__lt=_midnight(hours.last + timedelta(days=1)),
    ).values_list("ticket__number", "ticket__subject", "minutes")
    found: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for number, subject, minutes in rows:
        found[number, subject] += minutes
    return [(number, subject, total) for (number, subject), total in sorted(found.items())]


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(settings.TIME_ZONE))
