"""Whatever the bytes are: an answer, in time, without a line break in a header (P03, P04, P37)."""

# ruff: noqa: E501 - payloads stand on one line
from __future__ import annotations

import json
import random
import resource
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dreiklang.channels.mail.inbound.parsing import ParsedMail, parse_mail

MAILS = [path.read_bytes() for path in sorted((Path(__file__).parent / "mails").glob("*.eml"))]
HEAD = b"From: a@b.example\nTo: d@e.example\nSubject: x\n"
TEXT = HEAD + b"Content-Type: text/plain; charset=utf-8\n\n"
HTML = HEAD + b"Content-Type: text/html; charset=utf-8\n\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=B\n\n"
DAEMON = b"Return-Path: <>\nFrom: MAILER-DAEMON@b.example\nSubject: Undelivered Mail Returned to Sender\n\n"
FRAGMENTS = [
    b"\n", b"\r\n", b"\r", b"\x00", b" ", b"\t", b"--B", b"--B--", b"=?utf-8?q?", b"?=", b"=?utf-8?b?", b"=0D=0A", b"<", b">",
    b"\"", b"(", b")", b",", b";", b":", b"@", b"From: ", b"Subject: ", b"Content-Type: multipart/mixed; boundary=B\n",
    b"Content-Type: text/html\n", b"Content-Transfer-Encoding: base64\n", b"charset=utf-7", b"\xff", b"\xed\xa0\x80", b"\xf0\x9f",
    b"Content-Type: message/delivery-status\n", b"Final-Recipient: rfc822; ", b"Date: ", b"To: ", b"filename*=utf-8''%0A", b"=E2=80=AE",
]  # fmt: skip


def check(mail: ParsedMail) -> None:
    """What must hold for every mail."""
    line = mail.as_json("x")
    stored = json.dumps(line, ensure_ascii=False).encode()  # fails on unpaired surrogates
    assert b"\\u0000" not in stored
    one_liners = [mail.subject, mail.message_id, mail.subject_line.topic, *mail.in_reply_to, *mail.references]
    for address in (*mail.senders, *mail.reply_to, *mail.to, *mail.cc):
        one_liners += [address.name, address.address]
    one_liners += [a.filename for a in mail.attachments] + [a.content_id for a in mail.attachments]
    one_liners += [a.content_type for a in mail.attachments] + [row.recipient for row in mail.bounce]
    for text in one_liners:
        assert not set(text) & set("\r\n\x00\x0b\x0c\x85\u2028\u2029"), repr(text)
    for attachment in mail.attachments:
        assert attachment.filename
        assert not set(attachment.filename) & set("/\\\u202e\u200b")
        assert attachment.filename not in {".", ".."}
        assert len(attachment.filename.encode()) <= 255
    assert "\x00" not in mail.text + mail.html + mail.reply_text + mail.signature


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=2_000))
def test_p03_any_bytes_give_a_mail(raw: bytes) -> None:
    check(parse_mail(raw))


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS) | st.binary(max_size=6), max_size=80).map(b"".join))
def test_p03_any_heap_of_mail_fragments_gives_a_mail(raw: bytes) -> None:
    check(parse_mail(raw))


@settings(max_examples=200, deadline=None)
@given(
    st.text(max_size=60),
    st.sampled_from(["From", "To", "Subject", "Message-ID", "Reply-To", "Content-ID", "References"]),
)
def test_p37_no_header_value_brings_a_line_break(value: str, name: str) -> None:
    encoded = "".join(f"={byte:02X}" for byte in value.encode("utf-8", "replace"))
    raw = f"{name}: =?utf-8?q?={encoded}?= <a@b.example>\nX: y\n\nText".encode()
    check(parse_mail(raw))
    check(parse_mail(f"{name}: {value}\n\nText".encode("utf-8", "replace")))


