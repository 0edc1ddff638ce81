"""Programs are told what happens: signed, once, again until taken; nothing from inside unasked (P13, P31, P35)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.db import transaction
from tests.cast import Cast
from tests.share import times

from dreiklang.automation.commands.acting import do
from dreiklang.automation.rules.deeds import Step
from dreiklang.automation.rules.doings import Work
from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.channels.monitoring.rules import is_signed
from dreiklang.channels.webhooks import commands, jobs, rules
from dreiklang.channels.webhooks.models import Delivery, Hook
from dreiklang.channels.webhooks.sending import send_due
from dreiklang.insight.queries.troubles import troubles_of_services
from dreiklang.kernel import clock, instance
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.models import JournalLine
from dreiklang.kernel.outgoing import allow_target
from dreiklang.kernel.permissions import Actor, system
from dreiklang.tickets.commands.assignment import assign
from dreiklang.tickets.commands.conversation import receive_message, write_note
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.sealing import Seal
from dreiklang.tickets.models import Ticket

ROOT = system("test")
State = Delivery.State


class Sink:
    """A program that is told, with what it has taken; ``status`` is what it answers."""

    def __init__(self) -> None:
        self.status, self.taken, self.seen = 200, [], []  # type: ignore[var-annotated]
        self.headers: dict[str, str] = {}
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                sink.seen.append((dict(self.headers), body))
                if sink.status < 300:
                    sink.taken.append(self.headers["webhook-id"])
                self.send_response(sink.status)
                for name, value in sink.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(b"said so")

            def log_message(self, *_more: Any) -> None:
                """Be quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?x=1"

    def words(self, place: int = -1) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.seen[place][1])
        return found


@pytest.fixture
def sink(db: None) -> Iterator[Sink]:
    made = Sink()
    allow_target(actor=ROOT, target="127.0.0.1", reason="test")
    yield made
    made.server.shutdown()
    made.server.server_close()


def hook_to(sink: Sink, *events: str, **more: Any) -> Hook:
    return commands.make_hook("Chat", actor=ROOT, url=sink.url, events=list(events or rules.OUTSIDE), **more)[0]


def ticket_of(cast: Cast, subject: str = "Drucker") -> Ticket:
    return open_ticket(cast.rita, actor=cast.actor("rita"), subject=subject)


def test_p13_what_happens_is_told_once_and_signed(sink: Sink, cast: Cast) -> None:
    hook = hook_to(sink, "ticket.opened")
    ticket = ticket_of(cast)
    assert sink.seen == [], "nothing is called while people wait"
    assert (send_due(), send_due()) == (1, 0)
    headers, body = sink.seen[0]
    assert is_signed(
        hook.secret, call_id=headers["webhook-id"], timestamp=headers["webhook-timestamp"],
        signatures=headers["webhook-signature"], body=body, now=clock.now(),
    )  # fmt: skip
    told = sink.words()
    assert (told["type"], told["data"]["ticket"]["number"]) == ("ticket.opened", ticket.number)
    delivery = hook.deliveries.get()
    assert (delivery.state, delivery.status, delivery.answer) == (State.SENT, 200, "said so")


def test_p13_what_was_rolled_back_is_told_to_nobody(sink: Sink, cast: Cast) -> None:
    hook_to(sink, "ticket.opened")
    with transaction.atomic():
        ticket_of(cast)
        transaction.set_rollback(True)
    assert (send_due(), sink.seen) == (0, [])


def test_p13_nothing_is_lost_in_a_day_without_answer(sink: Sink, cast: Cast, record_property: Any) -> None:
    hook_to(sink, "ticket.opened")
    began, count = clock.now(), times(200, 3)
    sink.status = 503
    numbers = [ticket_of(cast, f"T{n}").number for n in range(count)]
    for minutes in (0, 1, 10, 60, 240, 480, 960, 1439):
        with clock.standing_at(began + timedelta(minutes=minutes)):
            while send_due():
                continue
    assert sink.taken == []
    tried = {headers["webhook-id"] for headers, _body in sink.seen}
    bodies = {(headers["webhook-id"], body) for headers, body in sink.seen}
    assert len(bodies) == len(tried), "each try sends the same bytes under the same id"
    sink.status = 204
    with clock.standing_at(began + timedelta(hours=48)):
        while send_due():
            continue
    told = [json.loads(body)["data"]["ticket"]["number"] for _h, body in sink.seen[-count:]]
    assert (sorted(told), len(set(sink.taken))) == (sorted(numbers), count)
    record_property("figure", f"{count} pieces of news through 24 h without a receiver, 0 lost")


