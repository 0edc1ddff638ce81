"""What of a case becomes which part of its article."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dreiklang.training.rules.drafting import body_of, symptom_of, together

MAIL = """Guten Tag Herr Yildiz,

seit heute früh kommt kein Etikett mehr, der Drucker blinkt rot.
Bitte rufen Sie Rita Weber unter +49 371 555-123 an oder schreiben Sie an rita@klinikum.example.

Mit freundlichen Grüßen
Rita Weber
Station 4A
> Ihre letzte Nachricht
"""


def test_a_symptom_is_what_was_said_without_greeting_farewell_and_whom_to_call() -> None:
    found = symptom_of(MAIL, ["Rita Weber", "Rita", "Weber"])
    assert found == (
        "seit heute früh kommt kein Etikett mehr, der Drucker blinkt rot.\n"
        "Bitte rufen Sie … unter … an oder schreiben Sie an …."
    )


def test_thanks_alone_in_the_first_line_are_not_the_end() -> None:
    assert symptom_of("Danke\nder Drucker druckt nicht") == "Danke\nder Drucker druckt nicht"
    assert symptom_of("Hallo, der Drucker druckt seit heute nicht. Error 0x80070005") != ""


@given(st.text(max_size=300), st.lists(st.text(max_size=10), max_size=3))
def test_whatever_was_written_is_borne(text: str, names: list[str]) -> None:
    assert len(symptom_of(text, names)) <= 4_000


def test_several_steps_are_numbered_and_none_twice() -> None:
    assert together(["a", "b", "a", " "], numbered=True) == "1. a\n2. b"
    assert together(["a"], numbered=True) == "a"
    assert body_of([("Ursache", ""), ("Lösung", "Neustart")]) == "## Lösung\n\nNeustart"
