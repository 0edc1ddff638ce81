"""What a signature is worth: by whom, unaltered or not, and whether anybody here vouches for the key."""

from __future__ import annotations

import base64
import random
from datetime import UTC, datetime, timedelta

import pysequoia
import pytest
from tests.certificates import Owned, authority, issued_by, owned_by
from tests.rules.channels.test_sealed import HEAD, enveloped

from dreiklang.channels.mail.inbound import openpgp
from dreiklang.channels.mail.inbound.cms_signatures import signature_of
from dreiklang.channels.mail.inbound.decrypting import PGP, Key, unsealed
from dreiklang.channels.mail.inbound.parsing import ParsedMail, parse_mail
from dreiklang.channels.mail.inbound.parsing.sealed import content_of_signed
from dreiklang.channels.mail.inbound.seals import Believed

NOW = datetime.now(UTC)
ENTITY = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + "Grüße aus Köln\r\n".encode()
PGP_TYPE, CMS_TYPE = "application/pgp-signature", "application/pkcs7-signature"


def apart(entity: bytes, signature: bytes, kind: str, *, more: bytes = b"") -> bytes:
    """A signature beside what it signs."""
    head = HEAD + f'Content-Type: multipart/signed; protocol="{kind}"; boundary=b\r\n\r\n'.encode()
    code = base64.encodebytes(signature) if kind == CMS_TYPE else signature
    seal = f"Content-Type: {kind}\r\n".encode() + (
        b"Content-Transfer-Encoding: base64\r\n\r\n" if kind == CMS_TYPE else b"\r\n"
    )
    return head + b"--b\r\n" + entity + b"\r\n--b\r\n" + seal + code + b"\r\n" + more + b"--b--\r\n"


def read(raw: bytes, believed: Believed, keys: tuple[Key, ...] = (), at: datetime = NOW) -> ParsedMail:
    return unsealed(raw, parse_mail(raw), keys, believed, at)


def by_certificate(*owned: Owned) -> Believed:
    return Believed(tuple(one.certificate for one in owned))


@pytest.fixture(scope="module")
def rita() -> Owned:
    return issued_by(authority(), "rita@klinikum.example")


def test_a_certificate_vouches_for_itself_and_an_authority_for_what_it_issued(rita: Owned) -> None:
    raw = apart(ENTITY, rita.signature_of(ENTITY), CMS_TYPE)
    for believed in (by_certificate(rita), by_certificate(authority())):
        mail = read(raw, believed)
        assert (mail.seal, mail.seal_check, mail.seal_by) == ("signed", "valid", "rita@klinikum.example")
        assert mail.text == "Grüße aus Köln"
    assert read(raw.replace(b"\r\n", b"\n"), by_certificate(rita)).seal_check == "valid"
    assert read(raw, Believed()).seal_check == "unknown"
    assert read(raw, by_certificate(authority()), at=NOW + timedelta(days=500)).seal_check == "unknown"


def test_p18_what_is_altered_or_said_by_somebody_else_is_told(rita: Owned) -> None:
    believed = by_certificate(authority())
    sealed = rita.signature_of(ENTITY)
    assert read(apart(ENTITY.replace(b"aus", b"von"), sealed, CMS_TYPE), believed).seal_check == "altered"
    mallory = issued_by(authority(), "mallory@fern.example")
    mail = read(apart(ENTITY, mallory.signature_of(ENTITY), CMS_TYPE), believed)
    assert (mail.seal_check, mail.seal_by) == ("foreign", "mallory@fern.example")
    added = b"--b\r\nContent-Type: text/plain\r\n\r\nUnd mehr\r\n"
    assert read(apart(ENTITY, sealed, CMS_TYPE, more=added), believed).seal_check == "partly"
    # A certificate that nobody may issue with issues nothing.
    forged = issued_by(Owned(rita.certificate, rita.key), "rita@klinikum.example")
    assert read(apart(ENTITY, forged.signature_of(ENTITY), CMS_TYPE), by_certificate(rita)).seal_check == "unknown"


def test_an_envelope_that_holds_the_mail_is_checked_too(rita: Owned) -> None:
    raw = enveloped(rita.signed(ENTITY), "signed-data")
    assert read(raw, by_certificate(rita)).seal_check == "valid"
    desk = owned_by("desk@haus.example")
    inner = raw.removeprefix(HEAD)
    keys = desk.as_pem().decode().partition("-----BEGIN PRIVATE KEY-----")
    key = Key(keys[0], keys[1] + keys[2])
    mail = read(enveloped(desk.encrypted(inner), "enveloped-data"), by_certificate(rita), (key,))
    assert (mail.seal, mail.seal_check, mail.text) == ("decrypted", "valid", "Grüße aus Köln")


