"""A report from the portal: sent as it stands, kept whatever goes wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.assets.commands.items import make_service
from dreiklang.tickets.commands.categories import keep_question, make_category
from dreiklang.tickets.models import Answer, Category, CategoryQuestion, Draft, Ticket

START = "/portal/"
HTMX = {"HX-Request": "true"}
TYPED = "Der Drucker auf 4B <b>druckt</b> nicht.\nSeit heute."


@pytest.fixture
def printing(cast: Cast) -> Category:
    """A topic that asks one thing in the portal and one inside only."""
    category = make_category({"de": "Drucken", "en": "Printing"}, actor=cast.actor("ada"))
    for label, in_portal in (("Welches Gerät?", True), ("Druckt ein anderes?", False)):
        keep_question(category, actor=cast.actor("ada"), labels={"de": label}, in_portal=in_portal)
    return category


def test_three_words_are_enough(browser: Callable[[str], Client], cast: Cast) -> None:
    rita = browser("rita")
    answer = rita.post(START, {"text": TYPED, "category": "", "follows": ""})
    ticket = Ticket.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/portal/tickets/{ticket.number}/?sent=1"
    assert (ticket.channel, ticket.requester, ticket.subject) == (
        "portal",
        cast.rita,
        "Der Drucker auf 4B <b>druckt</b> nicht.",
    )
    assert ticket.messages.get().text == TYPED
    page = rita.get(answer["Location"]).content.decode()
    assert f"Sie hat die Nummer {ticket.number}." in page
    assert "<b>druckt</b>" not in page


def test_a_topic_asks_only_what_the_portal_may_ask(browser: Callable[[str], Client], printing: Category) -> None:
    asked = browser("rita").get(reverse("portal:questions"), {"category": printing.pk}).content.decode()
    assert "Welches Gerät?" in asked
    assert "Druckt ein anderes?" not in asked


def test_answers_to_the_questions_stand_with_the_ticket(browser: Callable[[str], Client], printing: Category) -> None:
    question = CategoryQuestion.objects.get(in_portal=True)
    files = SimpleUploadedFile("bild.png", b"\x89PNG....", content_type="image/png")
    browser("rita").post(
        START, {"text": TYPED, "category": printing.pk, f"question-{question.pk}": "P-4711", "attachments": files}
    )
    ticket = Ticket.objects.get()
    assert Answer.objects.get(ticket=ticket).text == "P-4711"
    assert ticket.attachments.get().filename == "bild.png"


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""}, {"category": "999999"}, {"category": "drei"}, {"strange": "x"}, {"text": "a\x00b"},
        {"category": "printing"}, {"text": "x" * 1_000_100},
    ],
)  # fmt: skip
@pytest.mark.parametrize("fragment", [True, False])
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    browser: Callable[[str], Client], printing: Category, wrong: dict[str, str], fragment: bool
) -> None:
    if wrong.get("category") == "printing":
        wrong = {"category": str(printing.pk)}
    form = {"text": TYPED, "category": "", "follows": "", **wrong}
    answer = browser("rita").post(START, form, headers=HTMX if fragment else {})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Noch nicht gesendet" in text
    assert not Ticket.objects.exists()
    if fragment:
        assert answer["HX-Retarget"] == "#problems"
        assert "<textarea" not in text
    elif form["text"] == TYPED:
        assert "Der Drucker auf 4B &lt;b&gt;druckt&lt;/b&gt; nicht." in text


def test_too_large_a_file_is_refused_and_nothing_is_half_written(browser: Callable[[str], Client], cast: Cast) -> None:
    big = SimpleUploadedFile("film.mp4", b"x" * (26 * 1024 * 1024), content_type="video/mp4")
    answer = browser("rita").post(START, {"text": TYPED, "attachments": big})
    assert answer.status_code == 422
    assert not Ticket.objects.exists()


def test_a_draft_survives_log_out_and_goes_when_it_was_sent(browser: Callable[[str], Client], cast: Cast) -> None:
    rita = browser("rita")
    answer = rita.post(reverse("portal:draft"), {"content": json.dumps({"text": "Angefangen", "category": ""})})
    assert answer.status_code == 200
    assert "Angefangen" in browser("rita").get(START).content.decode()
    assert "Angefangen" not in browser("karl").get(START).content.decode()
    sent = rita.post(START, {"text": "Angefangen und fertig"}, headers=HTMX)
    assert (sent.status_code, sent["HX-Redirect"]) == (204, f"/portal/tickets/{Ticket.objects.get().number}/?sent=1")
    assert not Draft.objects.exists()


def test_own_running_tickets_answer_while_one_types(browser: Callable[[str], Client], ticket: Ticket) -> None:
    def found(who: str, text: str) -> bool:
        answer = browser(who).post(reverse("portal:answers"), {"text": text}, headers=HTMX)
        return ticket.subject in answer.content.decode()

    assert found("rita", "etikettendrucker")
    assert found("rita", "Etiketendruker geht")
    assert found("rita", "drucker druckt")
    assert not found("rita", "Netz fehlt nicht")
    assert not found("rita", "Der Beamer im Sitzungssaal bleibt seit heute dunkel")
    assert not found("rita", "")
    assert not found("karl", "etikettendrucker")
    assert not found("zoe", "etikettendrucker")
    Ticket.objects.filter(pk=ticket.pk).update(state="closed", state_group="settled", resolved_at=ticket.opened_at)
    assert not found("rita", "etikettendrucker")


def test_a_draft_that_comes_back_brings_its_answers_along(browser: Callable[[str], Client], ticket: Ticket) -> None:
    rita = browser("rita")
    rita.post(reverse("portal:draft"), {"content": json.dumps({"text": "etikettendrucker"})})
    assert "Haben Sie uns das schon gemeldet?" in rita.get(START).content.decode()


def test_hostile_questions_find_nothing_and_break_nothing(browser: Callable[[str], Client], ticket: Ticket) -> None:
    for text in ("':* & | !", "a" * 5_000, "%s' OR 1=1 --", "☃ \u202e \u200b", "((((", "<script>alert(1)</script>"):
        assert browser("rita").post(reverse("portal:answers"), {"text": text}).status_code == 200
        assert browser("rita").get(reverse("portal:tickets"), {"q": text}).status_code == 200
    for query in ("before=-1", "before=x", "before=99999999999999999", "before=9007199254740993"):
        assert browser("rita").get(reverse("portal:tickets") + "?" + query).status_code == 200
    for query in ("show=%00", "q=%00"):
        assert browser("rita").get(reverse("portal:tickets") + "?" + query).status_code == 400


def test_a_report_names_a_service_of_ones_own_organisation_and_no_other(
    browser: Callable[[str], Client], cast: Cast, frozen: datetime
) -> None:
    own, strange = (
        make_service(name, actor=cast.actor("ada"), criticality=1, uses={cast.organizations[key].pk: 40})
        for name, key in (("Klinikakte", "clinic"), ("Walzwerk", "works"))
    )
    rita = browser("rita")
    page = rita.get(START).content.decode()
    assert "Klinikakte" in page
    assert "Walzwerk" not in page
    assert rita.post(START, {"text": TYPED, "service": str(strange.pk)}).status_code == 422
    assert rita.post(START, {"text": TYPED, "service": str(own.pk)}).status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.service, ticket.impact) == (own, 2)