def test_p13_it_is_given_up_after_75_hours_and_the_hook_switched_off(sink: Sink, cast: Cast) -> None:
    hook = hook_to(sink, "ticket.opened")
    sink.status = 500
    ticket_of(cast)
    moment = clock.now()
    while Delivery.objects.filter(state=State.WAITING).exists():
        with clock.standing_at(moment):
            send_due()
        moment = Delivery.objects.get().due_at
    hook.refresh_from_db()
    assert len(sink.seen) == len(rules.WAITS) + 1
    assert (hook.is_active, hook.off_because) == (False, "failing")
    assert [mail.person_id for mail in OutgoingMail.objects.filter(kind="service")] == [cast.ada.pk]
    assert [trouble.code for trouble in troubles_of_services()] == ["webhook_off"]
    sink.status = 200
    commands.change_hook(hook, actor=ROOT, is_active=True)
    commands.repeat(Delivery.objects.get(), actor=ROOT)
    assert (send_due(), len(sink.taken)) == (1, 1)


def test_p13_a_redirect_is_not_followed_and_gone_means_gone(sink: Sink, cast: Cast) -> None:
    hook = hook_to(sink, "ticket.opened")
    sink.status, sink.headers = 307, {"Location": sink.url}
    ticket_of(cast)
    send_due()
    assert (len(sink.seen), Delivery.objects.get().problem) == (1, "redirect")
    sink.status = 410
    ticket_of(cast)
    send_due()
    hook.refresh_from_db()
    assert (hook.is_active, hook.off_because) == (False, "gone")
    assert send_due() == 0, "what waits, waits"


def test_p13_two_secrets_sign_while_they_change(sink: Sink, cast: Cast) -> None:
    hook = hook_to(sink, "ticket.opened")
    former = hook.secret
    hook, fresh = commands.new_secret(hook, actor=ROOT)

    def fit(at: datetime) -> list[bool]:
        with clock.standing_at(at):
            ticket_of(cast)
            send_due()
            headers, body = sink.seen[-1]
            return [
                is_signed(
                    secret, call_id=headers["webhook-id"], timestamp=headers["webhook-timestamp"],
                    signatures=headers["webhook-signature"], body=body, now=at,
                )
                for secret in (former, fresh)
            ]  # fmt: skip

    assert fit(clock.now()) == [True, True]
    assert fit(clock.now() + timedelta(days=3)) == [False, True]


def test_p31_no_word_from_inside_leaves_unasked(sink: Sink, cast: Cast) -> None:
    hook = hook_to(sink)
    ticket = ticket_of(cast)
    alan = cast.actor("alan")
    assign(ticket, actor=alan, person=cast.alan)
    write_note(ticket, actor=alan, text="CANARY inside")
    receive_message(ticket, actor=cast.actor("rita"), author=cast.rita, text="Es geht wieder nicht")
    while send_due():
        continue
    assert b"CANARY" not in b"".join(body for _h, body in sink.seen)
    assert "Es geht wieder nicht" in sink.words()["data"]["message"]["text"]
    with pytest.raises(Invalid) as refused:
        commands.change_hook(hook, actor=ROOT, events=["note.written"])
    assert list(refused.value.fields) == ["events"]
    commands.change_hook(hook, actor=ROOT, events=["note.written"], hears_inside=True)
    write_note(ticket, actor=alan, text="CANARY asked for")
    send_due()
    assert sink.words()["data"]["note"]["text"] == "CANARY asked for"
    write_note(ticket, actor=alan, text="CANARY too late")
    Hook.objects.update(hears_inside=False)
    told = len(sink.seen)
    send_due()
    assert len(sink.seen) == told, "asked again when it leaves"


def test_p29_a_restricted_ticket_is_told_only_to_hooks_that_may(sink: Sink, cast: Cast) -> None:
    hook = hook_to(sink, "ticket.opened")
    open_ticket(cast.rita, actor=ROOT, subject="CANARY", kind="security")
    send_due()
    assert (sink.seen, hook.deliveries.get().state) == ([], State.SKIPPED)
    commands.change_hook(hook, actor=ROOT, sees_restricted=True)
    open_ticket(cast.rita, actor=ROOT, subject="CANARY", kind="security")
    assert (send_due(), sink.words()["data"]["ticket"]["subject"]) == (1, "CANARY")


