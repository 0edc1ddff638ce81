"""What a form brought that was refused stands on the page that says so; secrets never, and nothing of sign-in."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from tests.cast import Cast

from dreiklang.kernel import errors
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.web import errors as pages
from dreiklang.web import middleware, typed

WORDS = "Der <b>Drucker</b> auf 4A druckt seit heute nicht mehr."
SHOWN = "Der &lt;b&gt;Drucker&lt;/b&gt; auf 4A druckt seit heute nicht mehr."
SECRETS = {
    "password": "dies bleibt mein Geheimnis", "api_token": "noch ein Geheimnis", "code": "eins zwei drei vier",
    "private_key": "und ein Schlüssel", "other": "dk1_9f8a7b6c5d4e3f2a1b0c", "file": "-----BEGIN PRIVATE KEY-----\nabc",
}  # fmt: skip
CHOICES = {"kind": "incident", "level": "2", "is_vip": "on", "when": "2026-12-01"}


@pytest.fixture
def alan(cast: Cast) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(cast.alan.account)
    return client


def sheet_of(cast: Cast) -> str:
    ticket = open_ticket(cast.rita, actor=cast.actor("rita"), subject="Drucker", channel="mail")
    return reverse("desk:resolution", args=[ticket.number])


def test_words_are_kept_secrets_and_choices_are_not() -> None:
    sent = [*CHOICES.items(), *SECRETS.items(), ("text", WORDS), ("again", WORDS), ("nul", "zwei\x00 Wörter")]
    assert list(typed.worth_keeping(sent)) == [WORDS, "zwei Wörter"]


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_refused_form_shows_what_was_typed(cast: Cast, alan: Client, language: str) -> None:
    cast.alan.account.language = language
    cast.alan.account.save()
    answer = alan.post(sheet_of(cast), {"text": WORDS, "strange": "x", **SECRETS})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert SHOWN in text
    assert {"de": "Was Sie geschrieben haben", "en": "What you typed"}[language] in text
    assert not any(secret in text for secret in SECRETS.values())


def test_whoever_was_signed_out_meanwhile_keeps_the_words_and_comes_back_to_the_page(cast: Cast) -> None:
    stranger, path = Client(headers={"Accept-Language": "de"}), sheet_of(cast)
    answer = stranger.post(path, {"text": WORDS}, headers={"Referer": "http://testserver/desk/?list=mine"})
    assert answer.status_code == 401
    assert SHOWN in answer.content.decode()
    assert "next=/desk/%3Flist%3Dmine" in answer.content.decode()
    assert stranger.post(path, {"to": "x"})["Location"].endswith("?next=/")
    fragment = stranger.post(path, {"text": WORDS}, headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment["HX-Retarget"]) == (401, "#flashes")


def test_a_form_from_before_the_last_sign_in_keeps_the_words(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.alan.account)
    answer = strict.post(sheet_of(cast), {"text": WORDS})
    assert (answer.status_code, SHOWN in answer.content.decode()) == (403, True)
    fragment = strict.post("/desk/tickets/new/", {"text": WORDS}, headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment["HX-Retarget"]) == (403, "#flashes")


def test_a_defect_a_missing_page_and_a_wrong_method_keep_the_words() -> None:
    sent = RequestFactory().post("/desk/x/", {"text": WORDS, **SECRETS})
    for answer in (
        pages.broken(sent), pages.not_found(sent), pages.forbidden(sent), pages.not_by_this_method(sent, "GET"),
        middleware.refusal_page(sent, errors.Conflict()),
    ):  # fmt: skip
        text = answer.content.decode()
        assert SHOWN in text
        assert not any(secret in text for secret in SECRETS.values())
    assert SHOWN not in pages.broken(RequestFactory().post("/sign-in/", {"login": WORDS})).content.decode()
    assert pages.broken(RequestFactory().get("/x/")).status_code == 500


def test_an_address_of_a_form_opened_as_a_page_says_so(cast: Cast, alan: Client) -> None:
    path = reverse(
        "desk:resumption", args=[open_ticket(cast.rita, actor=cast.actor("rita"), subject="x", channel="mail").number]
    )
    answer = alan.get(path)
    assert (answer.status_code, answer["Allow"] != "", b"status-page" in answer.content) == (405, True, True)


def test_too_much_at_once_is_said(cast: Cast, alan: Client) -> None:
    answer = alan.post(sheet_of(cast), {f"f{n}": "x" for n in range(2_100)})
    assert (answer.status_code, b"413" in answer.content) == (413, True)
