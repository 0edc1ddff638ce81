"""WhatsApp: a question comes in by Meta's webhook, becomes a ticket, and the answer leaves by the same way.

The calls have the shape of Meta's own description of the Cloud API's webhooks; numbers and names are made up.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast
from tests.messenger_service import Service

from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.channels.messengers import queries
from dreiklang.channels.messengers.commands import change_line, make_line, settle_due, try_again
from dreiklang.channels.messengers.models import Item, Leaving, Line, Post, Talk
from dreiklang.channels.messengers.sending import send_due
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Invalid, NotAllowed, WrongState
from dreiklang.kernel.permissions import system
from dreiklang.organizations.models import Address
from dreiklang.tickets.commands.conversation import withdraw_message, write_message
from dreiklang.tickets.commands.resolution import resolve
from dreiklang.tickets.models import Attachment, Message, Ticket

DESK, DOOR = system("test"), system("messengers")
SECRET = "app-secret"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture
def line(cast: Cast, service: Service) -> Line:
    service.answers["POST /106540352242922/messages"] = sent("wamid.out1")
    return make_line(
        "Hilfe", actor=DESK, kind="whatsapp", organization=cast.organizations["clinic"], ref="106540352242922",
        token="EAAG", signing_secret=SECRET, base_url=service.url,
    )  # fmt: skip


def sent(ref: str) -> tuple[int, dict[str, Any]]:
    return 200, {"messaging_product": "whatsapp", "contacts": [{"wa_id": "491701"}], "messages": [{"id": ref}]}


def news(*messages: dict[str, Any], statuses: list[dict[str, Any]] | None = None, number: str = "") -> bytes:
    value: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "4970719900", "phone_number_id": number or "106540352242922"},
    }
    if messages:
        value["contacts"] = [{"profile": {"name": "Rita W."}, "wa_id": "4917012345678"}]
        value["messages"] = list(messages)
    if statuses:
        value["statuses"] = statuses
    changes = [{"value": value, "field": "messages"}]
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]}).encode()


def text(body: str, ref: str = "wamid.1") -> dict[str, Any]:
    return {"from": "4917012345678", "id": ref, "timestamp": "1795420800", "type": "text", "text": {"body": body}}


def hand_over(client: Client, line: Line, body: bytes, signature: str = "") -> int:
    signature = signature or "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    address = reverse("messengers", args=[line.key])
    answer = client.post(address, body, content_type="application/json", headers={"X-Hub-Signature-256": signature})
    return int(answer.status_code)


def come_in(client: Client, line: Line, *messages: dict[str, Any]) -> Ticket:
    assert hand_over(client, line, news(*messages)) == 200
    settle_due(actor=DOOR)
    return Ticket.objects.latest("pk")


def answer(cast: Cast, ticket: Ticket, words: str = "Bitte neu starten.") -> Message:
    return write_message(ticket, actor=cast.actor("alan"), text=words)


def later(**span: float) -> Any:
    return clock.standing_at(clock.now() + timedelta(**span))


def test_a_question_becomes_a_ticket_and_the_answer_leaves_the_same_way(client, cast, service, line):
    Address.objects.create(person=cast.rita, kind="phone", value="0170 12345678", folded="017012345678")
    ticket = come_in(client, line, text("Mein Drucker geht nicht."))
    assert (ticket.channel, ticket.requester, ticket.subject) == ("whatsapp", cast.rita, "Mein Drucker geht nicht.")
    message = answer(cast, ticket)
    assert (message.channel, message.to[0]["address"]) == ("whatsapp", "whatsapp:+4917012345678")
    assert send_due() == 0, "it can be called back for ten seconds"
    with later(seconds=11):
        assert (send_due(), send_due()) == (1, 0)
    asked = service.asked[-1]
    assert asked.headers["authorization"] == "Bearer EAAG"
    assert asked.data["to"] == "4917012345678"
    assert asked.data["text"]["body"] == "Bitte neu starten."
    message.refresh_from_db()
    assert message.delivery == "sent"
    assert not OutgoingMail.objects.filter(said=message).exists()


def test_states_go_on_and_never_back(client, cast, line):
    message = answer(cast, come_in(client, line, text("Hallo, der Drucker")))
    with later(seconds=11):
        send_due()
    for status, kept in (("read", "read"), ("delivered", "read"), ("failed", "read")):
        one = {"id": "wamid.out1", "status": status, "timestamp": "1795420900", "recipient_id": "4917012345678"}
        assert hand_over(client, line, news(statuses=[one])) == 200
        settle_due(actor=DOOR)
        assert queries.states_of([message.pk]) == {message.pk: kept}


def test_a_state_that_says_failed_is_seen_at_the_message(client, cast, line):
    message = answer(cast, come_in(client, line, text("Hallo, der Drucker")))
    with later(seconds=11):
        send_due()
    errors = [{"code": 131047, "title": "Re-engagement message", "error_data": {"details": "more than 24 hours"}}]
    hand_over(client, line, news(statuses=[{"id": "wamid.out1", "status": "failed", "errors": errors}]))
    settle_due(actor=DOOR)
    message.refresh_from_db()
    assert (message.delivery, Leaving.objects.get().problem) == ("failed", "window_closed")


def test_the_same_message_told_twice_is_one(client, line):
    come_in(client, line, text("Mein Drucker geht nicht."))
    come_in(client, line, text("Mein Drucker geht nicht."), text("Er blinkt.", "wamid.2"))
    assert (Ticket.objects.count(), Item.objects.count(), Message.objects.count()) == (1, 2, 2)


@pytest.mark.parametrize("signature", ["sha256=" + "0" * 64, "sha256=", "sha1=1", "sha256=ü"])
def test_a_forged_signature_keeps_nothing_and_is_told(client, line, signature):
    assert hand_over(client, line, news(text("Gib mir Zugang")), signature) == 401
    assert not Post.objects.exists()
    line.refresh_from_db()
    assert line.problem == "forged"


def test_metas_question_is_answered_by_the_word_alone(client, line):
    address = reverse("messengers", args=[line.key])
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444"}
    assert client.get(address, {**asked, "hub.verify_token": line.word}).content == b"1158201444"
    assert client.get(address, {**asked, "hub.verify_token": "wrong"}).status_code == 401


def test_a_line_switched_off_looks_like_none_and_its_answers_wait(client, cast, line):
    ticket = come_in(client, line, text("Mein Drucker geht nicht."))
    message = answer(cast, ticket)
    change_line(line, actor=DESK, is_active=False)
    assert hand_over(client, line, news(text("Und?", "wamid.2"))) == 401
    with later(minutes=5):
        assert send_due() == 0
    assert "switched off" in queries.warnings_about(ticket)[0] or "ausgeschaltet" in queries.warnings_about(ticket)[0]
    change_line(line, actor=DESK, is_active=True)
    with later(minutes=6):
        assert send_due() == 1
    message.refresh_from_db()
    assert message.delivery == "sent"


def test_a_wrong_token_is_told_and_the_answer_waits_until_it_is_mended(client, cast, service, line):
    message = answer(cast, come_in(client, line, text("Mein Drucker geht nicht.")))
    said = {"error": {"message": "Error validating access token", "type": "OAuthException", "code": 190}}
    service.answers["POST /106540352242922/messages"] = (401, said)
    with later(seconds=11):
        send_due()
        line.refresh_from_db()
        assert (line.problem, "validating" in line.problem_words) == ("wrong_token", True)
        service.answers["POST /106540352242922/messages"] = sent("wamid.out1")
        change_line(line, actor=DESK, token="new")
        assert send_due() == 1
    message.refresh_from_db()
    line.refresh_from_db()
    assert (message.delivery, line.problem) == ("sent", "")


def test_an_endpoint_that_is_down_for_two_days_gives_up_and_says_so(client, cast, service, line):
    message = answer(cast, come_in(client, line, text("Mein Drucker geht nicht.")))
    service.close()
    with later(seconds=11):
        send_due()
    assert Leaving.objects.get().state == "waiting"
    Talk.objects.update(heard_at=clock.now() + timedelta(days=2))
    with later(hours=49):
        send_due()
    message.refresh_from_db()
    assert (message.delivery, Leaving.objects.get().problem) == ("failed", "too_late")
    with later(hours=50):
        assert try_again(Leaving.objects.get(), actor=DESK).state == "waiting"


def test_after_24_hours_nothing_is_sent_and_the_agent_is_told_before(client, cast, service, line):
    ticket = come_in(client, line, text("Mein Drucker geht nicht."))
    with later(hours=25):
        assert "24" in queries.warnings_about(ticket)[0]
        message = answer(cast, ticket)
    with later(hours=26):
        send_due()
    message.refresh_from_db()
    assert message.delivery == "failed"
    assert [one.path for one in service.asked] == []


def test_a_picture_is_fetched_with_the_token_and_stands_at_the_message(client, service, line):
    where = {"url": f"{service.url}/picture", "mime_type": "image/png", "id": "33"}
    service.answers |= {"GET /33": (200, where), "GET /picture": (200, PNG)}
    image = {"id": "33", "mime_type": "image/png", "sha256": "x", "caption": "So sieht es aus"}
    come_in(client, line, {"from": "4917012345678", "id": "wamid.9", "type": "image", "image": image})
    found = Attachment.objects.get()
    assert (found.content_type, found.message.text) == ("image/png", "So sieht es aus")
    assert [one.headers["authorization"] for one in service.asked] == ["Bearer EAAG", "Bearer EAAG"]


def test_a_picture_that_cannot_be_had_is_waited_for_and_then_said(client, service, line):
    service.answers["GET /33"] = (500, {"error": {"message": "later"}})
    come = news({"from": "4917012345678", "id": "w", "type": "image", "image": {"id": "33", "mime_type": "image/png"}})
    hand_over(client, line, come)
    settle_due(actor=DOOR)
    assert not Ticket.objects.exists()
    with later(minutes=11):
        settle_due(actor=DOOR)
    assert "image-33.png" in Message.objects.get().text


@pytest.mark.parametrize(
    ("kind", "more"),
    [("sticker", {"sticker": {"id": "1", "animated": True, "mime_type": "image/webp"}}),
     ("order", {}), ("unsupported", {}),
     ("location", {"location": {"latitude": 48.5, "longitude": 9.0}}), ("contacts", {"contacts": []}), ("text", {})],
)  # fmt: skip
def test_what_is_no_text_is_said_plainly(client, service, line, kind, more):
    come_in(client, line, {"from": "4917012345678", "id": "wamid.9", "type": kind, **more})
    assert Message.objects.get().text.startswith("(")
    assert service.asked == []


def test_a_million_letters_are_a_file_beside(client, line):
    come_in(client, line, text("Hilfe " * 170_000))
    message = Message.objects.get()
    assert len(message.text) < 21_000
    assert Attachment.objects.get().file.size > 1_000_000


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{", b"\xff", b'{"object": "page"}', b'{"object": "whatsapp_business_account", "entry": 3}',
            b'{"object": "whatsapp_business_account", "entry": [{"changes": [{"value": {"messages": [7, {}]}}]}]}'],
)  # fmt: skip
def test_what_is_no_news_opens_nothing_and_is_kept(client, line, raw):
    assert hand_over(client, line, raw) == 200
    settle_due(actor=DOOR)
    assert not Ticket.objects.exists()
    assert Post.objects.get().state in ("refused", "settled")


def test_a_stranger_stands_for_nobody_and_is_known_once_somebody_says_who_it_is(client, cast, line):
    ticket = come_in(client, line, text("Mein Drucker geht nicht."))
    message = Message.objects.get()
    assert (ticket.requester, message.author, message.author_name) == (line.person, None, "Rita W.")
    ticket.requester = cast.rita
    ticket.save()
    come_in(client, line, text("Er blinkt.", "wamid.2"))
    assert Message.objects.latest("pk").author == cast.rita


def test_thanks_leave_a_solved_ticket_alone_and_a_complaint_reopens_it(client, cast, line):
    ticket = come_in(client, line, text("Mein Drucker geht nicht."))
    resolve(ticket, actor=cast.actor("alan"), text="Toner getauscht.")
    come_in(client, line, text("Danke!", "wamid.2"))
    ticket.refresh_from_db()
    assert ticket.state == "resolved"
    come_in(client, line, text("Er druckt immer noch nicht.", "wamid.3"))
    ticket.refresh_from_db()
    assert ticket.state == "open"
    resolve(ticket, actor=cast.actor("alan"), text="Jetzt aber.")
    with later(days=40):
        linked = come_in(client, line, text("Der Scanner geht nicht.", "wamid.4"))
    assert (linked.follows, Ticket.objects.count()) == (ticket, 2)


def test_an_answer_is_called_back_until_it_was_tried(client, cast, line):
    ticket = come_in(client, line, text("Mein Drucker geht nicht."))
    withdraw_message(answer(cast, ticket), actor=cast.actor("alan"))
    assert not Leaving.objects.exists()
    message = answer(cast, ticket)
    with later(seconds=11):
        send_due()
    with pytest.raises(WrongState):
        withdraw_message(message, actor=cast.actor("alan"))


def test_a_long_answer_leaves_in_parts_and_goes_on_where_it_broke_off(client, cast, service, line):
    ticket = come_in(client, line, text("Mein Drucker geht nicht."))
    answer(cast, ticket, "Wort " * 1_500)
    replies = iter([sent("p1"), (503, {}), sent("p2")])
    service.answers["POST /106540352242922/messages"] = lambda _asked: next(replies)
    with later(seconds=11):
        send_due()
        assert Leaving.objects.get().refs == ["p1"]
    with later(minutes=10):
        send_due()
    leaving = Leaving.objects.get()
    assert (leaving.refs, leaving.state) == (["p1", "p2"], "sent")
    bodies = [one.data["text"]["body"] for one in service.asked]
    assert " ".join([bodies[0], bodies[2]]).split() == ["Wort"] * 1_500


def test_a_line_needs_what_its_service_needs_and_one_who_keeps_it(cast):
    clinic = cast.organizations["clinic"]
    with pytest.raises(Invalid) as refused:
        make_line("X", actor=DESK, kind="whatsapp", organization=clinic, base_url="ftp://x", region="XX")
    assert set(refused.value.fields) == {"ref", "token", "signing_secret", "base_url", "region"}
    with pytest.raises(NotAllowed):
        make_line("X", actor=cast.actor("alan"), kind="sms", organization=clinic)
    line = make_line("X", actor=DESK, kind="sms", organization=clinic, base_url="https://a.example/", token="geheim")
    with pytest.raises(Invalid) as refused:
        change_line(line, actor=DESK, base_url="https://b.example/")
    assert "token" in refused.value.fields, "a token never goes to another address unasked"