def test_p03_a_thousand_mutated_mails_are_all_understood() -> None:
    chance = random.Random(20417)
    for number in range(1_000):
        raw = bytearray(MAILS[number % len(MAILS)] or b"x")
        for _ in range(chance.randint(1, 12)):
            at = chance.randrange(len(raw) + 1)
            match chance.randrange(5):
                case 0:
                    raw[at : at + 1] = bytes([chance.randrange(256)])
                case 1:
                    del raw[at : at + chance.randint(1, 40)]
                case 2:
                    raw[at:at] = chance.choice(FRAGMENTS)
                case 3:
                    raw[at:at] = raw[at // 2 : at // 2 + chance.randint(1, 80)]
                case 4:
                    raw = raw[:at] or bytearray(b"x")
        check(parse_mail(bytes(raw)))


N = 400_000
POISON = {
    "spaces": TEXT + b" " * 1_000_000,
    "tabs and blanks": TEXT + b"\t \t" * 300_000,
    "line ends": TEXT + b"\n" * 1_000_000,
    "carriage returns": TEXT + b"\r" * 1_000_000,
    "quote marks": TEXT + b">" * 1_000_000,
    "quote lines": TEXT + b"> a\n" * 250_000,
    "attributions": TEXT + b"Am 12.10.2026 um 10:00 schrieb a@b.de:\n" * 25_000,
    "half attributions": TEXT + b"On 1 at 10:00\n" * 70_000,
    "header blocks": TEXT + b"Von: x\nAn: y\n" * 80_000,
    "farewells": TEXT + "Mit freundlichen Grüßen\nRita\n\n".encode() * 30_000,
    "delimiters": TEXT + b"--\nx\n" * 100_000,
    "rules": TEXT + b"_____\n" * 150_000,
    "stars": TEXT + b"*" * 1_000_000,
    "devices": TEXT + b"Sent from my iPhone\n" * 50_000,
    "five thousand links": HTML + b'<a href="http://x.example/1">l</a> ' * 5_000,
    "open angles": HTML + b"<" * 1_000_000,
    "open tags": HTML + b"<div " * 200_000,
    "open quotes in tags": HTML + b'<div a="' * 120_000,
    "open scripts": HTML + b"<script>" * 120_000,
    "open comments": HTML + b"<!--" * 250_000,
    "nested block quotes": HTML + b"<blockquote>" * 80_000,
    "nested divisions": HTML + b"<div>" * 200_000,
    "nested marks": HTML + b'<div class="gmail_quote">' * 40_000,
    "ampersands": HTML + b"&amp" * 250_000,
    "ten thousand parts": MIXED + b"--B\n\nx\n" * 10_000,
    "near boundaries": MIXED + b"--Bx\n" * 200_000,
    "no boundary": HEAD + b"Content-Type: multipart/mixed\n\n" + b"\n--x\n" * 200_000,
    "three thousand levels": HEAD
    + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3_000))
    + b"x" * N,
    "headers": HEAD + b"X: y\n" * 200_000 + b"\nx",
    "one long header": HEAD + b"X: " + b"y" * 1_000_000 + b"\n\nx",
    "folded header": HEAD + b"X: y\n" + b" y\n" * 300_000 + b"\nx",
    "no headers": HEAD + b"junk\nX: y\n" * 100_000 + b"\nx",
    "open words": b"Subject: " + b"=?a?q?" * 200_000 + b"\n\n",
    "prefixes": b"Subject: " + b"Re: " * 250_000 + b"\n\n",
    "recipients": b"From: a@b.c\nTo: " + b"a@b.c," * 200_000 + b"\n\n",
    "open brackets in From": b"From: " + b"<" * N + b"\n\n",
    "open comments in From": b"From: " + b"(" * N + b"\n\n",
    "open quotes in From": b"From: " + b'"' * N + b"\n\n",
    "references": b"References: " + b"<a@b>" * 200_000 + b"\n\n",
    "parameters": b"Content-Type: text/plain; " + b"a*1*=x;" * 100_000 + b"\n\n",
    "utf-32 junk": HEAD + b"Content-Type: text/plain; charset=utf-32\n\n" + bytes(random.Random(1).randbytes(1_000_000)),
    "utf-7 junk": HEAD + b"Content-Type: text/plain; charset=utf-7\n\n" + b"+" * 1_000_000,
    "punycode": HEAD + b"Content-Type: text/plain; charset=punycode\n\n" + b"a-" * N,
    "noise": random.Random(2).randbytes(1_000_000),
    "pieces of base64": HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"=A" * N,
    "quoted-printable": HEAD + b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=" * 1_000_000,
    "uuencode": TEXT + b"begin 644 x\n" * 80_000,
    "flowed": HEAD + b"Content-Type: text/plain; format=flowed\n\n" + b"a \n" * 300_000,
    "bounce of many": DAEMON + b"<a@b.de>:\n550 x\n" * 60_000,
    "bounce reports": DAEMON + b"Final-Recipient: rfc822; a@b.de\nAction: failed\n\n" * 20_000,
    "bounce without end": DAEMON + b"a" * 1_000_000,
    "bounce words": DAEMON + b"sender mailbox quota " * 50_000,
    "bounce notification": DAEMON + b'{"notificationType":"Bounce","bounce":' + b"[" * 100_000,
    "slashes in a name": HEAD + b'Content-Type: application/x; name="' + b"/" * 60_000 + b'"\n\n',
}  # fmt: skip


