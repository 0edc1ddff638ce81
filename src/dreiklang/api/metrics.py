"""What waits where, in the text form of Prometheus. Counts and ages only; one statement each, on indexes."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Count, Min

from dreiklang import __version__
from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.channels.models import Held, Incoming
from dreiklang.channels.webhooks.models import Delivery, Hook
from dreiklang.kernel import clock
from dreiklang.kernel.journal import unsealed_since
from dreiklang.kernel.models import Heartbeat
from dreiklang.sla.models import Clock
from dreiklang.tickets.models import Ticket

Value = tuple[dict[str, object], float]
DAY = timedelta(days=1)
_JOBS = """
SELECT queue_name, status::text, count(*),
       coalesce(extract(epoch FROM now() - min(scheduled_at) FILTER (WHERE scheduled_at < now())), 0)
FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed') GROUP BY 1, 2
"""
_DATABASE = """
SELECT pg_database_size(current_database()),
       (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database())
"""


def lines() -> Iterator[str]:
    """All measures, line by line."""
    yield from _measure("up", "The desk answers.", [({"version": __version__}, 1)])
    yield from _measure("database_up", "The database answers.", [({}, 1)])
    yield from _of_parts()
    yield from _of_jobs()
    yield from _of_mail()
    yield from _of_webhooks()
    yield from _of_promises()
    yield from _of_tickets()
    yield from _of_the_machine()


def _measure(name: str, what: str, values: Iterable[Value]) -> Iterator[str]:
    yield f"# HELP dreiklang_{name} {what}"
    yield f"# TYPE dreiklang_{name} gauge"
    for labels, value in values:
        inner = ",".join(f'{key}="{_quoted(one)}"' for key, one in labels.items())
        yield f"dreiklang_{name}{'{' + inner + '}' if inner else ''} {value:g}"


def _quoted(value: object) -> str:
    return str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


def _age(moment: datetime | None) -> float:
    return max(0.0, (clock.now() - moment).total_seconds()) if moment else 0.0


def _of_parts() -> Iterator[str]:
    beats = list(Heartbeat.objects.order_by("part"))
    yield from _measure("part_silent_seconds", "Since a part last said that it is alive.",
                        [({"part": b.part}, _age(b.at)) for b in beats])  # fmt: skip
    yield from _measure("part_problems", "What hinders a part.", [({"part": b.part}, len(b.problems)) for b in beats])


def _of_jobs() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(_JOBS)
        rows = cursor.fetchall()
    yield from _measure("jobs", "Jobs by queue and state.",
                        [({"queue": q, "state": s}, n) for q, s, n, _age in rows])  # fmt: skip
    yield from _measure("jobs_oldest_seconds", "How long the oldest due job waits.",
                        [({"queue": q}, age) for q, s, _n, age in rows if s == "todo"])  # fmt: skip


def _of_mail() -> Iterator[str]:
    waiting = OutgoingMail.objects.exclude(state__in=["sent", "dropped"])
    states = waiting.values_list("state").annotate(n=Count("pk")).order_by("state")
    yield from _measure("outbox_mails", "Mails that have not left, by state.", [({"state": s}, n) for s, n in states])
    due = OutgoingMail.objects.filter(state__in=["waiting", "sending"]).aggregate(at=Min("queued_at"))["at"]
    yield from _measure("outbox_oldest_seconds", "Age of the oldest mail that is to leave.", [({}, _age(due))])
    came = Incoming.objects.filter(received_at__gte=clock.now() - DAY)
    outcomes = came.values_list("outcome").annotate(n=Count("pk")).order_by("outcome")
    yield from _measure("gate_mails_last_day", "What became of mails that came in within a day.",
                        [({"outcome": o or "not_read"}, n) for o, n in outcomes])  # fmt: skip
    yield from _measure("gate_held", "Mails that a person must decide about.",
                        [({}, Held.objects.filter(settled_at=None).count())])  # fmt: skip


def _of_webhooks() -> Iterator[str]:
    due = Delivery.objects.filter(state="waiting").aggregate(n=Count("pk"), at=Min("made_at"))
    yield from _measure("webhook_deliveries_waiting", "Calls to other programs that wait.", [({}, due["n"])])
    yield from _measure("webhook_oldest_seconds", "Age of the oldest of them.", [({}, _age(due["at"]))])
    failing = Hook.objects.exclude(failing_since=None).count()
    yield from _measure("webhooks_failing", "Programs that take no calls.", [({}, failing)])


def _of_promises() -> Iterator[str]:
    due = Clock.objects.filter(next_stage_at__lt=clock.now()).aggregate(n=Count("pk"), at=Min("next_stage_at"))
    yield from _measure("clocks_to_sweep", "Clocks at a stage nobody was told of yet.", [({}, due["n"])])
    yield from _measure("clocks_late_seconds", "How late the latest of them is.", [({}, _age(due["at"]))])


def _of_tickets() -> Iterator[str]:
    open_ones = Ticket.objects.unsettled().values_list("level", "state_group").annotate(n=Count("pk"))
    yield from _measure("tickets_open", "Tickets that are not settled.",
                        [({"level": level, "state": group}, n) for level, group, n in open_ones.order_by(
                            "level", "state_group")])  # fmt: skip


def _of_the_machine() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(_DATABASE)
        size, connections = cursor.fetchone()
    yield from _measure("database_bytes", "Size of the database.", [({}, size)])
    yield from _measure("database_connections", "Connections to it.", [({}, connections)])
    yield from _measure("journal_unsealed_seconds", "Age of the oldest line that is not sealed.",
                        [({}, _age(unsealed_since()))])  # fmt: skip
    yield from _measure("disk_free_bytes", "Free where the desk keeps its files.",
                        [({}, shutil.disk_usage(settings.HOME).free)])  # fmt: skip
