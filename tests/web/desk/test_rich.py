"""The composer's rich words: pictures inside, their twin in the mail, and who might read them by mistake."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.tickets.commands.keeping import save_draft
from dreiklang.tickets.commands.participation import add_participant
from dreiklang.tickets.models import Draft, DraftPicture, Message, Note, Ticket

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
Browser = Callable[[str], Client]


def paste(client: Client, ticket: Ticket, content: bytes = PNG, name: str = "Bild-1.png") -> Any:
    """Paste a picture into the answer."""
    where = reverse("desk:draft_pictures", args=[ticket.number, "message"])
    return client.post(where, {"picture": SimpleUploadedFile(name, content, "image/png")})


def test_a_pasted_picture_stands_inside_the_message(browser: Browser, ticket: Ticket) -> None:
    alan = browser("alan")
    url = paste(alan, ticket).json()["url"]
    assert alan.get(url)["Content-Type"] == "image/png"
    html = f'<div>So sieht es <b>richtig</b> aus:</div><div><img src="{url}" alt="Bild-1.png"></div>'
    alan.post(reverse("desk:messages", args=[ticket.number]), {"text": "something else", "html": html})
    message = Message.objects.filter(direction="out").latest("id")
    assert message.text == "So sieht es richtig aus:\n[Bild-1.png]"
    picture = message.attachments.get()
    assert picture.is_inline
    assert f"cid:{picture.content_id}" in message.html
    shown = alan.get(reverse("desk:entries", args=[ticket.number])).content.decode()
    assert reverse("desk:file", args=[picture.pk]) + "?show" in shown
    assert "<b>richtig</b>" in shown
    assert not DraftPicture.objects.exists()


def test_only_pictures_of_a_bearable_size_stand_inside(browser: Browser, ticket: Ticket) -> None:
    alan = browser("alan")
    large = paste(alan, ticket, PNG + b"\0" * (10 * 1024 * 1024))
    assert large.status_code == 422
    assert "4 MB" in large.json()["problem"]
    assert paste(alan, ticket, b"<svg onload=alert(1)>").status_code == 422


def test_p27_a_picture_of_a_draft_is_its_writers_alone(browser: Browser, ticket: Ticket) -> None:
    url = paste(browser("alan"), ticket).json()["url"]
    assert browser("berta").get(url).status_code == 404
    assert browser("rita").get(url).status_code == 403
    html = f'<div><b>x</b><img src="{url}"></div>'
    browser("berta").post(reverse("desk:messages", args=[ticket.number]), {"text": "", "html": html})
    assert "img" not in Message.objects.filter(author__name="Berta Krüger").latest("id").html
    assert paste(browser("zoe"), ticket).status_code == 403
    assert paste(browser("victor"), ticket).status_code == 404


def test_a_quotation_follows_rich_words_too(browser: Browser, ticket: Ticket) -> None:
    where = reverse("desk:messages", args=[ticket.number])
    browser("alan").post(where, {"text": "", "html": "<div><b>Welcher</b> Drucker?</div>", "quote": "1"})
    message = Message.objects.filter(direction="out").latest("id")
    assert "<blockquote>" in message.html
    assert message.text.endswith("> Seit heute früh steht alles.")


@pytest.mark.parametrize(
    ("address", "said"),
    [("max@haus.example", "Haus-IT"), ("zoe@werk.example", "Werk Nord"), ("rita@klinikun.example", "klinikun")],
)
def test_who_might_read_it_by_mistake_stands_by_the_button(
    browser: Browser, cast: Cast, ticket: Ticket, address: str, said: str
) -> None:
    page = reverse("desk:composer", args=[ticket.number])
    assert "composer-warning" not in browser("alan").get(page).content.decode()
    add_participant(ticket, actor=cast.actor("alan"), address=address)
    shown = browser("alan").get(page).content.decode()
    assert "composer-warning" in shown
    assert said in shown.partition("composer-warning")[2]


def test_who_is_named_in_a_note_is_mentioned_however_it_was_typed(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    browser("alan").post(reverse("desk:notes", args=[ticket.number]), {"text": "@Berta Krüger: kennst du das?"})
    assert list(Note.objects.latest("id").mentioned.all()) == [cast.berta]


def test_a_draft_too_large_for_the_server_is_refused_in_words(browser: Browser, ticket: Ticket) -> None:
    where = reverse("desk:draft", args=[ticket.number, "message"])
    answer = browser("alan").post(where, {"content": '{"text": "' + "x" * 2_100_000 + '"}'}, HTTP_HX_REQUEST="true")
    assert answer.status_code == 422
    assert not Draft.objects.exists()


def test_an_old_draft_of_plain_words_opens_in_the_rich_field(browser: Browser, cast: Cast, ticket: Ticket) -> None:
    save_draft(ticket, actor=cast.actor("alan"), place="message", content={"text": "Halb getippt"})
    shown = browser("alan").get(reverse("desk:composer", args=[ticket.number])).content.decode()
    assert "Halb getippt</textarea>" in shown


def test_a_picture_that_came_is_seen_beside_the_words(browser: Browser, ticket: Ticket) -> None:
    sent = [SimpleUploadedFile("Anzeige.png", PNG, "image/png"), SimpleUploadedFile("log.txt", b"Port 9100")]
    browser("alan").post(reverse("desk:messages", args=[ticket.number]), {"text": "Siehe Bild", "attachments": sent})
    message = Message.objects.filter(direction="out").latest("id")
    picture, text = message.attachments.get(filename="Anzeige.png"), message.attachments.get(filename="log.txt")
    page = browser("alan").get(reverse("desk:entries", args=[ticket.number])).content.decode()
    assert f'<img src="{reverse("desk:file", args=[picture.pk])}?show" alt="Anzeige.png"' in page
    assert f"{reverse('desk:file', args=[text.pk])}?show" not in page
