"""What is kept equals what the journal says, for tickets made by commands, by the demo and in bulk."""

from datetime import timedelta

import pytest
from django.db.models import Count
from tests.conftest import MONDAY_MORNING
from tests.share import times

from dreiklang.calendars.commands import add_standard
from dreiklang.console.demo.building import build_demo
from dreiklang.console.seed import seed
from dreiklang.kernel import clock
from dreiklang.kernel.models import JournalLine
from dreiklang.kernel.permissions import system
from dreiklang.sla.commands.agreements import make_usual_agreement
from dreiklang.sla.commands.repairing import repair_clocks
from dreiklang.sla.jobs import sweep
from dreiklang.sla.models import Clock, ClockNotice
from dreiklang.sla.queries.replaying import replay
from dreiklang.tickets.commands.resolution import resolve
from dreiklang.tickets.models import Ticket

pytestmark = pytest.mark.django_db


def differences():
    return [one for _ticket, found in replay(Ticket.objects.all()) for one in found]


def test_the_demo_desk_replayed_equals_what_it_keeps(record_property):
    tickets, days = times(400, least=40), times(400, least=90)
    build_demo(tickets=tickets, days=days)
    sweep(0)
    assert differences() == []
    assert Clock.objects.filter(metric="resolution", level=0).count() == Ticket.objects.count() >= tickets
    twice = (
        JournalLine.objects.filter(code="promise.broken")
        .values("plain__clock_id")
        .annotate(n=Count("id"))
        .filter(n__gt=1)
    )
    assert not twice.exists()
    broken = Clock.objects.exclude(breached_at=None)
    assert ClockNotice.objects.filter(stage="breach").count() == broken.count() > 0
    record_property(
        "figure", f"{days} days, {tickets} tickets replayed, 0 differences, {broken.count()} breaches told once each"
    )


def test_tickets_made_in_bulk_have_the_clocks_that_commands_would_have_kept(cast):
    with clock.standing_at(MONDAY_MORNING):
        add_standard(actor=system("test"))
        make_usual_agreement(actor=system("test"))
        seed(150, 5)
        assert differences() == []
        assert Clock.objects.values("ticket").distinct().count() == 150
        sweep(0)
        assert not JournalLine.objects.filter(code__startswith="promise.").exists()  # what is past is old news


def test_a_difference_is_found_and_put_right(ticket, cast):
    with clock.standing_at(MONDAY_MORNING + timedelta(hours=1)):
        resolve(ticket, actor=cast.actor("alan"), text="Done.")
        Clock.objects.filter(ticket=ticket, metric="resolution", level=0).update(met_at=MONDAY_MORNING)
        [wrong] = differences()
        assert (wrong.ticket_id, wrong.metric, wrong.field) == (ticket.pk, "resolution", "met_at")
        repair_clocks([ticket.pk], actor=system("console"))
        assert differences() == []
