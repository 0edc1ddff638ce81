"""Numbers as telephone systems write them, and what they send about a call."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreiklang.channels.telephony.inbound import ANSWERED, CALL_BACK, HUNG_UP, RANG, Unreadable, read
from dreiklang.channels.telephony.rules import understood, was_answered


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("+49 (0)7071 123-456", "+497071123456"),
        ("0049 7071 123456", "+497071123456"),
        ("07071 123456", "+497071123456"),
        ("497071123456", "+497071123456"),  # sipgate.io leaves the plus away
        ("sip:+497071123456@pbx.example;user=phone", "+497071123456"),
        ("tel:+43-1-58858-0", "+431588580"),
        ("<0170 1234567>", "+491701234567"),
        ("123456789", "+497071123456789"),  # local, with the area code of the system
        ("23", "23"),
        ("*21#", "21"),
        ("anonymous", ""),
        ("", ""),
        ("Restricted", ""),
        ("7777abc@fpbx.example", "7777abc"),
        ("alice", "alice"),
    ],
)
def test_a_number_has_one_spelling(written: str, key: str) -> None:
    """Whatever the system writes, the same number has the same key."""
    assert understood(written, region="DE", area="7071").key == key


def test_other_countries_read_by_their_own_rules() -> None:
    """The region of the system decides what a leading zero means."""
    assert understood("044 668 18 00", region="CH").key == "+41446681800"
    assert understood("+44 20 7946 0958", region="DE").key == "+442079460958"


@given(st.text(max_size=80))
def test_nothing_written_is_lost_or_breaks(written: str) -> None:
    """Any text is a number, an extension or withheld; the key fits its column and is found again by itself."""
    found = understood(written)
    assert len(found.key) <= 60
    assert len(found.shown) <= 60
    if found.key.startswith("+"):
        assert understood(found.key).key == found.key


def test_sipgate_is_read() -> None:
    """The form that sipgate.io posts when it rings at two people."""
    form = (
        b"event=newCall&direction=in&from=492111234567&to=4921199999999&callId=123456789&originalCallId=123456789"
        b"&user%5B%5D=Alice&user%5B%5D=Bob&userId%5B%5D=w0&userId%5B%5D=w1&fullUserId%5B%5D=1234567w0"
    )
    news = read(form, "application/x-www-form-urlencoded")
    assert (news.event, news.ref, news.caller, news.called, news.is_outgoing) == (
        RANG, "123456789", "492111234567", "4921199999999", False,
    )  # fmt: skip
    assert news.rung == ("Alice", "Bob", "w0", "w1", "1234567w0")
    ended = read(b"event=hangup&cause=normalClearing&callId=1&from=1&to=2&direction=in&answeringNumber=23", "")
    assert (ended.event, ended.cause, ended.at) == (HUNG_UP, "normalClearing", ("23",))
    assert was_answered("ringing", ended.cause, 0)
    assert not was_answered("ringing", "cancel", 0)


def test_placetel_is_read() -> None:
    """The forms of Placetel's notification."""
    accepted = read(b"event=CallAccepted&from=022129191999&to=022199998560&call_id=f459&peer=7777a%40fpbx.de", "")
    assert (accepted.event, accepted.at) == (ANSWERED, ("7777a@fpbx.de",))
    missed = read(b"event=HungUp&from=anonymous&to=0221&call_id=f459&type=missed&duration=0&direction=in", "")
    assert (missed.event, missed.cause, was_answered("ringing", missed.cause, missed.seconds)) == (
        HUNG_UP, "missed", False,
    )  # fmt: skip
    talked = read(b"event=HungUp&call_id=f459&type=accepted&duration=61&direction=in", "")
    assert was_answered("ringing", talked.cause, talked.seconds)
    assert read(b"event=OutgoingCall&call_id=1&from=0221&to=23&peer=7777a%40fpbx.de", "").is_outgoing


def test_json_of_other_systems_is_read() -> None:
    """Objects with other names, numbers as numbers, lists, a wish to be called back."""
    told = {"event": "RINGING", "callId": 77, "callerNumber": "07071 1", "calledNumber": "23", "users": ["23", "24"]}
    news = read(json.dumps(told).encode(), "application/json")
    assert (news.event, news.ref, news.caller, news.rung) == (RANG, "77", "07071 1", ("23", "24"))
    assert read(b'\xef\xbb\xbf{"event":"callback_request","id":"9"}', "text/plain").event == CALL_BACK


@pytest.mark.parametrize(
    ("raw", "kind", "code"),
    [
        (b"", "", "field_missing"),
        (b"event=newCall", "", "field_missing"),
        (b"event=dtmf&callId=1", "", "unknown_event"),
        (b"{", "application/json", "not_json"),
        (b"[1]", "application/json", "not_an_object"),
        (b"[" * 100_000, "application/json", "not_json"),
        (b'{"event":"hangup","id":"1","recording":"***"}', "application/json", "not_base64"),
        (b"&".join(b"a%d=1" % n for n in range(500)), "", "not_a_form"),
    ],
)
def test_what_cannot_be_read_is_named(raw: bytes, kind: str, code: str) -> None:
    """A wrong call says what is wrong."""
    with pytest.raises(Unreadable) as refused:
        read(raw, kind)
    assert refused.value.code == code


@given(st.binary(max_size=300), st.sampled_from(["", "application/json", "application/x-www-form-urlencoded"]))
def test_any_bytes_are_read_or_refused(raw: bytes, kind: str) -> None:
    """No bytes make the door fall over."""
    try:
        told = read(raw, kind).ref
    except Unreadable as refused:
        told = refused.code
    assert told
