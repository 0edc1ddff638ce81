"""Subjects: prefixes of many mail programs, our tag, and numbers that are only claimed."""

from __future__ import annotations

import pytest

from dreiklang.channels.mail.inbound.parsing import find_ticket_numbers, normalised_subject, parse_subject

TOKEN = "k3Jx9_mPq-2LrTz8VwYb7A"


@pytest.mark.parametrize(
    "subject",
    [
        "Drucker geht nicht",
        "Re: Drucker geht nicht",
        "AW: Drucker geht nicht",
        "Antw: Drucker geht nicht",
        "Antwort: AW: RE: Drucker geht nicht",
        "WG: FW: Fwd: Drucker geht nicht",
        "Re[2]: AW(3): Drucker geht nicht",
        "RE : TR : Drucker geht nicht",
        "SV: VS: Vá: Drucker geht nicht",
        "aw:re:Drucker geht nicht",
        "R: I: Drucker geht nicht",
        "Re: [#20417] Drucker geht nicht",
        "[#20417] AW: Drucker geht nicht",
        f"AW: [#20417 {TOKEN}] WG: Drucker  geht nicht",
        f"AW: Drucker geht nicht [#20417 {TOKEN}]",
        "Re:Drucker geht nicht",
    ],
)
def test_prefixes_and_tags_are_taken_off_in_any_order(subject: str) -> None:
    assert normalised_subject(subject) == "Drucker geht nicht"


@pytest.mark.parametrize(
    "subject",
    [
        "Reparatur: Drucker",
        "Wagen: springt nicht an",
        "Fehler: 404",
        "i: und j: sind vertauscht",
        "Tipp: neu starten",
        "Projekt R2: Start",
    ],
)
def test_words_that_are_no_prefixes_stay(subject: str) -> None:
    assert normalised_subject(subject) == subject


def test_the_outermost_prefix_says_answer_or_forward() -> None:
    assert parse_subject("WG: AW: x").is_forward
    assert not parse_subject("AW: WG: x").is_forward
    assert parse_subject("AW: WG: x").is_reply
    assert not parse_subject("x").is_reply


def test_our_tag_gives_number_and_token() -> None:
    line = parse_subject(f"AW: [#20417 {TOKEN}] Drucker")
    assert line.numbers == ("20417",)
    assert line.token == TOKEN
    assert parse_subject("[#20417] x").token == ""


@pytest.mark.parametrize(
    ("subject", "numbers"),
    [
        ("[#20417] x", ("20417",)),
        ("zu #20417 und Ticket 20418", ("20417", "20418")),
        ("Ticket-Nr. 20417: immer noch", ("20417",)),
        ("Vorgang #20417", ("20417",)),
        ("Ticketnummer: 0020417", ("20417",)),
        ("Zimmer 20417", ()),
        ("Fehler 404 am 12.10.2026", ()),
        ("Farbe &#20417; #ffeedd", ()),
        ("#12", ()),
        ("", ()),
    ],
)
def test_numbers_are_found_as_claims(subject: str, numbers: tuple[str, ...]) -> None:
    assert find_ticket_numbers(subject) == numbers
