"""A trouble that is told of becomes one ticket, and ends by itself (P12)."""

from __future__ import annotations

import json
import random
import threading
from datetime import timedelta

import pytest
from django.db import connection
from tests.cast import Cast, make_cast
from tests.share import times

from dreiklang.channels.monitoring import queries
from dreiklang.channels.monitoring.commands import (
    dismiss_alert,
    keep_call,
    make_source,
    settle_call,
    settle_waiting,
    steady_alerts,
)
from dreiklang.channels.monitoring.models import Alert, Call, Source
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from dreiklang.kernel.journal import lines_about
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.assignment import assign
from dreiklang.tickets.models import Note, Ticket

WATCH = system("monitoring")


@pytest.fixture
def source(cast: Cast) -> Source:
    """A program of the clinic's that posts plain JSON."""
    return make_source("Wacht", actor=WATCH, kind="generic", organization=cast.organizations["clinic"])[0]


def call(source: Source, state: str, *, name: str = "disk", at: object = None, **more: object) -> Call:
    """One call, kept and settled."""
    moment = (at or clock.now()).isoformat()  # type: ignore[attr-defined]
    body = json.dumps({"title": name, "state": state, "at": moment, "severity": "critical", **more}).encode()
    return settle_call(keep_call(source, body)[0], actor=WATCH)


def alert(name: str = "disk") -> Alert:
    return Alert.objects.select_related("ticket").get(title=name)


def test_a_trouble_opens_one_ticket_however_often_it_is_told(source, cast):
    for _ in range(3):
        call(source, "firing", host="db1", text="4 % left")
    ticket = alert().ticket
    assert Ticket.objects.count() == 1
    assert (ticket.subject, ticket.channel, ticket.level) == ("disk", "monitoring", 1)
    assert ticket.customer_id == cast.organizations["clinic"].pk
    assert "4 % left" in ticket.messages.get().text
    assert alert().told == 3


def test_it_closes_by_itself_where_nobody_has_touched_it(source):
    call(source, "firing")
    call(source, "ok", at=clock.now() + timedelta(minutes=1))
    ticket = alert().ticket
    assert (ticket.state, alert().state) == ("closed", "cleared")
    assert "ticket.closed" in [line.event.code for line in lines_about("ticket", [ticket.pk])]


def test_what_somebody_works_on_is_only_proposed(source, cast):
    call(source, "firing")
    assign(alert().ticket, actor=cast.actor("alan"), person=cast.alan)
    call(source, "ok", at=clock.now() + timedelta(minutes=1))
    ticket = alert().ticket
    assert ticket.state == "open"
    assert queries.have_all_cleared(ticket)
    assert Note.objects.filter(ticket=ticket, channel="monitoring").count() == 1


def test_it_comes_back_into_its_own_ticket(source):
    now = clock.now()
    call(source, "firing", at=now)
    call(source, "ok", at=now + timedelta(minutes=1))
    call(source, "firing", at=now + timedelta(minutes=2))
    assert Ticket.objects.count() == 1
    assert alert().ticket.state == "open"


def test_long_after_it_opens_a_linked_ticket(source):
    now = clock.now()
    call(source, "firing", at=now)
    call(source, "ok", at=now + timedelta(minutes=1))
    former = alert().ticket
    with clock.standing_at(now + timedelta(days=40)):
        call(source, "firing")
    assert alert().ticket.follows_id == former.pk


def test_an_end_that_overtook_its_beginning_opens_nothing(source):
    began, ended = clock.now(), clock.now() + timedelta(minutes=5)
    call(source, "ok", at=ended, episode=began.isoformat())
    call(source, "firing", at=began, episode=began.isoformat())
    assert alert().state == "cleared"
    assert not Ticket.objects.exists()


def test_a_flapping_trouble_keeps_its_peace_until_it_is_steady(source):
    now = clock.now()
    with clock.standing_at(now) as moving:
        for minute in range(9):
            call(source, "firing" if minute % 2 == 0 else "ok", at=now + timedelta(minutes=minute))
        lines = len(list(lines_about("ticket", [alert().ticket.pk])))
        assert alert().is_flapping
        call(source, "ok", at=now + timedelta(minutes=9))
        assert len(list(lines_about("ticket", [alert().ticket.pk]))) == lines
        assert steady_alerts() == 0
    del moving
    with clock.standing_at(now + timedelta(hours=1)):
        assert steady_alerts() == 1
        assert steady_alerts() == 0
    assert not alert().is_flapping
    assert queries.have_all_cleared(alert().ticket)


def test_a_storm_is_one_ticket(source):
    source.storm_at = 3
    source.save()
    for number in range(10):
        call(source, "firing", name=f"host {number}")
    assert Ticket.objects.count() == 4
    storm = Source.objects.get().storm_ticket
    assert Alert.objects.filter(ticket=storm).count() == 7


def test_unreadable_calls_are_kept_and_named(source):
    kept = settle_call(keep_call(source, b"\xff{")[0], actor=WATCH)
    assert (kept.state, kept.problem) == ("refused", "not_json")
    assert bytes(Call.objects.get().raw) == b"\xff{"
    kept = settle_call(keep_call(source, b'{"title": "x"}')[0], actor=WATCH)
    assert (kept.problem, kept.where) == ("field_missing", "state")


