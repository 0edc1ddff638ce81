"""How long promises take: the clocks of a ticket after one event, and a sweep over a million running clocks.

`python bench/promises.py [--clocks N]` works on a test database of its own. Budgets: 1 ms to bring the
clocks of a ticket up to date after an event (median, read, measured and written; the measuring alone is printed too),
1 s for a sweep that finds 1,000 of 1,000,000 running clocks due, records, breaks and journals them. Prints one JSON
object, with the processor time of the process and its server beside the time on the clock, which others on the machine
prolong; exits with 1 where both are above a budget.
"""

import argparse
import json
import os
import statistics
import sys
import time
from datetime import timedelta
from typing import Any

from mail_gate import server_cpu

CLOCKS, DUE, EVENT_MS, SWEEP_S = 1_000_000, 1_000, 1.0, 1.0

_TICKETS = """
INSERT INTO tickets_ticket (number, kind, subject, language, channel, state, state_group, requester_id, customer_id,
    impact, urgency, priority, level, team_id, is_restricted, is_direct, awaits_acceptance, last_word_by, last_word_at,
    opened_at, changed_at, trail, version)
SELECT 10000000 + n, 'incident', 'x', 'de', 'mail', 'open', 'active', %s, %s, 3, 2, 4, 1, %s, false, false, false,
    'desk', %s, %s, %s, '[]', 1
FROM generate_series(1, %s) n RETURNING id
"""
_CLOCKS = """
INSERT INTO sla_clock (ticket_id, version_id, metric, level, round, state, started_at, due_at, target_seconds,
    used_seconds, paused_seconds, warns_at, next_stage_at, measured_at)
SELECT id, %s, 'resolution', 0, 1, 'running', %s, at, 3600, 0, 0, at, at, %s
FROM (SELECT id, %s::timestamptz + CASE WHEN place <= %s THEN -interval '1 hour' ELSE interval '1 day' END
           + place * interval '1 second' / 1000 AS at
      FROM (SELECT id, row_number() OVER (ORDER BY id DESC) AS place
            FROM tickets_ticket WHERE number > 10000000) numbered
     ) due
"""


def measured(clocks: int) -> dict[str, Any]:
    """Both figures, on a database made for them."""
    from dreiklang.console import cluster

    os.environ["DREIKLANG_HOME"] = str(cluster.home_for("bench"))
    os.environ["DREIKLANG_DB_ROLE"] = "owner"
    os.environ["DJANGO_SETTINGS_MODULE"] = "dreiklang.config.settings"
    with cluster.ensure_running():
        import django

        django.setup()
        from django.db import connection

        connection.settings_dict["TEST"]["NAME"] = f"bench_promises_{os.getpid()}"
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            return {**_events(), **_sweep(clocks)}
        finally:
            connection.creation.destroy_test_db("dreiklang", verbosity=0)


def _events() -> dict[str, Any]:
    """The clocks of seeded tickets, each with its way behind it, brought up to date again and again."""
    from django.db import connection, transaction

    from dreiklang.calendars.commands import add_standard
    from dreiklang.console.seed import seed
    from dreiklang.kernel import clock
    from dreiklang.kernel.permissions import system
    from dreiklang.sla.commands.keeping import keep_clocks
    from dreiklang.sla.queries.contracts import all_books
    from dreiklang.sla.queries.measuring import read_clocks, told_about
    from dreiklang.tickets.models import Ticket

    add_standard(actor=system("bench"))
    seed(600, 1)
    ids = list(Ticket.objects.order_by("pk").values_list("pk", "category_id")[:500])
    spent: list[float] = []
    cpu = _cpu(connection)
    for pk, _category in ids:
        with transaction.atomic():
            begun = time.perf_counter()
            keep_clocks(pk)
            spent.append(time.perf_counter() - begun)
    cpu = _cpu(connection) - cpu
    books, lines = all_books(), told_about(pk for pk, _category in ids)
    begun = time.perf_counter()
    for pk, category in ids:
        read_clocks(lines[pk], category=category, now=clock.now(), books=books)
    alone = (time.perf_counter() - begun) / len(ids)
    return {
        "event_ms_median": round(statistics.median(spent) * 1000, 3),
        "event_ms_best": round(min(spent) * 1000, 3),
        "event_ms_p95": round(statistics.quantiles(spent, n=20)[18] * 1000, 3),
        "event_cpu_ms_mean": round(cpu / len(ids) * 1000, 3),
        "event_ms_measuring_alone": round(alone * 1000, 3),
        "lines_a_ticket": round(statistics.mean(len(found) for found in lines.values()), 1),
    }


def _sweep(clocks: int) -> dict[str, Any]:
    """A sweep that finds a thousandth of all clocks due."""
    from django.db import connection

    from dreiklang.kernel import clock
    from dreiklang.kernel.models import JournalLine
    from dreiklang.kernel.permissions import system
    from dreiklang.sla.commands.sweeping import record_stages
    from dreiklang.sla.models import AgreementVersion, Clock
    from dreiklang.tickets.models import Ticket

    some, version = Ticket.objects.order_by("pk").first(), AgreementVersion.objects.order_by("pk").first()
    assert some is not None
    assert version is not None
    Clock.objects.update(next_stage_at=None)
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_TICKETS, [some.requester_id, some.customer_id, some.team_id, now, now, now, clocks])
        cursor.execute(_CLOCKS, [version.pk, now - timedelta(hours=2), now, now, DUE])
        cursor.execute("ANALYZE sla_clock, tickets_ticket")
    before = JournalLine.objects.filter(code="promise.broken").count()
    begun, cpu = time.perf_counter(), _cpu(connection)
    found = record_stages(actor=system("bench"))
    seconds, cpu = time.perf_counter() - begun, _cpu(connection) - cpu
    told = JournalLine.objects.filter(code="promise.broken").count() - before
    return {
        "clocks": clocks, "due": found, "told": told,
        "sweep_s": round(seconds, 3), "sweep_cpu_s": round(cpu, 3), "load": os.getloadavg()[0],
    }  # fmt: skip


def _cpu(connection: object) -> float:
    """Seconds of processor time that this process and its server have used."""
    return time.process_time() + server_cpu(connection)


def main() -> int:
    """Measure, print, judge."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--clocks", type=int, default=CLOCKS)
    figures = measured(asked.parse_args().clocks)
    print(json.dumps(figures))
    event = min(figures["event_ms_median"], figures["event_cpu_ms_mean"])
    sweep = min(figures["sweep_s"], figures["sweep_cpu_s"])
    return 0 if event <= EVENT_MS and sweep <= SWEEP_S and figures["told"] == DUE else 1


if __name__ == "__main__":
    sys.exit(main())
