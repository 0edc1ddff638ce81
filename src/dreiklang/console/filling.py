"""``demo`` and ``seed``: a desk full of cases, to look at or to measure."""

from __future__ import annotations

import argparse
import os

from dreiklang.console import cluster
from dreiklang.console.answers import DONE, say, tell
from dreiklang.console.desk import apart, open_desk, require_current_tables


def seed(options: argparse.Namespace) -> int:
    """Fill the desk in bulk."""
    with open_desk("owner"):  # who may sort indexes and refresh statistics afterwards
        require_current_tables()
        from dreiklang.console import seed as seeding

        answer = seeding.seed(options.tickets, options.seed)
        words = f"{answer['tickets']} tickets with {answer['events']} events in {answer['seconds']} seconds"
        say(answer, words, as_json=options.json)
    return DONE


def demo(options: argparse.Namespace) -> int:
    """Serve the demo desk, filled at the first time, in a home of its own."""
    from dreiklang.console import serving

    os.environ["DREIKLANG_HOME"] = str(cluster.home_for("demo"))
    os.environ.setdefault("DREIKLANG_OUTBOX", "files")  # no mail of the demo leaves the machine
    os.environ.pop("DATABASE_URL", None)
    os.environ["DREIKLANG_DEMO"] = "1"
    options.workers = 2
    return serving.run_everything(options, before=lambda: _bring_up(options.days))


def _bring_up(days: int) -> None:
    from dreiklang.console.setting_up import bring_up_to_date

    bring_up_to_date()
    apart(lambda: _fill(days), role="app")


def _fill(days: int) -> None:
    from dreiklang.accounts.models import Account
    from dreiklang.console import demo as demonstration
    from dreiklang.tickets.models import Ticket

    if not Ticket.objects.exists():
        tell(f"Filling the demo desk with tickets of {days} days; this takes a while, once.")
        demonstration.build_demo(days=days, tickets=demonstration.tickets_in(days))
    tell(f"Sign in with one of these names and the password {demonstration.PASSWORD}")
    with_password = Account.objects.exclude(password__startswith="!")  # noqa: S106 - the mark of 'has none'
    for account in with_password.order_by("pk"):
        tell(f"  {account.login:42} {', '.join(account.roles)}")
