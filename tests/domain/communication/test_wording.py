"""The words of our mails: the usual ones, the desk's own, and what may stand in them."""

import pytest
from tests.cast import Cast

from dreiklang.communication import rules, wording
from dreiklang.communication.commands.wording import change_template, restore_usual_words
from dreiklang.kernel.errors import Conflict, Invalid, NotAllowed
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.conversation import receive_message
from dreiklang.tickets.commands.opening import open_ticket

GIVEN = {"text": "It prints.", "agent": "Alan", "team": "", "signature": "", "subject": "Printer"}


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("key", rules.KEYS)
def test_every_usual_text_uses_only_its_placeholders(key: str, language: str) -> None:
    subject, body = wording.USUAL[key, language]
    assert not rules.unknown_placeholders(key, subject + body)


@pytest.mark.parametrize("kind", rules.KINDS)
def test_every_kind_of_news_has_its_words(kind: str) -> None:
    assert wording.what_happened(kind, "de") != wording.what_happened(kind, "en")


def test_what_has_nothing_to_say_leaves_no_empty_line(db: None) -> None:
    assert wording.words_of("message", "de", GIVEN).body == "It prints.\n\n-- \nAlan\n"


def test_p37_braces_in_a_requesters_words_are_words(db: None) -> None:
    words = wording.words_of("message", "de", GIVEN | {"text": "{agent} {signature} {0.__class__} %(x)s"})
    assert words.body.startswith("{agent} {signature} {0.__class__} %(x)s\n")


def test_own_words_replace_the_usual_ones_until_these_are_wanted_back(cast: Cast) -> None:
    ada = cast.actor("ada")
    own = change_template(actor=ada, key="message", language="de", subject="{subject}", body="Hallo\n{text}")
    assert wording.words_of("message", "de", GIVEN).body == "Hallo\nIt prints.\n"
    assert wording.words_of("message", "en", GIVEN).body.startswith("It prints.")
    with pytest.raises(Conflict):
        change_template(actor=ada, key="message", language="de", subject="x", body="{text}", version=own.version + 1)
    restore_usual_words(own, actor=ada)
    assert wording.words_of("message", "de", GIVEN).body.startswith("It prints.")


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("key", {"key": "nothing"}),
        ("language", {"language": "xx"}),
        ("body", {"body": "  "}),
        ("body", {"body": "{text} {secret}"}),
        ("body", {"body": "without the answer"}),
        ("subject", {"subject": "{confirm_link}"}),
    ],
)
def test_wrong_words_are_refused_by_field(cast: Cast, field: str, sent: dict[str, str]) -> None:
    given = {"key": "message", "language": "de", "subject": "{subject}", "body": "{text}"} | sent
    with pytest.raises(Invalid) as refused:
        change_template(actor=cast.actor("ada"), **given)
    assert field in refused.value.fields


def test_only_administrators_word_mails(cast: Cast) -> None:
    for name in ("alan", "max", "zoe"):
        with pytest.raises(NotAllowed):
            change_template(actor=cast.actor(name), key="message", language="de", subject="x", body="{text}")


def test_a_quotation_names_who_wrote_when_and_only_what_the_requester_wrote(cast: Cast, frozen: object) -> None:
    ticket = open_ticket(cast.rita, actor=cast.actor("alan"), subject="Printer", channel="phone")
    said = receive_message(ticket, actor=system("mail"), author=cast.rita, text="Nothing prints.\n\nSince Monday.")
    assert wording.quote_of(said) == (
        "Rita Weber schrieb am 16.11.2026 um 09:00:\n> Nothing prints.\n>\n> Since Monday."
    )
    assert rules.quoted("x\n" * 300).count("\n") == 200


@pytest.mark.parametrize(
    ("minutes", "language", "said"),
    [(30, "en", "30 minutes"), (60, "de", "1 Stunde"), (10_080, "en", "7 days"), (10_080, "de-at", "7 Tagen")],
)
def test_how_long_a_link_lasts_is_said_as_one_says_it(minutes: int, language: str, said: str) -> None:
    assert wording.span_words(minutes, language) == said