def test_conditions_choose(sink: Sink, cast: Cast) -> None:
    hook_to(sink, "ticket.opened", conditions="priority:<=2")
    ticket_of(cast)
    urgent = open_ticket(cast.rita, actor=ROOT, subject="Alles steht", impact=1, urgency=1)
    send_due()
    assert [json.loads(body)["data"]["ticket"]["number"] for _h, body in sink.seen] == [urgent.number]


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "https://10.0.0.8/x", "https://[::1]/", "https://169.254.169.254/latest", "ftp://x.example/",
     "https://user:pass@x.example/", "javascript:alert(1)", "https://", "https://x.example/\r\nHost: y", "//x.example/",
     "https://[::ffff:127.0.0.1]/", "https://x.example:99999/", "https://0x7f000001/", "https://x.example/#a"],
)  # fmt: skip
def test_p35_an_address_inside_is_no_address(cast: Cast, url: str) -> None:
    with pytest.raises(Invalid) as refused:
        commands.make_hook("X", actor=ROOT, url=url, events=["ticket.opened"])
    assert list(refused.value.fields) == ["url"]


def test_p35_a_name_that_changes_its_address_is_judged_at_each_call(
    sink: Sink, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = hook_to(sink, "ticket.opened")
    Hook.objects.update(url=sink.url.replace("127.0.0.1", "rebound.example"))
    import socket as sockets

    real = sockets.getaddrinfo

    def rebound(host: str, port: int, *more: Any, **named: Any) -> Any:
        return real("169.254.169.254" if host == "rebound.example" else host, port, *more, **named)

    monkeypatch.setattr(sockets, "getaddrinfo", rebound)
    ticket_of(cast)
    send_due()
    assert (sink.seen, hook.deliveries.get().problem) == ([], "forbidden_target")


def test_p20_what_waited_in_a_former_life_leaves_only_when_somebody_says_so(sink: Sink, cast: Cast) -> None:
    hook_to(sink, "ticket.opened")
    ticket_of(cast)
    instance.new_epoch()
    assert (send_due(), sink.seen) == (0, [])
    commands.repeat(Delivery.objects.get(), actor=ROOT)
    assert (send_due(), len(sink.seen)) == (1, 1)


def test_a_test_goes_once_and_says_that_it_is_one(sink: Sink, cast: Cast) -> None:
    hook = hook_to(sink, "ticket.opened", is_active=False)
    commands.ask_for_test(hook, actor=ROOT)
    assert (send_due(), sink.words()["type"]) == (1, "webhook.test")
    sink.status = 500
    delivery = commands.ask_for_test(hook, actor=ROOT)
    send_due()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.status, delivery.problem) == (State.FAILED, 500, "refused")


def test_p09_forgetting_twice_is_forgetting_once(sink: Sink, cast: Cast) -> None:
    hook_to(sink, "ticket.opened")
    ticket_of(cast)
    send_due()
    Delivery.objects.update(made_at=clock.now() - timedelta(days=31))
    for _n in range(2):
        jobs.forget(0)
        assert not Delivery.objects.exists()


def test_who_is_not_an_administrator_keeps_no_hooks(cast: Cast) -> None:
    for name in ("alan", "max", "zoe", "rita"):
        with pytest.raises(Exception, match="may not"):
            commands.make_hook("X", actor=cast.actor(name), url="https://x.example/", events=["ticket.opened"])


def test_a_rule_calls_a_webhook_once_for_an_occasion(sink: Sink, cast: Cast) -> None:
    hook = hook_to(sink, "ticket.closed")
    ticket = ticket_of(cast)
    rule = Actor("rule", 7, "Regel", frozenset({"tickets.work"}))
    line = JournalLine.objects.latest("pk").pk
    for _n in range(2):
        do(Work(ticket, rule, Step("webhook", "Chat"), line))
    assert (send_due(), sink.words()["type"]) == (1, "rule.called")
    assert sink.words()["data"]["ticket"]["number"] == ticket.number
    commands.change_hook(hook, actor=ROOT, is_active=False)
    with pytest.raises(Invalid):
        do(Work(ticket, rule, Step("webhook", "Chat"), line))


@pytest.mark.parametrize(("seal", "text"), [("decrypted", ""), ("encrypted", ""), ("signed", "Geheim")])
def test_p31_words_that_came_encrypted_stay_in_the_desk(sink: Sink, cast: Cast, seal: str, text: str) -> None:
    """A hook hears that something was said, by whom and how it came; the same rule as for what is pushed."""
    hook_to(sink, "message.received", "correspondence.received", hears_inside=True)
    receive_message(ticket_of(cast), actor=ROOT, author=cast.rita, text="Geheim", seal=Seal(state=seal))
    send_due()
    assert (sink.words()["data"]["message"]["text"], sink.words()["data"]["message"]["seal"]) == (text, seal)
