"""Click to call: the system is asked once, its name for the call is kept, and what it refuses is told."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from tests.calls import whole_call
from tests.cast import Cast

from dreiklang.channels.telephony.commands import change_system, dial, make_system, put_extensions, take_news
from dreiklang.channels.telephony.inbound import ANSWERED, RANG, News
from dreiklang.channels.telephony.models import Call, System
from dreiklang.kernel.errors import Invalid, NotAllowed, Unavailable
from dreiklang.kernel.models import JournalLine
from dreiklang.kernel.permissions import system as desk


@dataclass
class Pbx:
    """Answers each request with what stands in ``answer``; remembers the last one."""

    answer: bytes = b'{"sessionId": "s-1"}'
    status: str = "200 OK"
    heard: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/calls"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                talk, _address = self.socket.accept()
            except OSError:
                return
            self.heard.append(whole_call(talk))
            head = f"HTTP/1.1 {self.status}\r\nContent-Length: {len(self.answer)}\r\nConnection: close\r\n\r\n"
            talk.sendall(head.encode() + self.answer)
            talk.close()


@pytest.fixture
def pbx(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pbx]:
    """A telephone system on loopback, which the desk may ask."""
    monkeypatch.setenv("DREIKLANG_OUTGOING_ALLOW", "127.0.0.1")
    made = Pbx()
    yield made
    made.socket.close()


@pytest.fixture
def system(cast: Cast, pbx: Pbx) -> System:
    """Its settings at the desk: Alan sits at 11."""
    made, _token = make_system(
        "Anlage", actor=desk("test"), kind="sipgate", organization=cast.organizations["house"], dials=True,
        dial_url=pbx.url, dial_user="id", dial_secret="geheim",
    )  # fmt: skip
    return put_extensions(made, actor=desk("test"), places=[("11", cast.alan)])


def test_the_own_telephone_rings_first_and_the_card_is_there(cast: Cast, system: System, pbx: Pbx) -> None:
    call = dial("0221 4710-110", actor=cast.actor("alan"), person=cast.rita)
    assert (call.stage, call.ref, call.number, call.caller, call.is_outgoing) == (
        "ringing", "s-1", "+492214710110", cast.rita, True,
    )  # fmt: skip
    head, _blank, body = pbx.heard[0].partition(b"\r\n\r\n")
    assert b"Authorization: Basic aWQ6Z2VoZWlt" in head
    assert json.loads(body) == {"caller": "11", "callee": "+492214710110"}
    told = News(ANSWERED, "s-1", is_outgoing=True, caller="11", called="+492214710110", at=("11",))
    answered = take_news(system, told, actor=desk("telephony"))
    assert (answered.pk, answered.stage) == (call.pk, "talking")


def test_news_that_come_before_the_answer_leave_the_call_its_caller(cast: Cast, system: System) -> None:
    """The system tells of the call before it has told its name: one call, of whoever clicked, begun once."""
    told = News(RANG, "s-1", is_outgoing=True, caller="0711 1", called="+492214710110")
    first = take_news(system, told, actor=desk("telephony"))
    call = dial("0221 4710-110", actor=cast.actor("alan"), person=cast.rita)
    assert (call.pk, call.agent_id, call.caller, call.rings_at) == (first.pk, cast.alan.pk, cast.rita, [cast.alan.pk])
    assert JournalLine.objects.filter(code="call.begun").count() == 1


@pytest.mark.parametrize(("status", "answer"), [("401 No", b"{}"), ("500 Broken", b"")])
def test_a_refusal_is_told_and_leaves_no_card(cast: Cast, system: System, pbx: Pbx, status: str, answer: bytes) -> None:
    pbx.status, pbx.answer = status, answer
    with pytest.raises(Unavailable):
        dial("0221 4710110", actor=cast.actor("alan"))
    assert not Call.objects.exists()


def test_a_system_that_names_no_call_leaves_a_card_by_hand(cast: Cast, system: System, pbx: Pbx) -> None:
    pbx.answer = b"ok"
    assert dial("0221 4710110", actor=cast.actor("alan")).stage == "talking"


def test_a_system_that_is_off_is_a_plain_sentence(cast: Cast, system: System) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        free = gone.getsockname()[1]
    change_system(system, actor=desk("test"), dial_url=f"http://127.0.0.1:{free}/")
    with pytest.raises(Unavailable):
        dial("0221 4710110", actor=cast.actor("alan"))


def test_only_who_has_a_telephone_calls_and_only_numbers(cast: Cast, system: System) -> None:
    for name, number in (("berta", "0221 4710110"), ("alan", "anonymous"), ("alan", "ring")):
        with pytest.raises(Invalid):
            dial(number, actor=cast.actor(name))
    with pytest.raises(NotAllowed):
        dial("0221 4710110", actor=cast.actor("rita"))


def test_the_secret_goes_with_the_address(cast: Cast, system: System) -> None:
    """Another address gets no secret that was meant for the one before."""
    assert change_system(system, actor=desk("test"), dial_secret="").dial_secret == "geheim"
    moved = change_system(system, actor=desk("test"), dial_url="https://evil.example/", dial_secret="")
    assert moved.dial_secret == ""
