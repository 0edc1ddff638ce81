"""The widget's addresses: only for its pages, only the own chat, plain sentences for what is not taken."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast
from tests.domain.chat.conftest import DOOR
from tests.web.chat.conftest import ORIGIN, Page

from dreiklang.channels.chat.commands import answer_visitor, say_as_visitor, switch_availability, take_chat
from dreiklang.channels.chat.models import Chat, Widget
from dreiklang.channels.chat.rules import signature_of
from dreiklang.kernel import clock
from dreiklang.tickets.commands.conversation import write_note
from dreiklang.tickets.models import Ticket

TOKEN = "t" * 64


def test_the_script_is_small_and_for_any_page(widget: Widget) -> None:
    answer = Client().get(f"/chat/{widget.key}/widget.js")
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert len(gzip.compress(answer.content)) < 30_000
    assert b"document.cookie" not in answer.content
    assert not answer.cookies
    assert Client().get("/chat/unknown/widget.js").status_code == 404


def test_p25_only_pages_of_the_widget_may_ask(widget: Widget, page: Page) -> None:
    """Another origin, a part of it, none, a closed widget: refused before anything is looked up."""
    assert page("begin", token=TOKEN, text="Hallo", id="1").json()["stage"] == "waiting"
    for origin in ("https://evil.example", f"{ORIGIN}.evil.example", "http://intranet.klinikum.example", "null", ""):
        refused = page("news", origin=origin, token=TOKEN)
        assert (refused.status_code, "Access-Control-Allow-Origin" in refused) == (403, False), origin
    asked = Client().options(f"/chat/{widget.key}/news/", HTTP_ORIGIN=ORIGIN)
    assert (asked.status_code, asked["Access-Control-Allow-Origin"]) == (204, ORIGIN)
    Widget.objects.update(is_active=False)
    assert page("news", token=TOKEN).status_code == 403


def test_p25_what_opens_a_chat_is_its_own_token(cast: Cast, page: Page) -> None:
    """Another's token, none, a guessed one: no history; and what stands in the ticket's notes is nowhere."""
    page("begin", token=TOKEN, text="Meine Diagnose", id="1")
    page("begin", token="u" * 64, text="Anderes", id="1")
    chat = Chat.objects.first()
    assert chat is not None
    take_chat(chat, actor=cast.actor("alan"))
    write_note(Ticket.objects.get(), actor=cast.actor("alan"), text="nur intern")
    answer_visitor(chat, actor=cast.actor("alan"), text="Guten Tag")
    own = page("news", token=TOKEN, after=0).json()
    assert [line["text"] for line in own["lines"]] == ["Meine Diagnose", "Alan Yildiz antwortet.", "Guten Tag"]
    assert "intern" not in str(own)
    assert "Diagnose" not in page("news", token="u" * 64, after=0).content.decode()
    for token in ("", "x" * 64, TOKEN[:-1]):
        assert page("news", token=token).status_code == 404


@pytest.mark.parametrize(
    ("change", "is_known"),
    [({}, True), ({"signature": "0" * 64}, False), ({"person": "karl@klinikum.example"}, False), ({"late": 1}, False),
     ({"person": "zoe@werk.example", "signed": 1}, False), ({"secret": "other"}, False)],
)  # fmt: skip
def test_p25_who_a_page_vouches_for(widget: Widget, cast: Cast, page: Page, change: dict, is_known: bool) -> None:
    """Signed and in time: known. Forged, changed, expired, of another organisation, another secret: anonymous."""
    until = str(int((clock.now() + timedelta(hours=-1 if "late" in change else 1)).timestamp()))
    person = change["person"] if "signed" in change else "rita@klinikum.example"
    signature = signature_of(change.get("secret", widget.secret), key=widget.key, person=person, until=until)
    proof = {"person": person, "until": until, "signature": signature}
    proof |= {name: value for name, value in change.items() if name in proof}
    page("begin", token=TOKEN, text="Hallo", id="1", **proof)
    chat = Chat.objects.get()
    assert (chat.is_proven, chat.person == cast.rita) == (is_known, is_known)


def test_a_message_of_a_megabyte_is_refused_in_a_plain_sentence(page: Page) -> None:
    page("begin", token=TOKEN, text="Hallo", id="1")
    refused = page("lines", token=TOKEN, text="x" * 1_048_576, id="2")
    assert refused.status_code == 413
    assert refused.json()["error"].startswith("Höchstens 4.000 Zeichen")
    assert page("lines", token=TOKEN, text="x" * 4_001, id="2").status_code == 413
    assert page("lines", token=TOKEN, text="", id="2").status_code == 422
    assert page("begin", token="short", text="x", id="2").status_code == 422


def test_files_come_and_are_only_given_back_to_their_chat(widget: Widget, page: Page) -> None:
    page("begin", token=TOKEN, text="Hallo", id="1")
    page("begin", token="u" * 64, text="Hallo", id="1")
    sent = page("lines", token=TOKEN, id="2", after="1", text="", files=[SimpleUploadedFile("a.svg", b"<svg/>")])
    (file,) = sent.json()["lines"][0]["files"]
    address = f"/chat/{widget.key}/files/{file['id']}/"
    own = Client().get(address, HTTP_ORIGIN=ORIGIN, HTTP_AUTHORIZATION=f"Bearer {TOKEN}")
    assert (own.content, own["Content-Type"]) == (b"<svg/>", "application/octet-stream")
    assert Client().get(address, HTTP_ORIGIN=ORIGIN, HTTP_AUTHORIZATION=f"Bearer {'u' * 64}").status_code == 404


def test_while_nobody_is_there_it_is_a_ticket_at_once(widget: Widget, cast: Cast, page: Page) -> None:
    switch_availability(actor=cast.actor("alan"), is_available=False)
    told = Client().get(f"/chat/{widget.key}/settings/?lang=de", HTTP_ORIGIN=ORIGIN).json()
    assert (told["is_open"], told["words"]["begin"]) == (False, "Nachricht hinterlassen")
    assert page("begin", token=TOKEN, text="Hallo", id="1").status_code == 422
    left = page("begin", token=TOKEN, text="Hallo", id="1", mail="v@elsewhere.example").json()
    assert left["stage"] == "missed"
    assert str(Ticket.objects.get().number) in left["lines"][-1]["text"]


def test_asking_costs_the_same_however_much_was_said(page: Page) -> None:
    page("begin", token=TOKEN, text="Hallo", id="1")
    chat = Chat.objects.get()
    asked = []
    for count in (1, 12):
        for number in range(count):
            say_as_visitor(chat, actor=DOOR, text="noch", client_id=f"{count}-{number}")
        with CaptureQueriesContext(connection) as seen:
            page("news", token=TOKEN, after=0)
        asked.append(len(seen))
    assert asked[0] == asked[1] <= 6, asked