def test_p12_a_call_sent_twice_counts_once(source):
    body = json.dumps({"title": "disk", "state": "firing"}).encode()
    first, _new = keep_call(source, body, call_id="a")
    settle_call(first, actor=WATCH)
    second, is_new = keep_call(source, body, call_id="a")
    assert (second.pk, is_new) == (first.pk, False)
    with pytest.raises(WrongState):
        settle_call(second, actor=WATCH)
    assert alert().told == 1


def test_what_was_kept_and_left_is_settled_by_the_schedule(source):
    keep_call(source, json.dumps({"title": "disk", "state": "firing"}).encode())
    assert settle_waiting(actor=WATCH) == 0
    with clock.standing_at(clock.now() + timedelta(minutes=1)):
        assert settle_waiting(actor=WATCH) == 1
        assert settle_waiting(actor=WATCH) == 0
    assert Ticket.objects.count() == 1


def test_only_those_inside_see_alarms(source, cast):
    call(source, "firing")
    ticket = alert().ticket
    assert [a.title for a in queries.firing(cast.actor("alan"))] == ["disk"]
    assert queries.alerts_of(ticket, actor=cast.actor("berta"))
    for name in ("rita", "karl", "zoe", "eve", "victor"):
        assert not queries.firing(cast.actor(name))
        assert not queries.alerts_of(ticket, actor=cast.actor(name))


def test_an_alarm_that_never_ends_can_be_taken_off(source, cast):
    call(source, "firing")
    with pytest.raises(NotFound):
        dismiss_alert(alert(), actor=cast.actor("zoe"))
    dismiss_alert(alert(), actor=cast.actor("alan"))
    assert not queries.firing(cast.actor("alan"))


def test_sources_are_kept_by_administrators_and_refuse_nonsense(cast):
    clinic = cast.organizations["clinic"]
    with pytest.raises(NotAllowed):
        make_source("x", actor=cast.actor("alan"), kind="icinga", organization=clinic)
    with pytest.raises(Invalid) as wrong:
        make_source("", actor=cast.actor("ada"), kind="smoke", organization=clinic, storm_at=-1,
                    team=cast.teams["network"], mapping={"colour": "x"})  # fmt: skip
    assert set(wrong.value.fields) == {"name", "kind", "storm_at", "team", "mapping"}
    source, token = make_source("x", actor=cast.actor("ada"), kind="icinga", organization=clinic)
    assert token.startswith(source.token_hint)
    assert token.encode() not in bytes(source.token_digest)


@pytest.mark.django_db(transaction=True)
def test_p12_a_shuffled_flood_from_eight_clients_is_one_ticket_per_fingerprint(record_property):
    cast = make_cast()
    source, _token = make_source("Flut", actor=WATCH, kind="alertmanager", organization=cast.organizations["clinic"],
                                 storm_at=0)  # fmt: skip
    posts, fingerprints = flood(times(10_000))

    def client(share: list[bytes]) -> None:
        for body in share:
            settle_call(keep_call(source, body)[0], actor=WATCH)
        connection.close()

    threads = [threading.Thread(target=client, args=(posts[n::8],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wrong = {a.fingerprint: a.state for a in Alert.objects.all() if a.state != fingerprints[a.fingerprint]}
    assert not wrong
    assert Alert.objects.count() == len(fingerprints)
    opened = Alert.objects.exclude(ticket=None)
    assert Ticket.objects.count() == opened.values("ticket").distinct().count() == opened.count()
    assert not Call.objects.exclude(state="settled").exists()
    record_property("figure", f"{len(posts):,} calls from 8 clients, {len(fingerprints)} troubles, 0 wrong, 0 double")


def flood(number: int) -> tuple[list[bytes], dict[str, str]]:
    """Shuffled and repeated posts of some troubles, and the state that each must have at the end."""
    dice, start = random.Random(12), clock.now() - timedelta(hours=2)
    posts, last = [], {}
    for place in range(max(3, number // 100)):
        fingerprint, began = f"f{place}", start + timedelta(seconds=place)
        signals = []
        for turn in range(dice.randint(1, 4)):
            began += timedelta(minutes=turn + 1)
            fire = {"status": "firing", "startsAt": began.isoformat(), "endsAt": "0001-01-01T00:00:00Z"}
            signals.append(fire)
            if dice.random() < 0.7:
                ended = began + timedelta(seconds=30)
                signals.append({"status": "resolved", "startsAt": began.isoformat(), "endsAt": ended.isoformat()})
        last[fingerprint] = "cleared" if signals[-1]["status"] == "resolved" else "firing"
        for _ in range(max(1, number // max(3, number // 100) // len(signals))):
            posts += [{**s, "fingerprint": fingerprint, "labels": {"alertname": fingerprint}} for s in signals]
    dice.shuffle(posts)
    return [json.dumps({"status": one["status"], "alerts": [one]}).encode() for one in posts], last