@pytest.mark.parametrize("name", POISON)
def test_p04_poison_is_read_within_ten_seconds(name: str) -> None:
    started = time.process_time()
    mail = parse_mail(POISON[name])
    used = time.process_time() - started
    assert used <= 10, f"{used:.1f} s"
    check(mail)


def test_p04_the_time_grows_with_the_length_only() -> None:
    """Twice the length must not take four times as long; measured where the time is long enough to compare."""
    for unit in (b"Mit freundlichen Gruessen\n\n", b"> a\nb\n", b"_____\n", b"Am 12.10.2026 um 10:00 schrieb x\n"):

        def seconds(count: int, unit: bytes = unit) -> float:
            started = time.process_time()
            parse_mail(TEXT + unit * count)
            return time.process_time() - started

        small = min(seconds(4_000) for _ in range(3))
        assert min(seconds(16_000) for _ in range(3)) <= 10 * small + 0.2


def test_p04_too_many_parts_and_levels_are_named() -> None:
    assert "too_many_parts" in parse_mail(POISON["ten thousand parts"]).problems
    assert "nested_too_deep" in parse_mail(POISON["three thousand levels"]).problems
    assert "too_many_headers" in parse_mail(POISON["headers"]).problems
    assert "header_too_long" in parse_mail(POISON["one long header"]).problems
    assert "text_truncated" in parse_mail(TEXT + b"a" * 9_000_000).problems


def test_a_usual_mail_takes_a_millisecond_or_two() -> None:
    body = "Guten Tag,\n\nder Drucker im 3. OG druckt nicht.\n\n" * 30
    raw = HEAD + (
        b"Content-Type: multipart/alternative; boundary=B\n\n--B\nContent-Type: text/plain; charset=utf-8\n\n"
        + body.encode()
        + b"--B\nContent-Type: text/html; charset=utf-8\n\n<p>"
        + body.encode()
        + b"</p>\n--B--\n"
    )
    for _ in range(5):
        parse_mail(raw)
    started = time.process_time()
    for _ in range(50):
        parse_mail(raw)
    assert (time.process_time() - started) / 50 <= 0.008


def test_the_whole_corpus_stays_small_in_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for raw in MAILS:
        parse_mail(raw)
    parse_mail(
        HEAD + b"Content-Type: application/x; name=a\nContent-Transfer-Encoding: base64\n\n" + b"QUJD" * 5_000_000
    )
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024 <= 200
