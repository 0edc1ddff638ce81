"""Each service by the shapes of its own description: what opens its address, what is read, what is sent.

The samples are written after the published descriptions of Telegram's Bot API, Slack's Events and Web API, Mattermost's
outgoing webhooks and REST API 4, Teams' outgoing webhooks and Matrix' client-server API; names are made up.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.channels.messengers import queries
from dreiklang.channels.messengers.commands import make_line, settle_due
from dreiklang.channels.messengers.models import Leaving, Line, Post
from dreiklang.channels.messengers.sending import ask_services, send_due
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.conversation import write_message
from dreiklang.tickets.models import Attachment, Message, Ticket

DESK, DOOR = system("test"), system("messengers")


def line_of(cast: Cast, kind: str, **fields: Any) -> Line:
    return make_line(kind, actor=DESK, kind=kind, organization=cast.organizations["house"], **fields)


def post(client: Client, line: Line, sent: Any, query: str = "", **headers: str) -> Any:
    body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    kind = "application/json" if body[:1] == b"{" else "application/x-www-form-urlencoded"
    return client.post(reverse("messengers", args=[line.key]) + query, body, content_type=kind, headers=headers)


def taken() -> Message:
    settle_due(actor=DOOR)
    return Message.objects.filter(direction="in").latest("pk")


def answered(cast: Cast, words: str = "Bitte neu starten.") -> Leaving:
    write_message(Ticket.objects.latest("pk"), actor=cast.actor("alan"), text=words)
    with clock.standing_at(clock.now() + timedelta(seconds=11)):
        send_due()
    return Leaving.objects.latest("pk")


def update(**more: Any) -> dict[str, Any]:
    one = {"message_id": 7, "date": 1, "chat": {"id": 42, "type": "private"},
           "from": {"id": 42, "is_bot": False, "first_name": "Rita", "last_name": "Weber"}}  # fmt: skip
    return {"update_id": 9, "message": {**one, **more}}


def test_telegram_comes_in_by_its_secret_and_goes_out_by_the_bot(client, cast, service):
    line = line_of(cast, "telegram", token="1:AA", base_url=service.url)
    service.answers["POST /bot1:AA/sendMessage"] = (200, {"ok": True, "result": {"message_id": 8}})
    for wrong in ("", "x", "ü"):
        assert post(client, line, update(text="Hallo"), **{"X-Telegram-Bot-Api-Secret-Token": wrong}).status_code == 401
    assert not Post.objects.exists()
    for _again in (1, 2):
        sent = post(client, line, update(text="Hilfe, kein Netz"), **{"X-Telegram-Bot-Api-Secret-Token": line.word})
        assert sent.status_code == 200
        assert (taken().author_name, taken().text, Ticket.objects.count()) == ("Rita Weber", "Hilfe, kein Netz", 1)
    leaving = answered(cast)
    assert service.asked[-1].data == {"chat_id": "42", "text": "Bitte neu starten."}
    assert (leaving.state, leaving.refs) == ("sent", ["42:8"])


@pytest.mark.parametrize(
    ("more", "said"),
    [({"sticker": {"file_id": "s", "is_animated": True, "emoji": "😀"}}, "😀"), ({"poll": {}}, "("),
     ({"location": {"latitude": 48.5, "longitude": 9.0}}, "48.5, 9.0")],
)  # fmt: skip
def test_telegrams_stickers_and_strange_kinds_are_words(client, cast, service, more, said):
    line = line_of(cast, "telegram", token="1:AA", base_url=service.url)
    post(client, line, update(**more), **{"X-Telegram-Bot-Api-Secret-Token": line.word})
    assert said in taken().text
    assert service.asked == []


def test_telegrams_pictures_are_fetched_in_the_largest_size(client, cast, service):
    line = line_of(cast, "telegram", token="1:AA", base_url=service.url)
    service.answers |= {
        "POST /bot1:AA/getFile": (200, {"ok": True, "result": {"file_path": "photos/1.jpg"}}),
        "GET /file/bot1:AA/photos/1.jpg": (200, b"\xff\xd8\xff\xe0" + b"0" * 30),
    }
    sizes = [{"file_id": "small"}, {"file_id": "large"}]
    post(client, line, update(photo=sizes, caption="So"), **{"X-Telegram-Bot-Api-Secret-Token": line.word})
    assert taken().text == "So"
    assert (service.asked[0].data["file_id"], Attachment.objects.count()) == ("large", 1)


def test_an_sms_by_a_gateway_with_fields_of_its_own(client, cast, service):
    line = line_of(
        cast, "sms", token="key", base_url=f"{service.url}/send", ref="Klinik-IT", signing_secret="s",
        mapping={"in_text": "message.body", "in_from": "message.sender", "in_id": "message.id", "out_to": "recipient",
                 "out_id": "data.id", "in_state_id": "data.id", "signature_header": "X-Sig"},
    )  # fmt: skip
    service.answers["POST /send"] = (202, {"data": {"id": "o-1"}})
    body = json.dumps({"message": {"id": "i-1", "sender": "0170 1234567", "body": "Drucker kaputt"}}).encode()
    assert post(client, line, body, f"?token={line.word}").status_code == 401, "a secret that is set must sign"
    assert post(client, line, body, **{"X-Sig": hmac.new(b"s", body, hashlib.sha256).hexdigest()}).status_code == 200
    assert (taken().text, taken().is_sender_proven) == ("Drucker kaputt", False)
    leaving = answered(cast)
    wanted = {"recipient": "0170 1234567", "text": "Bitte neu starten.", "from": "Klinik-IT"}
    assert (service.asked[-1].data, leaving.refs) == (wanted, ["o-1"])
    told = json.dumps({"data": {"id": "o-1"}, "status": "DELIVRD"}).encode()
    post(client, line, told, **{"X-Sig": hmac.new(b"s", told, hashlib.sha256).hexdigest()})
    settle_due(actor=DOOR)
    assert list(queries.states_of([leaving.message_id]).values()) == ["delivered"]


def test_an_sms_as_a_form_by_the_word_alone(client, cast):
    line = line_of(cast, "sms", token="key", base_url="https://gateway.example/")
    assert post(client, line, b"id=1&from=%2B49170&text=Hallo+Welt", "?token=wrong").status_code == 401
    assert post(client, line, b"id=1&from=%2B49170&text=Hallo+Welt", f"?token={line.word}").status_code == 200
    assert taken().text == "Hallo Welt"


def slack_signed(body: bytes, at: int) -> dict[str, str]:
    signed = hmac.new(b"s", f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Signature": f"v0={signed}", "X-Slack-Request-Timestamp": str(at)}


def slack_event(**more: Any) -> bytes:
    event = {"type": "message", "channel": "D024", "user": "U2147", "text": "VPN &amp; <https://x.example|Netz> weg",
             "ts": "1355517523.000005", "channel_type": "im", **more}  # fmt: skip
    return json.dumps({"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": event}).encode()


def test_slack_by_signature_and_time_with_the_person_behind(client, cast, service):
    line = line_of(cast, "slack", token="xoxb", signing_secret="s", base_url=service.url)
    mail = cast.rita.addresses.get(kind="mail").value
    service.answers |= {
        "GET /users.info?user=U2147": (200, {"ok": True, "user": {"profile": {"real_name": "Rita", "email": mail}}}),
        "POST /chat.postMessage": (200, {"ok": True, "ts": "1355517999.1"}),
    }
    now, body = int(clock.now().timestamp()), slack_event()
    assert post(client, line, body, **slack_signed(body, now - 301)).status_code == 401, "replayed"
    assert post(client, line, body + b" ", **slack_signed(body, now)).status_code == 401
    asked = b'{"type": "url_verification", "challenge": "3eZb"}'
    assert post(client, line, asked, **slack_signed(asked, now)).content == b"3eZb"
    assert post(client, line, body, **slack_signed(body, now)).status_code == 200
    assert (taken().text, taken().author) == ("VPN & Netz weg", cast.rita)
    answered(cast, "Bitte <neu> starten")
    assert service.asked[-1].data["text"] == "Bitte &lt;neu&gt; starten"
    bots = slack_event(bot_id="B1", ts="2.1")
    post(client, line, bots, **slack_signed(bots, now))
    settle_due(actor=DOOR)
    assert Ticket.objects.count() == 1


def test_slack_says_no_with_200_and_its_token_goes_to_nobody_else(client, cast, service):
    line = line_of(cast, "slack", token="xoxb", signing_secret="s")
    Line.objects.update(base_url=service.url)
    service.answers["POST /chat.postMessage"] = (200, {"ok": False, "error": "channel_not_found"})
    elsewhere = service.url.replace("127.0.0.1", "localhost")
    files = [{"url_private_download": f"{elsewhere}/f", "name": "a.png", "mimetype": "image/png"}]
    body = slack_event(subtype="file_share", files=files)
    post(client, line, body, **slack_signed(body, int(clock.now().timestamp())))
    assert "a.png" in taken().text
    assert not [one for one in service.asked if one.path == "/f"]
    leaving = answered(cast)
    assert (leaving.state, leaving.answer) == ("failed", "channel_not_found")
    leaving.message.refresh_from_db()
    assert leaving.message.delivery == "failed"


@pytest.mark.parametrize("as_form", [False, True])
def test_mattermost_by_its_token_and_answered_in_the_thread(client, cast, service, as_form):
    line = line_of(cast, "mattermost", token="bot", signing_secret="tok", base_url=service.url, ref="desk")
    service.answers["POST /api/v4/posts"] = (201, {"id": "p9"})
    sent = {"token": "tok", "channel_id": "c1", "post_id": "p1", "user_id": "u1", "user_name": "rita",
            "trigger_word": "!help", "text": "!help Drucker"}  # fmt: skip
    body = b"&".join(f"{k}={v}".replace("!", "%21").replace(" ", "+").encode() for k, v in sent.items())
    assert post(client, line, json.dumps({**sent, "token": "x"}).encode()).status_code == 401
    assert post(client, line, body if as_form else json.dumps(sent).encode()).status_code == 200
    assert (taken().text, taken().author_name) == ("Drucker", "rita")
    answered(cast)
    told = service.asked[-1].data
    assert (told["channel_id"], told["root_id"], told["message"]) == ("c1", "p1", "Bitte neu starten.")


def test_teams_by_its_hmac_and_answered_by_a_card(client, cast, service):
    key = base64.b64encode(b"0123456789abcdef").decode()
    line = line_of(cast, "teams", signing_secret=key, base_url=f"{service.url}/workflow")
    service.answers["POST /workflow"] = (202, b"")
    sent = {"type": "message", "id": "1795", "text": "<p><at>Desk</at>&nbsp;Beamer geht <b>nicht</b></p>",
            "from": {"name": "Rita Weber"}, "conversation": {"id": "19:x@thread.tacv2;messageid=1"}}  # fmt: skip
    body = json.dumps(sent).encode()
    proof = base64.b64encode(hmac.new(b"0123456789abcdef", body, hashlib.sha256).digest()).decode()
    assert post(client, line, body, Authorization="HMAC AAAA").status_code == 401
    assert post(client, line, body, Authorization=f"HMAC {proof}").json()["type"] == "message"
    assert taken().text == "Beamer geht nicht"
    assert answered(cast).state == "sent"
    card = service.asked[-1].data["attachments"][0]["content"]
    assert card["body"][0]["text"] == "Bitte neu starten."


def test_matrix_is_asked_follows_invitations_and_sends_once(cast, service):
    line = line_of(cast, "matrix", token="syt", ref="@desk:klinik.example", base_url=service.url)
    syncs = iter([
        {"next_batch": "s1", "rooms": {"join": {"!r:k": {"timeline": {"events": [event("$old", "alt")]}}}}},
        {"next_batch": "s2", "rooms": {"invite": {"!r:k": {}}}},
        {"next_batch": "s3", "rooms": {"join": {"!r:k": {"timeline": {"events": [
            event("$1", "Kein Ton im Saal"), event("$2", "x", sender="@desk:klinik.example"),
            {**event("$3", ""), "type": "m.room.encrypted", "content": {"algorithm": "m.megolm.v1.aes-sha2"}},
        ]}}}}},
    ])  # fmt: skip
    service.answers |= {
        "GET /_matrix/client/v3/sync": lambda _asked: (200, next(syncs)),
        "POST /_matrix/client/v3/join/": (200, {"room_id": "!r:k"}),
        "PUT /_matrix/client/v3/rooms/": (200, {"event_id": "$9"}),
    }
    assert [ask_services() for _round in range(3)] == [0, 0, 1]
    line.refresh_from_db()
    assert line.cursor == "s3"
    assert "since=s2" in service.asked[-1].path
    settle_due(actor=DOOR)
    said = list(Message.objects.order_by("pk").values_list("author_name", "text"))
    assert (said[0], len(said), Ticket.objects.count()) == (("rita", "Kein Ton im Saal"), 2, 1)
    leaving = answered(cast)
    assert unquote(service.asked[-1].path).startswith("/_matrix/client/v3/rooms/!r:k/send/m.room.message/")
    assert (leaving.refs, service.asked[-1].data["body"]) == (["$9"], "Bitte neu starten.")
    service.answers["GET /_matrix/client/v3/sync"] = (502, {})
    assert ask_services() == 0
    line.refresh_from_db()
    assert (line.problem, line.cursor) == ("not_now", "s3")


def event(key: str, body: str, sender: str = "@rita:klinik.example") -> dict[str, Any]:
    content = {"msgtype": "m.text", "body": body}
    return {"type": "m.room.message", "event_id": key, "sender": sender, "origin_server_ts": 1, "content": content}
