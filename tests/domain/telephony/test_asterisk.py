"""An Asterisk's manager interface, played by a server on loopback: signed in by challenge, listened to, dialled by."""

from __future__ import annotations

import hashlib
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.db import connection
from tests.cast import Cast

from dreiklang.channels.telephony.asterisk import Trial, address_of, tried
from dreiklang.channels.telephony.commands import change_system, dial, make_system, put_extensions, take_news
from dreiklang.channels.telephony.inbound import RANG, News
from dreiklang.channels.telephony.listening import Listener
from dreiklang.channels.telephony.models import Call, System
from dreiklang.kernel.errors import Invalid, Unavailable
from dreiklang.kernel.permissions import system as desk

PBX = desk("telephony")
FIRST = "Channel: PJSIP/trunk-0000001a\r\nUniqueid: 17.1\r\nLinkedid: 17.1\r\n"
HERE = "DestChannel: PJSIP/11-0000001b\r\nDestUniqueid: 17.2\r\nDestLinkedid: 17.1\r\n"
RINGS = (
    f"Event: Newchannel\r\n{FIRST}CallerIDNum: 0221471010\r\nExten: 4970719900\r\n\r\n"
    f"Event: DialBegin\r\n{FIRST}{HERE}\r\n"
)
TALKS = f"Event: DialEnd\r\n{FIRST}{HERE}DialStatus: ANSWER\r\n\r\n"
ENDS = f"Event: Hangup\r\n{FIRST}Cause: 16\r\n\r\n"


