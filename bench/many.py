"""Many at once: one deed for 1,000 tickets, tried, done and taken back; a table of persons and one of tickets read in.

``python bench/many.py [--tickets N] [--lines N]`` works in a database of its own that it removes again. Asked is that
nobody waits: the page that tries a deed and the one that begins it answer within a second of processor time, the look
at a table before it is read in within ten; what goes on by itself is told in milliseconds for each ticket or line, the
database's part with it. It prints one JSON object and exits with 1 above a budget, or where a ticket or line is
missing.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from typing import Any

from pages import processor_seconds

ANSWER_SECONDS, LOOK_SECONDS, EACH_MS = 1.0, 10.0, 20.0


def spent(deed: Callable[[], Any]) -> tuple[Any, float]:
    """What a deed gives, and the processor time of this program and the database for it."""
    before = processor_seconds()
    given = deed()
    return given, round(processor_seconds() - before, 2)


def bulk(tickets: int, agent: Any) -> dict[str, Any]:
    """A deed for many tickets, and back."""
    from dreiklang.kernel.reactions import later_ones_withheld
    from dreiklang.tickets.commands import bulk as commands
    from dreiklang.tickets.models import BulkItem
    from dreiklang.tickets.policy import visible_to

    chosen = list(visible_to(agent).order_by("-pk").values_list("pk", flat=True)[:tickets])
    refused, tried = spent(lambda: commands.try_bulk(chosen, actor=agent, deed="tag", value="bench"))
    with later_ones_withheld():
        run, begun = spent(lambda: commands.begin_bulk(chosen, actor=agent, deed="tag", value="bench"))
        items = list(run.items.order_by("pk").values_list("pk", flat=True))
        _none, done = spent(lambda: [commands.do_item(one, actor=agent) for one in items])
        commands.finish_bulk(run, actor=agent)
        commands.take_back(run, actor=agent)
        _none, undone = spent(lambda: [commands.undo_item(one, actor=agent) for one in items])
    back = run.items.filter(state=BulkItem.State.UNDONE).count()
    return {
        "tickets": len(chosen), "refused_in_trial": len(refused), "try_seconds": tried, "begin_seconds": begun,
        "do_ms_each": round(done * 1000 / len(items), 2), "undo_ms_each": round(undone * 1000 / len(items), 2),
        "back": back,
        "is_kept": back == len(chosen) >= tickets and max(tried, begun) <= ANSWER_SECONDS
        and max(done, undone) * 1000 <= EACH_MS * len(items),
    }  # fmt: skip


def table(kind: str, content: str, lines: int, admin: Any) -> dict[str, Any]:
    """A table looked at and read in."""
    from dreiklang.exchange.commands import importing
    from dreiklang.exchange.models import Import
    from dreiklang.exchange.queries.planning import preview_of
    from dreiklang.exchange.reactions import read_in
    from dreiklang.kernel.reactions import later_ones_withheld

    named = {"actor": admin, "kind": kind, "filename": f"{kind}.csv"}
    run, kept = spent(lambda: importing.prepare_import(content.encode(), **named))
    preview, looked = spent(lambda: preview_of(run))
    with later_ones_withheld():
        importing.begin_import(run, actor=admin)
        run.refresh_from_db()
        _none, read = spent(lambda: read_in(run))
    made = run.lines.filter(outcome="made").count()
    is_done = Import.objects.get(pk=run.pk).state == Import.State.DONE
    return {
        "lines": lines, "keep_seconds": kept, "look_seconds": looked, "would_be_made": preview.made, "made": made,
        "read_ms_each": round(read * 1000 / lines, 2),
        "is_kept": is_done and made == lines == preview.made and looked <= LOOK_SECONDS
        and read * 1000 <= EACH_MS * lines,
    }  # fmt: skip


def persons(lines: int, key: str, admin: Any) -> dict[str, Any]:
    """A list of persons looked at and read in, all in one transaction."""
    from dreiklang.exchange.commands.people import import_people
    from dreiklang.kernel.reactions import later_ones_withheld
    from dreiklang.organizations.queries import import_plan

    content = "name,mail,organisation\n" + "".join(f"Person {n},p{n}@import.example,{key}\n" for n in range(lines))
    plan, looked = spent(lambda: import_plan(content.encode(), actor=admin))
    with later_ones_withheld():
        (_plan, run), read = spent(lambda: import_people(content.encode(), actor=admin, filename="persons.csv"))
    made = run.lines.filter(outcome="made").count()
    return {
        "lines": lines, "look_seconds": looked, "made": made, "read_ms_each": round(read * 1000 / lines, 2),
        "is_kept": made == len(plan.lines) == lines and looked <= LOOK_SECONDS and read * 1000 <= EACH_MS * lines,
    }  # fmt: skip


def measured(tickets: int, lines: int) -> dict[str, Any]:
    """All figures, in a database of its own."""
    from dreiklang.console import cluster

    os.environ["DREIKLANG_HOME"] = str(cluster.home_for("bench"))
    os.environ["DREIKLANG_DB_ROLE"] = "owner"
    os.environ["DJANGO_SETTINGS_MODULE"] = "dreiklang.config.settings"
    with cluster.ensure_running():
        import django

        django.setup()
        from django.db import connection

        connection.settings_dict["TEST"]["NAME"] = f"bench_many_{os.getpid()}"
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            return on_a_desk(tickets, lines)
        finally:
            connection.creation.destroy_test_db(cluster.connection.DATABASE, verbosity=0)


def on_a_desk(tickets: int, lines: int) -> dict[str, Any]:
    """A seeded desk, with its agent and administrator."""
    from dreiklang.accounts.models import Account
    from dreiklang.console import seed as seeding
    from dreiklang.organizations.models import Organization
    from dreiklang.teams.queries import actor_for

    seeding.seed(tickets * 2, tickets * 2)
    account = Account.objects.filter(person__memberships__team__level=1).order_by("pk")[0]
    agent = actor_for(account)
    account.roles = [*account.roles, "administrator"]
    account.save()
    admin = actor_for(Account.objects.get(pk=account.pk))
    house = Organization.objects.filter(kind="customer").order_by("pk")[0]
    olds = "subject,text,requester,number,created\n" + "".join(
        f"Printer {n},It does not print.,p{n}@import.example,OLD-{n},2024-05-01 10:00\n" for n in range(lines)
    )
    return {
        "bulk": bulk(tickets, agent),
        "persons": persons(lines, house.key, admin),
        "table of tickets": table("tickets", olds, lines, admin),
    }


def main() -> int:
    """Measure, print, judge."""
    words = argparse.ArgumentParser()
    words.add_argument("--tickets", type=int, default=1_000)
    words.add_argument("--lines", type=int, default=2_000)
    chosen = words.parse_args()
    figures = measured(chosen.tickets, chosen.lines)
    print(json.dumps({**figures, "load_at_the_end": round(os.getloadavg()[0], 1)}))
    return 0 if all(one["is_kept"] for one in figures.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
