"""Every registered job bears a second run (P09): the second finds nothing to do and writes nothing."""

from datetime import timedelta

import pytest
from procrastinate.contrib.django import app
from tests.cast import Cast

from dreiklang.kernel import clock, journal
from dreiklang.kernel.models import JournalLine
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.conversation import receive_message
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.pausing import pause
from dreiklang.tickets.commands.resolution import resolve
from dreiklang.tickets.models import Ticket

MAIL = system("mail")


def jobs() -> list[str]:
    """Names of our jobs, but for the one that runs other rooms' reactions, which has a test of its own."""
    app.perform_import_paths()
    return sorted(name for name in app.tasks if not name.startswith(("builtin", "procrastinate", "kernel.react")))


@pytest.fixture
def cases(cast: Cast) -> list[Ticket]:
    """A case that comes back, one that closes, one that came by mail."""
    alan = cast.actor("alan")
    made = [open_ticket(cast.rita, actor=MAIL, subject=f"Case {n}", channel="mail") for n in range(3)]
    for ticket in made:
        receive_message(ticket, actor=MAIL, author=cast.rita, text="It does not print.", channel="mail")
    pause(made[0], actor=alan, reason="date", until=clock.now() + timedelta(hours=1))
    resolve(made[1], actor=alan, text="It prints.")
    return made


@pytest.mark.parametrize("name", jobs())
def test_p09_a_job_that_runs_twice_does_its_work_once(cases: list[Ticket], name: str) -> None:
    with clock.standing_at(clock.now() + timedelta(days=40)):
        app.tasks[name](timestamp=0)
        lines = set(JournalLine.objects.values_list("pk", flat=True))
        states = sorted(Ticket.objects.values_list("pk", "state", "version"))
        app.tasks[name](timestamp=0)
        assert set(JournalLine.objects.values_list("pk", flat=True)) == lines
        assert sorted(Ticket.objects.values_list("pk", "state", "version")) == states


def test_p09_deferred_reactions_bear_a_second_delivery(cases: list[Ticket]) -> None:
    from dreiklang.kernel import reactions

    later = [
        (event, name) for event, entries in reactions.registered().items() for name, is_later in entries if is_later
    ]
    for event, name in later:
        for line in JournalLine.objects.filter(code=event.code):
            reactions.run_by_name(name, journal.line(line.pk))
            before = JournalLine.objects.count()
            reactions.run_by_name(name, journal.line(line.pk))
            assert JournalLine.objects.count() == before, name


def test_there_are_jobs_to_look_at() -> None:
    assert len(jobs()) >= 5
