"""The dry run: what a rule would have done in the last ninety days, without doing any of it.

The occasions are those of the journal. State, priority, level, team and who had it are asked of the moment of each;
everything else is asked of the tickets as they stand now, and the page says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, QuerySet

from dreiklang.automation import policy
from dreiklang.automation.models import Rule
from dreiklang.automation.queries.judging import tree_of
from dreiklang.automation.queries.then import asks_of_then, fitting_occasions
from dreiklang.automation.rules import IDLE, OCCASIONS, TIME
from dreiklang.kernel import clock
from dreiklang.kernel.models import JournalLine
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Ticket, TicketQuerySet
from dreiklang.tickets.queries.conditions import filtered

DAYS = 90
SHOWN = 50
#: Occasions that one dry run looks at, the newest ones: enough for a busy quarter, and never the whole journal.
MOST_LOOKED_AT = 200_000


@dataclass(frozen=True)
class Met:
    """A ticket that the rule would have met: how often, and when last."""

    ticket: Ticket
    times: int
    last_at: datetime | None


@dataclass(frozen=True)
class Trial:
    """What a dry run found: how many occasions and tickets, and the newest of them."""

    occasions: int
    count: int
    met: list[Met]


def trial_of(rule: Rule) -> Trial:
    """Try a rule, stored or not, on the last ninety days. Raises Mistake for conditions that cannot be understood."""
    actor = policy.actor_of(rule)
    seen = tickets.visible_to(actor)
    if rule.when in (IDLE, TIME):
        unsettled = seen.unsettled()
        if rule.when == IDLE:
            unsettled = unsettled.filter(changed_at__lte=clock.now() - timedelta(hours=rule.idle_hours))
        return _of_present(filtered(unsettled, tree_of(rule), actor=actor))
    lines = _lines(OCCASIONS[rule.when].codes)
    tree = tree_of(rule)
    if asks_of_then(tree):
        return _of_then(fitting_occasions(tree, seen, lines, actor=actor))
    told = {
        row["subject_id"]: (row["times"], row["last"])
        for row in lines.values("subject_id").annotate(times=Count("id"), last=Max("at")).order_by()
    }
    fitting = filtered(seen.filter(pk__in=lines.values("subject_id")), tree, actor=actor)
    return _of_told({pk: told[pk] for pk in fitting.values_list("pk", flat=True)})


def _of_then(occasions: Iterable[tuple[int, datetime]]) -> Trial:
    told: dict[int, tuple[int, datetime]] = {}
    for ticket_id, at in occasions:
        times, last = told.get(ticket_id, (0, at))
        told[ticket_id] = (times + 1, max(last, at))
    return _of_told(told)


def _of_told(told: Mapping[int, tuple[int, datetime]]) -> Trial:
    """Ticket → how often and when last, as a dry run says it."""
    newest = sorted(told, key=lambda pk: told[pk][1], reverse=True)[:SHOWN]
    by_key = Ticket.objects.select_related("requester", "team").in_bulk(newest)
    met = [Met(by_key[pk], *told[pk]) for pk in newest if pk in by_key]
    return Trial(sum(times for times, _last in told.values()), len(told), met)


def _of_present(fitting: TicketQuerySet) -> Trial:
    count = fitting.count()
    newest = fitting.select_related("requester", "team").order_by("-changed_at")[:SHOWN]
    return Trial(count, count, [Met(ticket, 1, None) for ticket in newest])


def _lines(codes: tuple[str, ...]) -> QuerySet[JournalLine]:
    """The lines of some codes in the last ninety days, by a range of numbers, because numbers are indexed by code."""
    since = clock.now() - timedelta(days=DAYS)
    lines = JournalLine.objects.filter(code__in=codes, subject_kind="ticket", at__gte=since).exclude(actor_kind="rule")
    newest = lines.order_by("-id").values_list("id", flat=True)
    oldest = newest[MOST_LOOKED_AT : MOST_LOOKED_AT + 1].first()
    return lines if oldest is None else lines.filter(id__gt=oldest)
