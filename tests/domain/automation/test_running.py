"""Rules act once for each occasion, in their order, as themselves, and stop where they would run in circles."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from tests.domain.automation.conftest import work_off

from dreiklang.automation.commands.keeping import set_rule
from dreiklang.automation.models import Rule, Run
from dreiklang.automation.queries.documents import document_of, rule_from
from dreiklang.automation.reactions.running import run_for_idle, run_for_line, run_for_time
from dreiklang.automation.rules.deeds import MOVE, RESTRICTED
from dreiklang.communication.models import Notification
from dreiklang.kernel import clock
from dreiklang.kernel.journal import lines_about
from dreiklang.kernel.models import JournalLine
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.classification import classify
from dreiklang.tickets.commands.conversation import write_note
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import Category, Draft, Note, Ticket

pytestmark = pytest.mark.usefixtures("frozen")


def tags(ticket: Ticket) -> set[str]:
    return set(ticket.tagged.values_list("tag__name", flat=True))


def acted(ticket: Ticket) -> list[object]:
    return [line.event for line in lines_about("ticket", [ticket.pk]) if line.event.code == "rule.acted"]


def test_what_fits_is_done_and_told_at_the_ticket_with_its_reason(cast, write, opened):
    write(conditions="kind:incident", deeds=[{"deed": "tag", "value": "new"}, {"deed": "set_urgency", "value": "1"}])
    ticket = opened()
    assert (tags(ticket), ticket.urgency) == ({"new"}, 1)
    (event,) = acted(ticket)
    assert (event.name, event.because) == ("VIP", "kind:incident")
    assert [one["deed"] for one in event.did] == ["tag", "set_urgency"]
    lines = JournalLine.objects.filter(subject_kind="ticket", subject_id=ticket.pk, code="ticket.tagged")
    assert lines.get().actor_kind == "rule"


def test_what_does_not_fit_or_is_switched_off_is_left_alone(write, opened):
    write(conditions="kind:question")
    write("Off", is_active=False)
    assert not tags(opened())
    assert not Run.objects.exists()


def test_p09_an_occasion_told_twice_is_acted_on_once(write, opened):
    write(deeds=[{"deed": "note", "text": "Look here."}])
    ticket = opened()
    line = JournalLine.objects.get(code="ticket.opened", subject_id=ticket.pk)
    run_for_line(line.pk)
    run_for_line(line.pk)
    assert Note.objects.filter(ticket=ticket).count() == 1


def test_rules_run_in_their_order_and_one_may_be_the_last(write, opened):
    write("First", deeds=[{"deed": "tag", "value": "first"}])
    write("Second", deeds=[{"deed": "tag", "value": "second"}], stops=True)
    write("Third", deeds=[{"deed": "tag", "value": "third"}])
    assert tags(opened()) == {"first", "second"}


def test_a_later_rule_sees_what_an_earlier_one_did(write, opened):
    write("First", deeds=[{"deed": "set_urgency", "value": "1"}, {"deed": "set_impact", "value": "1"}])
    write("Second", conditions="priority:1", deeds=[{"deed": "tag", "value": "hot"}])
    assert tags(opened()) == {"hot"}


def test_one_deed_that_fails_is_named_and_the_others_go_on(write, opened):
    write(deeds=[{"deed": "set_urgency", "value": "2"}, {"deed": "tag", "value": "after"}])
    ticket = opened()
    assert tags(ticket) == {"after"}
    assert acted(ticket)[0].did[0]["failed"]


def test_rules_that_set_each_other_off_are_stopped_and_named(cast, write, opened):
    one = {"when": "tagged", "deeds": [{"deed": "set_urgency", "value": "1"}]}
    two = {"when": "classified", "deeds": [{"deed": "untag", "value": "x"}, {"deed": "tag", "value": "y"}]}
    write("Start", deeds=[{"deed": "tag", "value": "x"}])
    write("One", **one)
    write("Two", despite_circles=True, **two)
    ticket = opened()
    stopped = [line.event for line in lines_about("ticket", [ticket.pk]) if line.event.code == "rule.stopped"]
    assert stopped
    assert {event.why for event in stopped} <= {"circle", "depth"}
    assert "One" in stopped[0].chain
    assert "Two" in stopped[0].chain
    assert Rule.objects.exclude(problem="").count() >= 2
    assert Run.objects.filter(outcome="acted").count() <= 4


def test_a_rule_acts_on_a_ticket_a_few_times_an_hour_and_then_rests(cast, write, opened):
    write(when="noted", deeds=[{"deed": "set_urgency", "value": "1"}, {"deed": "set_urgency", "value": "2"}])
    ticket = opened()
    for n in range(9):
        write_note(ticket, actor=cast.actor("alan"), text=f"note {n}")
        work_off()
    assert Run.objects.exclude(outcome="stopped").count() == 5
    with clock.standing_at(clock.now() + timedelta(hours=2)):
        write_note(ticket, actor=cast.actor("alan"), text="later")
        work_off()
    assert Run.objects.exclude(outcome="stopped").count() == 6


def test_a_rule_may_do_what_it_was_given_and_nothing_more(cast, write, opened):
    security = open_ticket(cast.rita, actor=system("mail"), subject="Phishing", channel="mail", kind="security")
    rule = write(deeds=[{"deed": "tag", "value": "x"}])
    work_off()
    assert not tags(security)
    given = document_of(rule) | {"rights": [RESTRICTED]}
    set_rule(rule_from(given), actor=cast.actor("ada"), rule=rule)
    assert Run.objects.count() == 0
    run_for_line(JournalLine.objects.get(code="ticket.opened", subject_id=security.pk).pk)
    assert tags(security) == {"x"}
    Rule.objects.filter(pk=rule.pk).update(rights=[], deeds=[{"deed": "assign", "value": "alan@haus.example"}])
    ticket = opened()
    assert ticket.assignee is None
    assert "failed" in acted(ticket)[0].did[0]


def test_assign_move_park_follow_prepare(cast, write, opened):
    write(
        rights=[MOVE],
        deeds=[
            {"deed": "assign", "value": "alan@haus.example"},
            {"deed": "prepare_handover", "value": "network", "text": "Bitte prüfen"},
            {"deed": "follow", "value": "berta@haus.example"},
            {"deed": "park", "value": "4", "text": "später"},
        ],
    )
    ticket = opened()
    assert (ticket.assignee, ticket.state) == (cast.alan, "waiting")
    assert ticket.returns_at == clock.now() + timedelta(hours=4)
    assert Draft.objects.get(ticket=ticket, place="handover").person == cast.alan
    assert ticket.followers.get().person == cast.berta


def test_whoever_is_there_is_told(cast, write, opened):
    write(deeds=[{"deed": "notify", "value": "team"}, {"deed": "notify", "value": "victor@hersteller.example"}])
    ticket = opened()
    assert [told.person for told in Notification.objects.filter(kind="by_rule")] == [cast.alan]
    assert "failed" in acted(ticket)[0].did[1]


def test_a_rule_over_what_is_gone_is_noted_at_the_rule_and_harms_nothing(cast, write, opened):
    category = Category.objects.create(key="print", name="Print")
    rule = write(conditions="category:Print", deeds=[{"deed": "set_category", "value": "print"}])
    category.delete()
    ticket = opened()
    rule.refresh_from_db()
    assert rule.problem
    assert not acted(ticket)
    assert ticket.state == "new"


def test_idle_tickets_are_met_once_for_each_rest(cast, write, opened):
    ticket = opened()
    write(when="idle", idle_hours=4, deeds=[{"deed": "tag", "value": "idle"}])
    assert run_for_idle() == 0
    with clock.standing_at(clock.now() + timedelta(hours=5)):
        assert run_for_idle() == 1
        assert run_for_idle() == 0
    with clock.standing_at(clock.now() + timedelta(hours=20)):
        assert run_for_idle() == 0
        classify(ticket, actor=cast.actor("alan"), urgency=1)
    with clock.standing_at(clock.now() + timedelta(hours=25)):
        assert run_for_idle() == 1


def test_a_rule_of_the_hour_runs_once_a_day_on_its_days(cast, write, opened):
    opened()
    write(when="time", at_time="09:30", weekdays=[0, 1], deeds=[{"deed": "note", "text": "Good morning."}])
    for day, hour, expected in ((16, 8, 0), (16, 9, 1), (16, 10, 1), (17, 9, 2), (18, 9, 2)):
        with clock.standing_at(datetime(2026, 11, day, hour, 0, tzinfo=UTC)):
            run_for_time()
        assert Note.objects.count() == expected
    assert Rule.objects.get().at_time == time(9, 30)


def test_history_made_afterwards_sets_no_rule_off(cast, write):
    from dreiklang.kernel.reactions import later_ones_withheld

    write()
    with later_ones_withheld():
        open_ticket(cast.rita, actor=system("mail"), subject="Old", channel="mail")
    assert work_off() == 0


def test_without_a_rule_that_waits_no_job_is_made(cast, write, opened):
    write(when="closed")
    opened()
    from procrastinate.contrib.django.models import ProcrastinateJob

    assert not ProcrastinateJob.objects.filter(args__reaction__contains="automation").exists()
