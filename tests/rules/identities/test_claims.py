"""What must be true of a token before a word of it counts, and which addresses may tie an account."""

from __future__ import annotations

from typing import Any

import pytest

from dreiklang.identities.rules import Claim, is_believed, is_subject, tokens

NOW = 1_800_000_000
ISSUER = "https://login.example/realms/house"
GOOD: dict[str, Any] = {
    "iss": ISSUER, "aud": "desk", "iat": NOW, "exp": NOW + 300, "nonce": "n", "sub": "u", "email_verified": True,
}  # fmt: skip
TWISTS: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://other.example"}, "an issuer with a slash": {"iss": ISSUER + "/"},
    "another audience": {"aud": "other"}, "several audiences without azp": {"aud": ["desk", "other"]},
    "azp of another": {"azp": "other"}, "another nonce": {"nonce": "x"}, "no nonce": {"nonce": None},
    "long over": {"exp": NOW - 300}, "never over": {"exp": None}, "over as a word": {"exp": "9999999999"},
    "over as a truth": {"exp": True}, "from the future": {"iat": NOW + 600}, "not yet": {"nbf": NOW + 600},
    "no issue": {"iat": None}, "no subject": {"sub": ""}, "a subject of numbers": {"sub": 7},
    "a list as audience": {"aud": [["desk"]]}, "no audience": {"aud": None}, "no issuer": {"iss": None},
}  # fmt: skip


def objection(claims: dict[str, Any], **other: Any) -> str:
    """What is said against some claims."""
    asked = {"issuer": ISSUER, "client_id": "desk", "nonce": "n", "now": NOW, **other}
    return tokens.objection({k: v for k, v in claims.items() if v is not None}, **asked)


@pytest.mark.parametrize("how", TWISTS)
def test_p24_a_token_that_was_meant_otherwise_is_objected_to(how: str) -> None:
    assert objection({**GOOD, **TWISTS[how]})


def test_a_good_token_is_not_objected_to_and_clocks_may_differ_by_two_minutes() -> None:
    assert not objection(GOOD)
    assert not objection({**GOOD, "aud": ["desk", "other"], "azp": "desk"})
    assert not objection({**GOOD, "iat": NOW + 90, "exp": NOW - 90, "nbf": NOW + 90})
    assert objection({**GOOD, "nonce": ""}, nonce="") == "nonce", "an empty one binds nothing"


@pytest.mark.parametrize(
    ("address", "is_proven"),
    [
        ("rita@klinikum.example", False), ("rita@werk.example", True), ("rita@it.klinikum.example", True),
        ("rita@evilklinikum.example", True), ("klinikum.example", True), ("@klinikum.example", True), ("", True),
        ("rita@klinikum.example@werk.example", True),
    ],
)  # fmt: skip
def test_p24_an_address_is_believed_only_if_proven_and_of_the_very_domain(address: str, is_proven: bool) -> None:
    assert is_believed(Claim("u", "Rita@Klinikum.Example", True), ["klinikum.example"])
    assert not is_believed(Claim("u", address, is_proven), ["klinikum.example"])


def test_only_a_plain_true_proves_an_address() -> None:
    for said in (False, None, "true", "1", 1, [True], {"value": True}):
        assert not tokens.claim_of({**GOOD, "email": "rita@klinikum.example", "email_verified": said}).is_proven
    assert tokens.claim_of({**GOOD, "email": "rita@klinikum.example"}).is_proven
    assert tokens.claim_of({**GOOD, "email": ["rita@klinikum.example"]}).address == ""


@pytest.mark.parametrize("subject", ["", "x" * 256, "u\x00", "u\n", 7, None, ["u"]])
def test_a_subject_that_cannot_be_kept_whole_is_none(subject: object) -> None:
    assert not is_subject(subject)
    assert is_subject("x" * 255)
