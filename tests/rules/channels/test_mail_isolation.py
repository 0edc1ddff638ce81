"""Odd mails are understood in a limited child; a dead child costs nobody else anything (P04)."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Iterator

import pytest

from dreiklang.channels.mail.inbound.isolation import (
    Failure,
    end_children,
    is_usual,
    parse_guarded,
    parse_in_child,
)
from dreiklang.channels.mail.inbound.parsing import ParsedMail, parse_mail

USUAL = b"From: rita@nordwerk.example\nSubject: Drucker\nDate: Mon, 12 Oct 2026 08:15:00 +0200\n\nEr druckt nicht.\n"


@pytest.fixture(autouse=True)
def _no_children_left() -> Iterator[None]:
    yield
    end_children()


def large(mebibytes: float) -> bytes:
    content = base64.encodebytes(os.urandom(int(mebibytes * 1_048_576 * 0.73)))
    return (
        b"From: a@b.example\nContent-Type: application/pdf; name=x.pdf\nContent-Transfer-Encoding: base64\n\n" + content
    )


def test_the_child_understands_what_this_process_would_understand() -> None:
    assert parse_in_child(USUAL) == parse_mail(USUAL)


def test_p04_a_large_mail_fits_into_the_child() -> None:
    mail = parse_in_child(large(25))
    assert isinstance(mail, ParsedMail)
    assert mail.attachments[0].size > 15_000_000


def test_p04_a_child_out_of_memory_is_a_failure_and_the_next_mail_is_read() -> None:
    assert parse_in_child(large(40), memory_mib=64) == Failure("memory", "used up its memory")
    assert isinstance(parse_in_child(USUAL), ParsedMail)


def test_p04_a_child_out_of_time_is_a_failure_and_the_next_mail_is_read() -> None:
    slow = b"Subject: x\nContent-Type: text/html\n\n" + b"<p> " * 250_000
    failure = parse_in_child(slow * 6, cpu_seconds=0.05)
    assert isinstance(failure, Failure)
    assert failure.code == "cpu"
    assert isinstance(parse_in_child(USUAL), ParsedMail)


def test_one_child_reads_many_mails() -> None:
    parse_in_child(USUAL)
    started = time.monotonic()
    for _ in range(20):
        assert isinstance(parse_in_child(USUAL), ParsedMail)
    assert time.monotonic() - started < 2


def test_usual_mails_stay_here_and_odd_ones_go_to_the_child() -> None:
    assert is_usual(USUAL)
    assert not is_usual(large(3))
    assert not is_usual(USUAL + b"<p>" * 30_000)
    assert not is_usual(USUAL + b"\n--B" * 1_000)
    assert isinstance(parse_guarded(USUAL), ParsedMail)
    assert isinstance(parse_guarded(USUAL + b"<p>" * 30_000), ParsedMail)