class Asterisk:
    """Speaks as the published description says: banner, challenge, login, lists, originate."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"tcp://127.0.0.1:{self.socket.getsockname()[1]}"
        self.heard: list[dict[str, str]] = []
        self.talks: list[socket.socket] = []
        self.sittings: list[tuple[str, str]] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                talk, _address = self.socket.accept()
            except OSError:
                return
            self.talks.append(talk)
            threading.Thread(target=self._talk, args=(talk,), daemon=True).start()

    def _talk(self, talk: socket.socket) -> None:
        talk.sendall(b"Asterisk Call Manager/9.0.0\r\n")
        rest = b""
        while part := talk.recv(4096):
            *whole, rest = (rest + part).split(b"\r\n\r\n")
            for action in whole:
                asked = dict(line.split(": ", 1) for line in action.decode().split("\r\n"))
                self.heard.append(asked)
                talk.sendall(self._answer(asked).encode())
                if asked["Action"] == "CoreShowChannels" and self.sittings:
                    for part in re.findall(r"(?s).{1,60}", self.sittings.pop(0)[1]):
                        talk.sendall(part.encode())
                    talk.shutdown(socket.SHUT_RDWR)

    def _answer(self, asked: dict[str, str]) -> str:
        name = f"ActionID: {asked['ActionID']}\r\n"
        good = f"Response: Success\r\n{name}Message: done\r\n"
        match asked["Action"]:
            case "Challenge":
                return f"Response: Success\r\n{name}Challenge: 840415273\r\n\r\n"
            case "Login":
                right = hashlib.md5(b"840415273geheim", usedforsecurity=False).hexdigest()
                if asked["Key"] != right:
                    return f"Response: Error\r\n{name}Message: Authentication failed\r\n\r\n"
                return f"{good}\r\nEvent: FullyBooted\r\nStatus: Fully Booted\r\n\r\n"
            case "CoreShowChannels":
                end = f"Event: CoreShowChannelsComplete\r\n{name}ListItems: 0\r\n\r\n"
                running = self.sittings[0][0].replace("ID", name, 1) if self.sittings else ""
                return f"{good}\r\n{running}{end}"
            case _:
                return good + "\r\n"

    def close(self) -> None:
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        for talk in self.talks:
            talk.close()


@pytest.fixture
def asterisk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Asterisk]:
    monkeypatch.setenv("DREIKLANG_OUTGOING_ALLOW", "127.0.0.1")
    made = Asterisk()
    yield made
    made.close()


def known(cast: Cast, asterisk: Asterisk) -> System:
    made, _token = make_system(
        "Asterisk", actor=PBX, kind="asterisk", organization=cast.organizations["house"], dials=True,
        dial_url=asterisk.url, dial_user="desk", dial_secret="geheim", team=cast.teams["desk"], missed_after=0,
    )  # fmt: skip
    return put_extensions(made, actor=PBX, places=[("11", cast.alan)])


def test_the_desk_listens_and_a_line_that_broke_loses_no_end(cast: Cast, asterisk: Asterisk) -> None:
    """The line breaks while it rings, and while they talk; what ended meanwhile has ended."""
    made = known(cast, asterisk)
    take_news(made, News(RANG, "left-over", caller="0221471099", rung=("11",)), actor=PBX)
    listener = Listener(made, actor=PBX)
    runs = f"Event: CoreShowChannel\r\nID{FIRST}CallerIDNum: 0221471010\r\n\r\n"
    asterisk.sittings = [("", RINGS), (runs, TALKS), (runs, ENDS)]
    for stage in ("ringing", "talking", "ended"):
        assert listener.sit()
        assert Call.objects.get(ref="17.1").stage == stage
    call, left_over = Call.objects.get(ref="17.1"), Call.objects.get(ref="left-over")
    assert (call.agent, call.rings_at, call.ticket) == (cast.alan, [cast.alan.pk], None)
    assert (left_over.stage, left_over.ticket is not None) == ("missed", True)  # it ended while nobody listened
    made.refresh_from_db()
    assert (made.listened_at is not None, "broke the connection off" in made.last_problem) == (True, True)
    asterisk.close()
    assert not listener.sit()


def test_the_secret_never_goes_over_the_line_and_a_wrong_one_is_told(cast: Cast, asterisk: Asterisk) -> None:
    made = known(cast, asterisk)
    assert tried(made) == Trial(True, "Asterisk Call Manager/9.0.0", 0)
    assert "geheim" not in str(asterisk.heard)
    with connection.cursor() as cursor:
        cursor.execute("SELECT dial_secret FROM telephony_system WHERE id = %s", [made.pk])
        assert "geheim" not in cursor.fetchone()[0]
    wrong = change_system(made, actor=PBX, dial_secret="falsch")
    trial = tried(wrong)
    assert (trial.is_ok, "refuses the desk" in trial.problem) == (False, True)
    asterisk.close()
    assert "does not answer" in tried(made).problem


def test_a_click_lets_the_own_telephone_ring_first(cast: Cast, asterisk: Asterisk) -> None:
    known(cast, asterisk)
    call = dial("0221 4710-110", actor=cast.actor("alan"))
    asked = asterisk.heard[-1]
    assert {name: asked[name] for name in ("Action", "Channel", "Exten", "Context", "ChannelId")} == {
        "Action": "Originate", "Channel": "Local/11@from-internal", "Exten": "00492214710110",
        "Context": "from-internal", "ChannelId": call.ref,
    }  # fmt: skip
    assert (call.stage, call.is_outgoing, call.agent) == ("ringing", True, cast.alan)


def test_an_address_that_is_no_manager_interface_is_refused_and_a_web_server_named(
    cast: Cast, asterisk: Asterisk
) -> None:
    made = known(cast, asterisk)
    wrong = {
        "dial_url": "https://pbx.example",
        "dial_user": "",
        "dial_context": "a\r\nAction: Command",
        "dial_plus": "x",
    }
    with pytest.raises(Invalid) as refused:
        change_system(made, actor=PBX, **wrong)
    assert set(refused.value.fields) == set(wrong)
    with pytest.raises(Unavailable):
        address_of("tls://user@pbx.example:70000/x")
    assert re.fullmatch(r"tcp://127\.0\.0\.1:\d+", System.objects.get().dial_url)
