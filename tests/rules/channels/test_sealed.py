"""Signed mail shows its words and says so; encrypted mail says so, and is opened with the right key."""

from __future__ import annotations

import base64
import random

from tests.certificates import owned_by

from dreiklang.channels.mail.inbound.decrypting import Key, unsealed
from dreiklang.channels.mail.inbound.parsing import ParsedMail, parse_mail
from dreiklang.channels.mail.inbound.parsing.sealed import content_of_signed
from dreiklang.channels.mail.inbound.seals import Believed

HEAD = (
    b"From: Rita <rita@klinikum.example>\r\nTo: desk@haus.example\r\nSubject: Befund\r\n"
    b"Date: Mon, 12 Oct 2026 08:20:00 +0200\r\nMIME-Version: 1.0\r\n"
)
ENTITY = (
    b"Content-Type: text/plain; charset=utf-8\r\nFrom: Mallory <chef@haus.example>\r\n\r\n"
    + "Grüße aus Köln\r\n".encode()
)


def enveloped(der: bytes, kind: str) -> bytes:
    say = f"Content-Type: application/pkcs7-mime; smime-type={kind}; name=smime.p7m\r\n".encode()
    return HEAD + say + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(der)


def keys(address: str) -> list[Key]:
    pem = owned_by(address).as_pem().decode()
    certificate, _mark, private = pem.partition("-----BEGIN PRIVATE KEY-----")
    return [Key(certificate, _mark + private)]


def decrypted(raw: bytes, mail: ParsedMail, keys: list[Key]) -> ParsedMail:
    return unsealed(raw, mail, keys, Believed())


def test_a_signed_envelope_is_opened_and_said_to_be_signed():
    mail = parse_mail(enveloped(owned_by("rita@klinikum.example").signed(ENTITY), "signed-data"))
    assert (mail.text, mail.seal, mail.attachments, mail.problems) == ("Grüße aus Köln", "signed", (), ())
    assert [one.address for one in mail.senders] == ["rita@klinikum.example"]


def test_lengths_left_open_are_followed():
    inner = b"\x24\x80" + b"\x04\x05Grues" + b"\x04\x02se" + b"\0\0"
    data = bytes.fromhex("06092a864886f70d010701")
    held = b"\x30\x80" + data + b"\xa0\x80" + inner + b"\0\0" + b"\0\0"
    signed = b"\x30\x80" + b"\x02\x01\x01" + b"\x31\x00" + held + b"\0\0"
    envelope = b"\x30\x80" + bytes.fromhex("06092a864886f70d010702") + b"\xa0\x80" + signed + b"\0\0" + b"\0\0"
    assert content_of_signed(envelope) == b"Gruesse"


def test_p03_damaged_envelopes_stay_files():
    der = owned_by("rita@klinikum.example").signed(ENTITY)
    dice = random.Random(3)
    for _each in range(200):
        damaged = bytearray(der[: dice.randrange(20, len(der))])
        for _place in range(dice.randint(0, 5)):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        mail = parse_mail(enveloped(bytes(damaged), "signed-data"))
        assert mail.text or mail.attachments
    assert content_of_signed(b"\x30\x80" * 5_000) is None


def test_the_other_ways_to_sign_and_to_encrypt_are_told():
    signed = b'Content-Type: multipart/signed; protocol="application/pgp-signature"; boundary=b\r\n\r\n'
    first, second = (
        b"--b\r\nContent-Type: text/plain\r\n\r\nHallo\r\n",
        b"--b\r\nContent-Type: text/x-seal\r\n\r\nx\r\n",
    )
    parts = first + second + b"--b--"
    assert parse_mail(HEAD + signed + parts).seal == "signed"
    sealed = b'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b\r\n\r\n'
    assert parse_mail(HEAD + sealed + parts).seal == "encrypted"
    inline = parse_mail(HEAD + b"\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nabc\r\n-----END PGP MESSAGE-----\r\n")
    assert (inline.seal, inline.problems) == ("encrypted", ("encrypted",))
    assert parse_mail(HEAD + b"\r\nIch sende nie -----BEGIN PGP MESSAGE-----\r\n").seal == ""


def test_p18_the_right_key_opens_and_what_stands_outside_says_who_wrote():
    raw = enveloped(owned_by("desk@haus.example").encrypted(ENTITY), "enveloped-data")
    closed = parse_mail(raw)
    assert (closed.text, closed.seal, closed.problems) == ("", "encrypted", ("encrypted",))
    assert [one.filename for one in closed.attachments] == ["smime.p7m"]
    assert decrypted(raw, closed, keys("rita@klinikum.example")) == closed
    opened = decrypted(raw, closed, [*keys("rita@klinikum.example"), *keys("desk@haus.example")])
    assert (opened.text, opened.seal, opened.problems) == ("Grüße aus Köln", "decrypted", ())
    assert [one.address for one in opened.senders] == ["rita@klinikum.example"]
    assert (opened.subject, opened.attachments) == ("Befund", ())


def test_signed_inside_encrypted_is_read_through():
    inner = enveloped(owned_by("rita@klinikum.example").signed(ENTITY), "signed-data").removeprefix(HEAD)
    raw = enveloped(owned_by("desk@haus.example").encrypted(inner), "enveloped-data")
    opened = decrypted(raw, parse_mail(raw), keys("desk@haus.example"))
    assert (opened.text, opened.seal) == ("Grüße aus Köln", "decrypted")
