"""What Outlook packs into winmail.dat comes out as files and words, whatever is wrong with the packet."""

from __future__ import annotations

import base64
import random
import struct

from dreiklang.channels.mail.inbound.parsing import ParsedMail, parse_mail
from dreiklang.channels.mail.inbound.parsing.rtf import text_from_rtf

HEAD = b"From: a@b.example\nSubject: x\nDate: Mon, 12 Oct 2026 08:20:00 +0200\nMIME-Version: 1.0\n"
UNICODE, BINARY, OBJECT, LONG = 0x1F, 0x102, 0x0D, 0x03


def attribute(number: int, data: bytes, level: int = 1) -> bytes:
    return struct.pack("<BHHI", level, number, 0, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def properties(*rows: tuple[int, int, bytes]) -> bytes:
    out = struct.pack("<I", len(rows))
    for kind, number, value in rows:
        out += struct.pack("<HH", kind, number)
        if kind == LONG:
            out += value
            continue
        out += struct.pack("<II", 1, len(value)) + value + b"\0" * (-len(value) % 4)
    return out


def stream(*attributes: bytes) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(attributes)


def file(name: str, content: bytes) -> tuple[bytes, bytes, bytes]:
    return (
        attribute(0x9002, b"\0" * 14, 2),
        attribute(0x800F, content, 2),
        attribute(0x9005, properties((UNICODE, 0x3707, name.encode("utf-16-le") + b"\0\0")), 2),
    )


def mail_with(packet: bytes, words: bytes = b"") -> ParsedMail:
    text = b"--q\nContent-Type: text/plain\n\n" + words + b"\n" if words else b""
    kind = b"Content-Type: multipart/mixed; boundary=q\n\n"
    coded = b"--q\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
    return parse_mail(HEAD + kind + text + coded + base64.encodebytes(packet) + b"--q--\n")


def test_files_come_out_with_their_long_names() -> None:
    packet = stream(attribute(0x9007, struct.pack("<II", 1252, 0)), *file("Prüfbericht Süd.pdf", b"%PDF-1.7"))
    mail = mail_with(packet, words=b"Anbei.")
    assert mail.text == "Anbei."
    assert [(a.filename, a.content_type, a.content) for a in mail.attachments] == [
        ("Prüfbericht Süd.pdf", "application/pdf", b"%PDF-1.7")
    ]
    assert mail.problems == ()


def test_the_words_are_taken_where_the_mail_has_none_of_its_own() -> None:
    html = "<p>Der Drucker steht.</p>".encode("cp1252")
    packet = stream(attribute(0x9003, properties((LONG, 0x0E07, b"\0\0\0\0"), (BINARY, 0x1013, html))))
    assert mail_with(packet).text == "Der Drucker steht."
    assert mail_with(packet, words=b"Andere Worte").text == "Andere Worte"


def test_rtf_is_read_where_there_is_nothing_else() -> None:
    plain = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\pard Gr\'fc\u223?e\par{\*\generator x;}aus K\'f6ln}"
    packed = struct.pack("<IIII", len(plain) + 12, len(plain), 0x414C454D, 0) + plain
    assert mail_with(stream(attribute(0x9003, properties((BINARY, 0x1009, packed))))).text == "Grüße\naus Köln"
    assert text_from_rtf(b"{\\rtf1 " + b"{" * 5_000 + b"a" + b"}" * 9_000) == "a"


def test_packed_rtf_repeats_what_it_has_said() -> None:
    # 'abc', then five letters from where it began in the window: abcab
    start = 207
    body = bytes([0b00001000]) + b"abc" + struct.pack(">H", start << 4 | 3) + b"!}"
    packed = struct.pack("<IIII", len(body) + 12, 10, 0x75465A4C, 0) + body
    assert mail_with(stream(attribute(0x9003, properties((BINARY, 0x1009, packed))))).text == "abcabcab!"


def test_a_message_inside_is_a_mail_of_its_own() -> None:
    inner = stream(attribute(0x8004, b"Weitergeleitet\0"), attribute(0x800C, b"Bitte ansehen\0"), *file("a.txt", b"x"))
    held = properties((OBJECT, 0x3701, b"\0" * 16 + inner), (UNICODE, 0x3001, "Alt".encode("utf-16-le")))
    (found,) = mail_with(stream(attribute(0x9002, b"", 2), attribute(0x9005, held, 2))).attachments
    assert (found.filename, found.content_type) == ("Weitergeleitet.eml", "message/rfc822")
    forwarded = parse_mail(found.content)
    assert (forwarded.subject, forwarded.text) == ("Weitergeleitet", "Bitte ansehen")
    assert [a.filename for a in forwarded.attachments] == ["a.txt"]


def test_a_meeting_is_an_invitation() -> None:
    assert mail_with(stream(attribute(0x8008, b"IPM.Schedule.Meeting.Request\0"))).auto == "invitation"


def test_what_cannot_be_read_stays_a_file() -> None:
    mail = mail_with(b"no such packet")
    assert [a.filename for a in mail.attachments] == ["winmail.dat"]
    assert "tnef_not_read" in mail.problems


def test_p03_damaged_packets_are_read_as_far_as_they_go() -> None:
    packet = stream(
        attribute(0x9003, properties((BINARY, 0x1013, b"<p>Hallo</p>"), (UNICODE, 0x8001, b"a"))),
        *file("a.txt", b"x" * 50),
        *file("b.txt", b"y" * 50),
    )
    dice = random.Random(5)
    for _each in range(300):
        damaged = bytearray(packet)
        for _place in range(dice.randint(1, 6)):
            damaged[dice.randrange(6, len(damaged))] = dice.randrange(256)
        mail = mail_with(bytes(damaged[: dice.randint(6, len(damaged))]))
        assert all("/" not in a.filename and "\0" not in a.filename for a in mail.attachments)
    assert mail_with(packet[:-60]).attachments[0].content == b"x" * 50
