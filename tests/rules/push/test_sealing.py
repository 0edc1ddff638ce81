"""Sealing for a device: the example of RFC 8291, any words for any browser, and what is no browser's key."""

from __future__ import annotations

from datetime import UTC, datetime

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.push_service import Browser

from dreiklang.channels.push import sealing

# RFC 8291, appendix A
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
RECEIVER = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SECRET, SALT = "BTBZMqHH6r4Tts7J_aSIgg", "DGv6ra1nlYgDCS1FRnbzlw"
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_the_rfc_comes_out_the_same() -> None:
    own = ec.derive_private_key(int.from_bytes(sealing.raw_of(SENDER), "big"), sealing.CURVE)
    plain = b"When I grow up, I want to be a watermelon"
    body = sealing.sealed(plain, key=RECEIVER, auth=SECRET, own=own, salt=sealing.raw_of(SALT))
    assert sealing.letters(body) == SEALED


@settings(max_examples=25, deadline=None)
@given(words=st.binary(max_size=sealing.MOST_PLAIN))
def test_whatever_is_said_is_read_by_that_browser_alone(words: bytes) -> None:
    browser = Browser()
    body = sealing.sealed(words, key=browser.key, auth=browser.auth)
    assert len(body) <= sealing.RECORD
    assert browser.opened(body) == words
    with pytest.raises(Exception, match=""):
        Browser().opened(body)


@pytest.mark.parametrize("key", ["", "AAAA", "é", "B" * 87, sealing.letters(b"\x04" + bytes(64)), "not base64 at all"])
def test_what_is_no_key_of_a_browser_is_refused(key: str) -> None:
    with pytest.raises(ValueError):
        sealing.point_of(key)


def test_the_desk_signs_for_one_push_service_and_half_a_day() -> None:
    private, public = sealing.make_pair()
    now = datetime.now(UTC).replace(microsecond=0)
    header = sealing.authorization(
        "https://push.example:8443/x/y?z", private=private, public=public, contact="mailto:a@b.example", now=now
    )
    token, key = header.removeprefix("vapid t=").split(", k=")
    assert key == public
    point = ec.EllipticCurvePublicKey.from_encoded_point(sealing.CURVE, sealing.raw_of(key))
    pem = point.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    claims = jwt.decode(token, pem, algorithms=["ES256"], audience="https://push.example:8443")
    assert (claims["sub"], claims["exp"]) == ("mailto:a@b.example", int(now.timestamp()) + 12 * 3600)
