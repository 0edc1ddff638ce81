"""In a ticket: answer, confirm, open again, with files; what was typed stays when something goes wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.cast import Cast
from tests.web.portal.conftest import left

from dreiklang.kernel import clock
from dreiklang.tickets.commands.discarding import discard
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.pausing import pause
from dreiklang.tickets.commands.resolution import close, resolve
from dreiklang.tickets.models import Draft, Message, Ticket

HTMX = {"HX-Request": "true"}


def where(ticket: Ticket) -> str:
    return reverse("portal:ticket", args=[ticket.number])


@pytest.fixture
def solved(cast: Cast, ticket: Ticket) -> Ticket:
    """The ticket with its solution, which has left."""
    resolve(ticket, actor=cast.actor("alan"), text="Die Warteschlange ist geleert.")
    left(ticket)
    ticket.refresh_from_db()
    return ticket


def test_an_answer_ends_the_wait_and_is_read_at_once(
    browser: Callable[[str], Client], cast: Cast, ticket: Ticket
) -> None:
    pause(ticket, actor=cast.actor("alan"), reason="requester")
    rita = browser("rita")
    cards = rita.get("/portal/").content.decode()
    assert "Ihre Antwort fehlt" in cards
    assert "Alan Yildiz fragt: welcher Drucker ist es?" in cards
    assert "Antwort fehlt" in browser("karl").get("/portal/organization/").content.decode()
    file = SimpleUploadedFile("foto.png", b"\x89PNG...", content_type="image/png")
    answer = rita.post(where(ticket), {"text": "Der auf 4B.", "deed": "reply", "attachments": file}, follow=True)
    assert "Ihre Antwort ist angekommen." in answer.content.decode()
    ticket.refresh_from_db()
    assert (ticket.state, ticket.last_word_by) == ("open", "requester")
    said = ticket.messages.last()
    assert said is not None
    assert (said.text, said.channel, said.author) == ("Der auf 4B.", "portal", cast.rita)
    assert said.attachments.get().filename == "foto.png"


def test_a_ticket_closed_without_a_solution_is_not_called_done(
    browser: Callable[[str], Client], cast: Cast, ticket: Ticket
) -> None:
    quiet = open_ticket(cast.rita, actor=cast.actor("alan"), subject="Werbung", channel="mail")
    discard(quiet, actor=cast.actor("alan"))
    left(ticket)
    now = clock.now()  # as the schedule closes it after the last reminder
    Ticket.objects.filter(pk=ticket.pk).update(state="closed", state_group="settled", resolved_at=now, closed_at=now)
    page = browser("rita").get("/portal/tickets/?show=all").content.decode()
    page += browser("rita").get(where(ticket)).content.decode()
    page += browser("rita").get(where(quiet)).content.decode()
    assert "Alles erledigt" not in page
    assert "Wir haben keine Antwort bekommen auf: welcher Drucker ist es?" in page
    assert "Es wurde ohne Antwort geschlossen." in page


def test_it_works_again_closes_the_ticket(browser: Callable[[str], Client], solved: Ticket) -> None:
    rita = browser("rita")
    page = rita.get("/portal/").content.decode()
    assert "Ist gelöst" in page
    assert "Alan Yildiz: Die Warteschlange ist geleert." in page
    assert "wenn Sie nicht widersprechen" in page
    rita.post(where(solved), {"deed": "confirm"})
    solved.refresh_from_db()
    assert solved.state == "closed"
    assert solved.resolutions.get().confirmed_at is not None


def test_thanks_go_along_with_the_confirmation(browser: Callable[[str], Client], solved: Ticket) -> None:
    browser("rita").post(where(solved), {"deed": "confirm", "text": "Danke sehr."})
    solved.refresh_from_db()
    assert solved.state == "closed"
    assert solved.messages.last().text == "Danke sehr."


@pytest.mark.parametrize("words", ["", "Immer noch Streifen."])
def test_not_yet_opens_it_again_with_or_without_words(
    browser: Callable[[str], Client], solved: Ticket, words: str
) -> None:
    count = solved.messages.count()
    answer = browser("rita").post(where(solved), {"deed": "reopen", "text": words}, follow=True)
    assert "Das Ticket ist wieder offen." in answer.content.decode()
    solved.refresh_from_db()
    assert solved.state == "open"
    assert solved.messages.count() == count + bool(words)


def test_after_ten_days_a_new_ticket_follows_the_old_one(
    browser: Callable[[str], Client], cast: Cast, solved: Ticket
) -> None:
    close(solved, actor=cast.actor("alan"))
    Ticket.objects.filter(pk=solved.pk).update(resolved_at=clock.now() - timedelta(days=11))
    rita = browser("rita")
    page = rita.get(where(solved)).content.decode()
    assert f'name="follows" value="{solved.number}"' in page
    assert 'value="reopen"' not in page
    late = rita.post(where(solved), {"deed": "reopen", "text": "Schon wieder."})
    assert late.status_code == 409
    assert "Schon wieder." in late.content.decode()
    rita.post("/portal/", {"text": "Schon wieder.", "follows": str(solved.number)})
    assert Ticket.objects.latest("id").follows_id == solved.pk


def test_a_new_ticket_follows_no_foreign_one(browser: Callable[[str], Client], cast: Cast, solved: Ticket) -> None:
    close(solved, actor=cast.actor("alan"))
    Ticket.objects.filter(pk=solved.pk).update(resolved_at=clock.now() - timedelta(days=11))
    zoe = browser("zoe")
    assert solved.subject not in zoe.get("/portal/", {"follows": solved.number}).content.decode()
    zoe.post("/portal/", {"text": "Neues.", "follows": str(solved.number)})
    assert Ticket.objects.latest("id").follows_id is None


def test_an_answer_that_meets_a_solution_is_kept_and_asked_about(
    browser: Callable[[str], Client], solved: Ticket
) -> None:
    rita, count = browser("rita"), solved.messages.count()
    plain = rita.post(where(solved), {"deed": "reply", "text": "Es ist der auf 4B."})
    assert plain.status_code == 409
    assert "Es ist der auf 4B." in plain.content.decode()
    assert 'value="confirm"' in plain.content.decode()
    fragment = rita.post(where(solved), {"deed": "reply", "text": "Es ist der auf 4B."}, headers=HTMX)
    assert fragment.status_code == 409
    assert fragment["HX-Retarget"] == "#problems"
    assert solved.messages.count() == count


@pytest.mark.parametrize(
    "wrong", [{"text": ""}, {"deed": "delete"}, {"strange": "x"}, {"deed": "confirm"}, {"text": "a\x00"}]
)
@pytest.mark.parametrize("fragment", [True, False])
def test_a_wrong_answer_changes_nothing(
    browser: Callable[[str], Client], ticket: Ticket, wrong: dict[str, str], fragment: bool
) -> None:
    count = ticket.messages.count()
    form = {"text": "Meine Worte", "deed": "reply", **wrong}
    answer = browser("rita").post(where(ticket), form, headers=HTMX if fragment else {})
    assert answer.status_code in (409, 422)
    assert ticket.messages.count() == count
    if not fragment and form["text"] == "Meine Worte":
        assert "Meine Worte" in answer.content.decode()
    ticket.refresh_from_db()
    assert ticket.state == "open"


def test_a_draft_of_an_answer_survives_and_goes_when_it_was_sent(
    browser: Callable[[str], Client], ticket: Ticket
) -> None:
    rita = browser("rita")
    address = reverse("portal:draft_in", args=[ticket.number])
    assert rita.post(address, {"content": json.dumps({"text": "Halb getippt"})}).status_code == 200
    assert "Halb getippt" in rita.get(where(ticket)).content.decode()
    assert "Halb getippt" not in browser("karl").get(where(ticket)).content.decode()
    assert browser("karl").post(address, {"content": json.dumps({"text": "x"})}).status_code == 403
    for broken in ("", "[", "[1]", '"x"'):
        assert rita.post(address, {"content": broken}).status_code == 422
    rita.post(where(ticket), {"text": "Fertig", "deed": "reply"})
    assert not Draft.objects.exists()


def test_p33_files_of_a_message_are_saved_and_never_run(browser: Callable[[str], Client], ticket: Ticket) -> None:
    rita = browser("rita")
    for name, kind, content in (
        ("böse\u202egnp.html", "text/html", b"<script>alert(1)</script>"),
        ("bild.svg", "image/svg+xml", b"<svg onload='alert(1)'/>"),
        ("foto.png", "image/png", b"<script>alert(1)</script>"),
    ):
        file = SimpleUploadedFile(name, content, content_type=kind)
        rita.post(where(ticket), {"text": "Anbei", "deed": "reply", "attachments": file})
        kept = ticket.attachments.latest("id")
        for query in ("", "?show"):
            answer = rita.get(reverse("portal:file", args=[ticket.number, kept.pk]) + query)
            assert answer["Content-Type"] == "application/octet-stream"
            assert answer["Content-Disposition"].startswith("attachment;")
            assert "sandbox" in answer["Content-Security-Policy"]
            assert answer["X-Content-Type-Options"] == "nosniff"
        assert "\u202e" not in kept.filename


def test_p32_an_original_runs_nothing_and_fetches_nothing(browser: Callable[[str], Client], ticket: Ticket) -> None:
    message = ticket.messages.last()
    assert message is not None
    Message.objects.filter(pk=message.pk).update(
        html="<script>alert(1)</script><img src='https://evil.example/x.png'><p onclick='x()'>Hallo</p>"
    )
    answer = browser("rita").get(reverse("portal:original", args=[ticket.number, message.pk]))
    text = answer.content.decode()
    assert "Hallo" in text
    assert "<script" not in text
    assert "evil.example" not in text
    assert "onclick" not in text
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_language_and_looks_are_kept(browser: Callable[[str], Client]) -> None:
    rita = browser("rita")
    done = rita.post(reverse("portal:profile"), {"language": "en", "theme": "dark"}, follow=True).content.decode()
    assert 'data-bs-theme="dark"' in done
    assert 'lang="en"' in done
    assert "How we reach you" in done
    for wrong in (
        {"language": "xx", "theme": "dark"},
        {"language": "de", "theme": "pink"},
        {"language": "de", "x": "1"},
    ):
        assert rita.post(reverse("portal:profile"), wrong).status_code == 422
    assert 'lang="en"' in rita.get(reverse("portal:profile")).content.decode()


def test_whoever_wrote_a_mail_is_not_told_that_its_sender_is_not_proven(
    browser: Callable[[str], Client], cast: Cast, ticket: Ticket
) -> None:
    ticket.messages.filter(author=cast.rita).update(is_sender_proven=False)
    assert "Absender nicht bestätigt" not in browser("rita").get(where(ticket)).content.decode()
    assert "Absender nicht bestätigt" in browser("karl").get(where(ticket)).content.decode()


def test_the_address_in_a_mail_leads_to_the_face_that_is_the_readers(
    browser: Callable[[str], Client], ticket: Ticket
) -> None:
    for name, face in (("rita", "portal"), ("alan", "desk")):
        client = browser(name)
        assert client.get(f"/tickets/{ticket.number}")["Location"] == f"/{face}/tickets/{ticket.number}/"
        assert client.get(f"/tickets/{ticket.number}/", follow=True).status_code == 200
    assert Client().get(f"/tickets/{ticket.number}/")["Location"].startswith("/sign-in/")
