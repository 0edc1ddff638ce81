"""Order and finding of names, mail addresses, phone numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreiklang.organizations import rules


def test_names_stand_in_the_order_of_din_5007():
    names = ["Zander", "Ärzte", "Arzt", "Aerzte", "Straße", "Strasse 2", "Östlich", "Ober", "ångström", "Anton"]
    assert sorted(names, key=rules.sort_key) == [
        "Aerzte", "ångström", "Anton", "Arzt", "Ärzte", "Ober", "Östlich", "Straße", "Strasse 2", "Zander",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Dr. Rita von Weber", "weber rita von"),
        ("Weber, Rita von", "weber rita von"),
        ("Prof. Dr. med. Öztürk", "ozturk"),
        ("Zoé", "zoe"),
        ("", ""),
        ("李 小龙", ""),
    ],
)
def test_persons_stand_by_family_name(name, key):
    assert rules.person_sort_key(name) == key


@pytest.mark.parametrize(
    ("kept", "asked"),
    [
        ("Jürgen Müller", "mueller"), ("Jürgen Müller", "muller"), ("Jürgen Müller", "MÜLLER"),
        ("Jana Mueller", "müller"), ("Weißmann", "weissmann"), ("Neue Straße", "neu"), ("Zoë", "zoe"),
        ("rita@klinik.example", "rita@kli"), ("Krüger-Lange", "krueger-lan"),
    ],
)  # fmt: skip
def test_umlauts_are_forgiven_both_ways(kept, asked):
    assert all(word in rules.search_words(kept) for word in rules.folded(asked).split())


@pytest.mark.parametrize("mail", ["a@b.de", "rita.weber+x@klinik.example", "o'neil@x-y.co", "jörg@bücher.example"])
def test_usual_mail_addresses_are_taken(mail):
    assert rules.is_mail(mail)


@pytest.mark.parametrize(
    "mail",
    ["", "a", "@b.de", "a@", "a@b", "a b@c.de", "a@b..de", "a@-b.de", "a@b.de\nBcc: x@y.de", "a@b.de,c@d.de",
     "a..b@c.de", "<a@b.de>", "a@[127.0.0.1]", "x" * 250 + "@b.de", "a@b.de\x00"],
)  # fmt: skip
def test_p37_what_could_add_a_header_or_recipient_is_no_mail_address(mail):
    assert not rules.is_mail(mail)


def test_the_nearest_domain_claims_the_sender():
    assert rules.domains_above("ward.klinik.example") == ["ward.klinik.example", "klinik.example"]
    assert rules.domain_of("x@Bücher.Example.") == "xn--bcher-kva.example"


def test_one_number_has_one_spelling():
    for number in ("+49 (0)7071 123-45", "0049 7071 12345", "+49-7071/12345"):
        assert rules.phone_digits(number) == "49707112345"


def test_a_sender_without_a_name_gets_one_from_the_address():
    assert rules.name_from_mail("rita.weber@klinik.example") == "Rita Weber"


def test_control_characters_never_stay_in_a_name():
    assert rules.tidy("Rita\r\nBcc: x\x00\u2028  Weber", 200) == "Rita Bcc: x Weber"


def test_keys_are_made_of_names_and_numbered_if_taken():
    assert rules.key_of("Klinikum Mühltal gGmbH") == "klinikum-muehltal-ggmbh"
    assert rules.key_of("Netz", frozenset({"netz", "netz-2"})) == "netz-3"
    assert rules.key_of("李") == "x"


@given(st.text(max_size=300))
def test_any_text_can_be_sorted_found_and_tidied(text):
    assert len(rules.sort_key(text)) <= 220
    assert len(rules.person_sort_key(text)) <= 220
    assert len(rules.tidy(text, 200)) <= 200
    rules.search_words(text)
    rules.is_mail(text)
    rules.phone_digits(text)


@given(st.text(max_size=60))
def test_a_text_is_found_by_its_own_words(text):
    kept = rules.search_words(text)
    assert all(word in kept.split() for word in rules.folded(text).split())
