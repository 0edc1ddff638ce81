"""What became of an agreement's promises, in words: for the desk and for the customer's contact alike."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from dreiklang.assets.policy import may_see_costs
from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.sla import policy
from dreiklang.sla.models import Agreement, Clock
from dreiklang.sla.queries.record import (
    behind,
    clocks_in,
    hours_worked,
    missed_of,
    month_around,
    outages_in,
    tallies,
    version_on,
)
from dreiklang.web.components.moments import clock_words
from dreiklang.web.components.money import money_words
from dreiklang.web.components.promises import hours_words, promise_name

#: So many tickets behind a figure are listed; the rest is counted.
_MOST_BEHIND = 500


def month_from(text: str) -> date:
    """The first day of a month written as 2026-11; of the present one for anything else."""
    try:
        day = date.fromisoformat(f"{text}-01")
    except ValueError:
        day = date.min
    return day if 1970 <= day.year <= 9000 else timezone.localdate(clock.now()).replace(day=1)


def record_of(agreement_id: int, month: date, *, actor: Actor) -> dict[str, Any]:
    """What the page of an agreement shows of a month; NotFound if the actor may not know of the agreement."""
    agreement = policy.visible_to(actor).select_related("organization").filter(pk=agreement_id).first()
    if agreement is None:
        raise NotFound
    first, after = month_around(month)
    clocks = clocks_in(agreement, first, after, actor=actor)
    found = tallies(clocks)
    missed = missed_of(clocks)
    return {
        **_money(agreement, first, after, actor=actor),
        "missed_more": max(0, sum(tally.missed for tally in found) - len(missed)),
        "agreement": agreement,
        "tallies": [
            (promise_name(tally.metric, tally.level), tally, f"{tally.metric}-{tally.level}") for tally in found
        ],
        "missed": [_missed(row) for row in missed],
        "month_words": formats.date_format(first, "F Y"),
        "earlier": f"{first - timedelta(days=1):%Y-%m}",
        "later": f"{after:%Y-%m}",
        "month": f"{first:%Y-%m}",
    }


def behind_figure(agreement_id: int, month: date, asked: str, *, actor: Actor) -> dict[str, Any]:
    """The tickets that a figure counts, ``asked`` as in ``resolution-0-kept``; nothing for what is no figure."""
    metric, _dash, rest = asked.partition("-")
    level, _dash, fate = rest.partition("-")
    if fate not in ("kept", "missed", "open") or not level.isdecimal():
        return {}
    agreement = policy.visible_to(actor).filter(pk=agreement_id).first()
    if agreement is None:
        raise NotFound
    first, after = month_around(month)
    rows = behind(clocks_in(agreement, first, after, actor=actor), metric=metric, level=int(level), fate=fate)
    words = {"kept": _("kept"), "missed": _("missed"), "open": _("open")}[fate]
    return {
        "behind": [_missed(row) for row in rows[:_MOST_BEHIND]],
        "behind_count": rows.count(),
        "behind_words": f"{promise_name(metric, int(level))}: {words}",
    }


def _money(agreement: Agreement, first: date, after: date, *, actor: Actor) -> dict[str, Any]:
    """What the month cost: outages that ended in it, and hours worked beyond those included."""
    customer = agreement.organization_id
    if customer is None or not may_see_costs(actor, customer_id=customer):
        return {}
    outages = outages_in(customer, first, after, actor=actor)
    version = version_on(agreement, first)
    hours = hours_worked(version, first) if version else None
    return {
        "outages": [(one.ticket, money_words(one.amount), one.ticket.service) for one in outages],
        "outages_sum": money_words(sum((one.amount for one in outages), Decimal())) if outages else "",
        "hours": hours if hours and (hours.included is not None or hours.rate is not None) else None,
    }


def _missed(row: Clock) -> dict[str, Any]:
    """A promise of a list: when it was due, when it was done, and how much working time went into it."""
    now, zone = clock.now(), timezone.get_current_timezone()
    due = clock_words(row.due_at, now, zone)
    if row.met_at is not None:
        words = _("was due %(due)s, done %(met)s") % {"due": due, "met": clock_words(row.met_at, now, zone)}
    else:
        words = _("was due %(due)s, still open") % {"due": due}
    used = {"used": hours_words(row.used_seconds), "target": hours_words(row.target_seconds)}
    if row.met_at is not None:
        words += " · " + _("%(used)s of %(target)s working time used") % used
    if row.paused_seconds:
        words += ", " + _("%(paused)s paused") % {"paused": hours_words(row.paused_seconds)}
    return {"ticket": row.ticket, "name": promise_name(row.metric, row.level), "words": words,
            "level": row.charged_level, "team": row.charged_team}  # fmt: skip


def agreements_of(actor: Actor) -> list[Agreement]:
    """The agreements an actor may read about, their own before the one for everybody."""
    found = policy.visible_to(actor).filter(is_template=False).select_related("organization")
    return sorted(found, key=lambda agreement: (agreement.organization_id is None, agreement.name))
