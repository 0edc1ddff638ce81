"""Chats on the agent's screen, and on nobody else's."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast
from tests.domain.chat.conftest import Begin

from dreiklang.channels.chat.commands import answer_visitor
from dreiklang.channels.chat.models import Chat, Transfer
from dreiklang.tickets.models import Message, Ticket


def of(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.persons[name].account)
    return client


def test_a_chat_is_taken_answered_handed_up_and_ended(cast: Cast, begin: Begin) -> None:
    """From the corner to the end, without scripts; level 2 reads before it takes."""
    alan, berta, chat = of(cast, "alan"), of(cast, "berta"), begin("Drucker streikt")
    corner = alan.get("/desk/calls/now/").content.decode()
    assert "Jemand wartet im Chat" in corner
    assert "Drucker" not in berta.get("/desk/calls/now/").content.decode()
    at = f"/desk/chats/{chat.pk}/"
    assert alan.post(f"{at}taking/").url == at
    assert "Drucker streikt" in alan.get(at).content.decode()
    sent = {"text": "Klappe auf?", "client_id": "c1"}
    for _again in range(2):
        assert alan.post(f"{at}words/", sent, HTTP_HX_REQUEST="true").status_code == 200
    assert Message.objects.filter(text="Klappe auf?").count() == 1
    refused = alan.post(f"{at}words/", {"text": "x" * 5000, "client_id": "c2"}, HTTP_HX_REQUEST="true")
    assert refused.status_code == 422
    assert "x" * 5000 in refused.content.decode()
    assert f'href="{at}"' in alan.get(f"/desk/tickets/{Ticket.objects.get().number}/").content.decode()
    assert alan.post(f"{at}transfer/", {"to": "", "reason": "r", "question": ""}).status_code == 422
    to = f"team-{cast.teams['workplace'].pk}"
    assert alan.post(f"{at}transfer/", {"to": to, "reason": "Rechte", "question": ""}).status_code == 302
    assert "Alan Yildiz gibt einen Chat weiter" in berta.get("/desk/calls/now/").content.decode()
    assert "Drucker streikt" in berta.get(at).content.decode()
    berta.post(f"/desk/chat-transfers/{Transfer.objects.get().pk}/taking/")
    assert Chat.objects.get().agent == cast.berta
    assert berta.get(f"{at}lines/?was=talking-{cast.alan.pk}")["HX-Refresh"] == "true"
    assert alan.get(at).status_code == 200
    berta.post(f"{at}end/")
    assert Chat.objects.get().stage == "ended"


def test_p27_nobody_else_sees_a_chat(cast: Cast, begin: Begin) -> None:
    """Zoe, Rita, Eve, Victor and another team: no page, no word in any list or corner, no deed."""
    chat = begin("Geheimer Satz")
    for name in ("zoe", "rita", "eve", "victor", "carl"):
        client = of(cast, name)
        for path in (f"/desk/chats/{chat.pk}/", f"/desk/chats/{chat.pk}/lines/"):
            assert client.get(path).status_code in (403, 404), (name, path)
        for path in ("/desk/chats/", "/desk/calls/now/"):
            assert f"/chats/{chat.pk}/" not in client.get(path).content.decode(), (name, path)
        for path in ("taking", "words", "typing", "end", "transfer"):
            assert client.post(f"/desk/chats/{chat.pk}/{path}/").status_code in (403, 404), (name, path)
    assert Chat.objects.get().stage == "waiting"


def test_pages_ask_as_often_for_many_as_for_few(cast: Cast, begin: Begin) -> None:
    alan = of(cast, "alan")
    first = begin(number=1)
    alan.post(f"/desk/chats/{first.pk}/taking/")
    asked: dict[str, list[int]] = {}
    for count in (1, 6):
        for number in range(count):
            begin("Netz", number=count * 10 + number)
            answer_visitor(first, actor=cast.actor("alan"), text="noch", client_id=f"{count}-{number}")
        for path in ("/desk/chats/", f"/desk/chats/{first.pk}/", "/desk/calls/now/"):
            alan.get(path)
            with CaptureQueriesContext(connection) as seen:
                assert alan.get(path).status_code == 200
            asked.setdefault(path, []).append(len(seen))
    assert all(few == many for few, many in asked.values()), asked
