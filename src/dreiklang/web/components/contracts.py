"""What became of an agreement's promises, in words: for the desk and for the customer's contact alike."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.sla import policy
from dreiklang.sla.models import Agreement, Clock
from dreiklang.sla.queries.record import clocks_in, missed_of, month_around, tallies
from dreiklang.web.components.moments import clock_words
from dreiklang.web.components.promises import promise_name


def month_from(text: str) -> date:
    """The first day of a month written as 2026-11; of the present one for anything else."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return timezone.localdate(clock.now()).replace(day=1)


def record_of(agreement_id: int, month: date, *, actor: Actor) -> dict[str, Any]:
    """What the page of an agreement shows of a month; NotFound if the actor may not know of the agreement."""
    agreement = policy.visible_to(actor).select_related("organization").filter(pk=agreement_id).first()
    if agreement is None:
        raise NotFound
    first, after = month_around(month)
    clocks = clocks_in(agreement, first, after, actor=actor)
    found = tallies(clocks)
    return {
        "agreement": agreement,
        "tallies": [(promise_name(tally.metric, tally.level), tally) for tally in found],
        "missed": [_missed(row) for row in missed_of(clocks)],
        "month_words": formats.date_format(first, "F Y"),
        "earlier": f"{first - timedelta(days=1):%Y-%m}",
        "later": f"{after:%Y-%m}",
        "month": f"{first:%Y-%m}",
    }


def _missed(row: Clock) -> dict[str, Any]:
    now, zone = clock.now(), timezone.get_current_timezone()
    due = clock_words(row.due_at, now, zone)
    if row.met_at is not None:
        words = _("was due %(due)s, done %(met)s") % {"due": due, "met": clock_words(row.met_at, now, zone)}
    else:
        words = _("was due %(due)s, still open") % {"due": due}
    return {"ticket": row.ticket, "name": promise_name(row.metric, row.level), "words": words,
            "level": row.charged_level, "team": row.charged_team}  # fmt: skip


def agreements_of(actor: Actor) -> list[Agreement]:
    """The agreements an actor may read about, their own before the one for everybody."""
    found = policy.visible_to(actor).filter(is_template=False).select_related("organization")
    return sorted(found, key=lambda agreement: (agreement.organization_id is None, agreement.name))
