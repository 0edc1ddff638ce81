"""A requester escalates by the link of the first mail: once, with a reason, without signing in."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.conftest import MONDAY_MORNING

from dreiklang.accounts.models import OneTimeLink
from dreiklang.communication.commands.answering import escalate_by_link, make_answer_link
from dreiklang.communication.queries import AnswerState, escalation_state
from dreiklang.communication.rules import fill_body, says_nothing
from dreiklang.communication.wording import USUAL
from dreiklang.escalation.models import RequesterEscalation
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Invalid, WrongState
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.resolution import resolve

LINK = system("link")


@pytest.fixture
def ticket(cast, frozen):
    return open_ticket(cast.rita, actor=cast.actor("alan"), subject="Printer")


def test_a_page_asks_why_and_the_button_escalates_once(ticket):
    secret = make_answer_link(ticket, purpose="escalate", actor=LINK)
    client, page = Client(), f"/t/escalate/{secret}/"
    assert "Warum kann es nicht warten" in client.get(page).content.decode()
    assert not RequesterEscalation.objects.exists()
    refused = client.post(page, {"reason": "  "})
    assert (refused.status_code, OneTimeLink.objects.get().used_at) == (422, None)
    assert client.post(page, {"reason": "The ward stands still."}).status_code == 200
    assert RequesterEscalation.objects.get().reason == "The ward stands still."
    assert "bereits eskaliert" in client.post(page, {"reason": "Again"}).content.decode()
    assert client.get("/t/escalate/unknown/").status_code == 404


def test_what_is_solved_or_too_old_escalates_nothing_and_uses_nothing_up(cast, ticket):
    secret = make_answer_link(ticket, purpose="escalate", actor=LINK)
    with pytest.raises(Invalid):
        escalate_by_link(secret, reason="", actor=LINK)
    with clock.standing_at(MONDAY_MORNING + timedelta(days=31)):
        assert escalation_state(secret)[0] is AnswerState.EXPIRED
    resolve(ticket, actor=cast.actor("alan"), text="Done.")
    with pytest.raises(WrongState):
        escalate_by_link(secret, reason="Why", actor=LINK)
    assert escalation_state(secret)[0] is AnswerState.CLOSED


def test_who_is_not_proven_gets_no_link_and_no_empty_line():
    for language in ("de", "en"):
        body = USUAL["received", language][1]
        without = fill_body(body, {"number": "1", "desk": "Desk", "name": "", "escalate_link": ""})
        assert "escalate" not in without
        assert "warten" not in without
        assert "wait" not in without
    assert not says_nothing("Yes: {confirm_link}", {"confirm_link": "https://x"})
