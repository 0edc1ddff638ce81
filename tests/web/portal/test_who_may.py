"""Who may open what at the portal, and that nobody learns of what is not theirs (P19, P27)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.accounts.models import Account
from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotAllowed
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.commands.attaching import Upload
from dreiklang.tickets.commands.conversation import receive_message
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.participation import add_participant
from dreiklang.tickets.models import Attachment, Message, Ticket
from dreiklang.web.portal.urls import urlpatterns

PAGES = ("start", "tickets", "profile", "own_cards", "questions")
OF_A_TICKET = {
    "ticket": [],
    "talk": [],
    "draft_in": [],
    "file": [1],
    "original": [1],
    "escalation": [],
    "complaint": [],
    "pdf": [],
    "order_cancellation": [],
}


def test_every_route_of_a_ticket_is_tried_below():
    assert {p.name for p in urlpatterns if "number" in str(p.pattern)} == set(OF_A_TICKET)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_for_a_requester(browser: Callable[[str], Client], name: str) -> None:
    assert browser("rita").get(reverse(f"portal:{name}")).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_shut_for_agents_who_ask_for_nothing(browser: Callable[[str], Client], name: str) -> None:
    assert browser("alan").get(reverse(f"portal:{name}")).status_code == 403


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_is_led_to_the_sign_in_page(db: None, name: str) -> None:
    answer = Client().get(reverse(f"portal:{name}"))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


def test_the_front_door_leads_a_requester_to_the_portal(browser: Callable[[str], Client]) -> None:
    assert browser("rita").get("/")["Location"] == "/portal/"


def test_only_a_contact_sees_the_organisation(browser: Callable[[str], Client], ticket: Ticket) -> None:
    assert browser("rita").get(reverse("portal:organization")).status_code == 403
    page = browser("karl").get(reverse("portal:organization"))
    assert ticket.subject in page.content.decode()
    assert ticket.subject not in browser("zoe").get(reverse("portal:organization")).content.decode()


@pytest.mark.parametrize("name", OF_A_TICKET)
@pytest.mark.parametrize("method", ["get", "post"])
def test_p27_zoe_cannot_tell_a_foreign_ticket_from_none(
    browser: Callable[[str], Client], cast: Cast, ticket: Ticket, name: str, method: str
) -> None:
    receive_message(
        ticket, actor=cast.actor("rita"), author=cast.rita, text="Anbei.", html="<p>Anbei.</p>",
        attachments=[Upload("bild.txt", "text/plain", b"x")],
    )  # fmt: skip
    there = {"file": [Attachment.objects.get().pk], "original": [Message.objects.last().pk]}.get(name, [])
    zoe = browser("zoe")
    headers = [{}, {"HX-Request": "true"}]
    for header in headers:
        known = getattr(zoe, method)(reverse(f"portal:{name}", args=[ticket.number, *there]), headers=header)
        none = getattr(zoe, method)(
            reverse(f"portal:{name}", args=[ticket.number + 77, *OF_A_TICKET[name]]), headers=header
        )
        kept = {k: v for k, v in known.headers.items() if k != "Location"}
        assert (known.status_code, known.content, kept) == (none.status_code, none.content, dict(none.headers))
        expected = (
            405
            if (name, method)
            in {
                ("talk", "post"),
                ("draft_in", "get"),
                ("file", "post"),
                ("original", "post"),
                ("pdf", "post"),
                ("order_cancellation", "get"),
            }
            else 404
        )
        assert known.status_code == expected


def test_a_colleague_sees_nothing_of_a_ticket_either(
    browser: Callable[[str], Client], cast: Cast, ticket: Ticket
) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(requester=cast.karl)
    assert browser("rita").get(reverse("portal:ticket", args=[ticket.number])).status_code == 404


def test_p19_a_person_in_copy_gets_no_way_in(browser: Callable[[str], Client], cast: Cast, ticket: Ticket) -> None:
    add_participant(ticket, actor=cast.actor("alan"), address="zoe@werk.example", name="Zoe Zimmer")
    zoe = browser("zoe")
    assert zoe.get(reverse("portal:ticket", args=[ticket.number])).status_code == 404
    assert ticket.subject not in zoe.get(reverse("portal:tickets") + "?show=all").content.decode()
    assert ticket.subject not in zoe.get(reverse("portal:tickets") + "?q=Etikettendrucker").content.decode()


def test_a_requester_sees_the_own_restricted_ticket_and_the_contact_does_not(
    browser: Callable[[str], Client], ticket: Ticket
) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(is_restricted=True, kind="security")
    where = reverse("portal:ticket", args=[ticket.number])
    assert browser("rita").get(where).status_code == 200
    karl = browser("karl")
    assert karl.get(where).status_code == 404
    assert ticket.subject not in karl.get(reverse("portal:organization")).content.decode()
    assert ticket.subject not in karl.get(reverse("portal:organization") + "?q=Etikettendrucker").content.decode()


def test_a_contact_reads_but_does_not_answer_for_others(browser: Callable[[str], Client], ticket: Ticket) -> None:
    karl, where = browser("karl"), reverse("portal:ticket", args=[ticket.number])
    page = karl.get(where)
    assert page.status_code == 200
    assert '<form class="reply"' not in page.content.decode()
    before = Message.objects.count()
    for deed in ("reply", "confirm", "reopen"):
        assert karl.post(where, {"text": "Bitte schnell.", "deed": deed}).status_code == 403
    assert Message.objects.count() == before


def test_an_agent_with_own_tickets_is_a_requester_at_the_portal(
    browser: Callable[[str], Client], cast: Cast, inside_words: Ticket
) -> None:
    Account.objects.filter(pk=cast.alan.account_id).update(roles=["agent", "requester"])
    alan = browser("alan")
    assert alan.get(reverse("portal:tickets")).status_code == 200
    assert alan.get(reverse("portal:ticket", args=[inside_words.number])).status_code == 404
    assert inside_words.subject not in alan.get(reverse("portal:tickets") + "?q=Etikettendrucker").content.decode()


def test_an_account_without_a_person_sees_nobodys_tickets(cast: Cast, ticket: Ticket) -> None:
    nobody = Account.objects.create(
        pk=cast.rita.pk + 10_000, login="nobody@haus.example", roles=["requester"], created_at=clock.now(), password="!"
    )
    Ticket.objects.filter(pk=ticket.pk).update(requester=cast.rita)
    client = Client()
    client.force_login(nobody)
    for name in PAGES[:-1]:
        assert client.get(reverse(f"portal:{name}")).status_code == 403


def test_an_account_with_the_number_of_a_person_is_not_that_person(cast: Cast, ticket: Ticket) -> None:
    twin = Actor("account", cast.rita.pk, "twin", frozenset({"portal.use"}))
    assert not tickets.visible_to(twin).exists()
    assert not tickets.may_see(twin, ticket)
    assert not tickets.may_confirm(twin, ticket)
    with pytest.raises(NotAllowed):
        open_ticket(cast.rita, actor=twin, subject="In fremdem Namen")


def test_rights_end_at_once(browser: Callable[[str], Client], cast: Cast, ticket: Ticket) -> None:
    karl = browser("karl")
    assert karl.get(reverse("portal:ticket", args=[ticket.number])).status_code == 200
    Account.objects.filter(pk=cast.karl.account_id).update(roles=["requester"])
    assert karl.get(reverse("portal:ticket", args=[ticket.number])).status_code == 404
    assert karl.get(reverse("portal:organization")).status_code == 403


def test_p27_a_refusal_says_nothing_about_the_ticket(browser: Callable[[str], Client], ticket: Ticket) -> None:
    page = browser("zoe").get(reverse("portal:ticket", args=[ticket.number])).content.decode()
    assert not re.search(rf"{ticket.number}|{ticket.subject}|Rita", page)