def test_p03_no_damaged_signature_is_valid_or_raises(rita: Owned) -> None:
    der = rita.signed(ENTITY)
    dice = random.Random(5)
    for _each in range(300):
        damaged = bytearray(der)
        for _place in range(dice.randint(1, 4)):
            damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
        found = signature_of(bytes(damaged))
        assert found is None or not found.fits or content_of_signed(bytes(damaged)) == ENTITY


RITA = pysequoia.Tsk.generate("Rita Weber <rita@klinikum.example>")
DESK = pysequoia.Tsk.generate("Desk <desk@haus.example>")
KNOWN = Believed(keys=(str(RITA.extract_certificate()),))
DESKS = Key(str(DESK.extract_certificate()), str(DESK), PGP)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child's work without the child."""

    def asked(question: dict[str, object]) -> openpgp.Answer:
        said = openpgp.answer(question)
        content = None if said["content"] is None else base64.b64decode(said["content"])
        return openpgp.Answer(content, said["state"], said["fingerprint"], tuple(said["user_ids"]))

    monkeypatch.setattr(openpgp, "_ask", asked)


def detached(entity: bytes, by: pysequoia.Tsk = RITA) -> bytes:
    return pysequoia.sign(by.signer(), entity, mode=pysequoia.SignatureMode.DETACHED)


@pytest.mark.usefixtures("at_once")
def test_pgp_signatures_are_valid_altered_or_of_nobody_known() -> None:
    mail = read(apart(ENTITY, detached(ENTITY), PGP_TYPE), KNOWN)
    assert (mail.seal_check, mail.seal_by) == ("valid", "Rita Weber <rita@klinikum.example>")
    altered = read(apart(ENTITY.replace(b"aus", b"von"), detached(ENTITY), PGP_TYPE), KNOWN)
    assert altered.seal_check == "altered"
    assert read(apart(ENTITY, detached(ENTITY), PGP_TYPE), Believed()).seal_check == "unknown"
    both = Believed(keys=(*KNOWN.keys, str(DESK.extract_certificate())))
    assert read(apart(ENTITY, detached(ENTITY, DESK), PGP_TYPE), both).seal_check == "foreign"


@pytest.mark.usefixtures("at_once")
def test_words_that_bear_their_signature_below_are_shown_without_it() -> None:
    text = "Grüße\n- Punkt\nRita\n".encode()
    signed = pysequoia.sign(RITA.signer(), text, mode=pysequoia.SignatureMode.CLEAR)
    head = HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
    mail = read(head + signed, KNOWN)
    assert (mail.text, mail.seal_check) == ("Grüße\n- Punkt\nRita", "valid")
    assert read(head + signed.replace(b"Rita", b"Rosa"), KNOWN).seal_check == "altered"
    assert read(head + signed + b"\nDazu noch dies.\n", KNOWN).seal_check == "partly"


def sealed_for_the_desk(message: bytes) -> bytes:
    head = HEAD + b'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b\r\n\r\n'
    first = b"--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
    return head + first + b"--b\r\nContent-Type: application/octet-stream\r\n\r\n" + message + b"\r\n--b--\r\n"


@pytest.mark.usefixtures("at_once")
def test_pgp_mail_is_opened_with_the_desks_key_and_kept_without_it() -> None:
    for_desk = [DESK.extract_certificate()]
    raw = sealed_for_the_desk(pysequoia.encrypt(ENTITY, for_desk, RITA.signer()))
    mail = read(raw, KNOWN, (DESKS,))
    assert (mail.text, mail.seal, mail.seal_check, mail.problems) == ("Grüße aus Köln", "decrypted", "valid", ())
    assert read(raw, Believed(), (DESKS,)).seal_check == "unknown"
    closed = read(raw, KNOWN)
    assert (closed.text, closed.seal, closed.problems) == ("", "encrypted", ("encrypted",))
    inline = HEAD + b"\r\n" + pysequoia.encrypt("Grüße".encode(), for_desk)
    mail = read(inline, KNOWN, (DESKS,))
    assert (mail.text, mail.seal, mail.seal_check) == ("Grüße", "decrypted", "")


def test_p04_a_child_opens_what_is_good_and_dies_of_what_unfolds_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = openpgp.SecretKey(str(DESK))
    message = pysequoia.encrypt(ENTITY, [DESK.extract_certificate()], RITA.signer())
    answer = openpgp.opened(message, [secret], KNOWN.keys)
    assert (answer.content, answer.state) == (ENTITY, "valid")
    monkeypatch.setattr(openpgp, "WAIT_SECONDS", 0)
    assert openpgp.opened(message, [secret], KNOWN.keys) == openpgp.Answer()
