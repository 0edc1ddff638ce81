"""One click in the mail, without signing in: asked once more, done once, friendly ever after."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.accounts.models import OneTimeLink
from dreiklang.communication.commands.answering import make_answer_link
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.conversation import write_note
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.resolution import close, reopen, resolve
from dreiklang.tickets.models import Ticket

MAIL = system("mail")
CANARY = "zq7-canary-inside-words"


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    opened = open_ticket(cast.rita, actor=cast.actor("alan"), subject="Label printers", channel="phone")
    write_note(opened, actor=cast.actor("alan"), text=CANARY)
    resolve(opened, actor=cast.actor("alan"), text="It prints again.")
    opened.refresh_from_db()
    return opened


def url(ticket: Ticket, purpose: str) -> str:
    return reverse(f"public:{purpose}", args=[make_answer_link(ticket, purpose=purpose, actor=MAIL)])


def test_opening_the_link_changes_nothing_because_scanners_open_links(client: Client, ticket: Ticket) -> None:
    for purpose in ("confirm", "reopen"):
        where = url(ticket, purpose)
        for _time in range(2):
            assert client.get(where).status_code == client.head(where).status_code == 200
    ticket.refresh_from_db()
    assert ticket.state == "resolved"
    assert not OneTimeLink.objects.exclude(used_at=None).exists()


def test_the_button_closes_the_ticket_without_signing_in(ticket: Ticket) -> None:
    client = Client(enforce_csrf_checks=True)
    where = url(ticket, "confirm")
    page = client.post(where)
    assert page.status_code == 200
    assert "Vielen Dank" in page.content.decode()
    ticket.refresh_from_db()
    assert ticket.state == "closed"
    assert ticket.resolutions.get().confirmed_at is not None
    again = client.post(where)
    assert again.status_code == 200
    assert "bereits geschlossen" in again.content.decode()


def test_a_link_does_one_thing_only(client: Client, ticket: Ticket) -> None:
    secret = make_answer_link(ticket, purpose="confirm", actor=MAIL)
    assert client.post(reverse("public:reopen", args=[secret])).status_code == 404
    ticket.refresh_from_db()
    assert ticket.state == "resolved"


def test_the_requester_opens_it_again_with_some_words(client: Client, ticket: Ticket) -> None:
    page = client.post(url(ticket, "reopen"), {"text": "Only on 4B it still hangs."})
    assert page.status_code == 200
    ticket.refresh_from_db()
    assert ticket.state == "open"
    assert ticket.messages.order_by("-id").first().text == "Only on 4B it still hangs."


def test_words_are_not_needed(client: Client, ticket: Ticket) -> None:
    assert client.post(url(ticket, "reopen")).status_code == 200
    ticket.refresh_from_db()
    assert ticket.state == "open"


def test_too_many_words_are_kept_on_the_page(client: Client, ticket: Ticket) -> None:
    typed = "Still wrong. " * 2_000
    page = client.post(url(ticket, "reopen"), {"text": typed})
    assert page.status_code == 422
    assert typed in page.content.decode()
    ticket.refresh_from_db()
    assert ticket.state == "resolved"


def test_p26_reopening_ends_the_links_of_the_former_mail(client: Client, cast: Cast, ticket: Ticket) -> None:
    old = url(ticket, "confirm")
    reopen(ticket, actor=cast.actor("rita"))
    assert client.get(old).status_code == 410
    resolve(ticket, actor=cast.actor("alan"), text="Now it does.")
    assert client.post(old).status_code == 410
    ticket.refresh_from_db()
    assert ticket.state == "resolved"


def test_p26_links_die_with_the_time_to_reopen(client: Client, ticket: Ticket) -> None:
    where = url(ticket, "reopen")
    with clock.standing_at(clock.now() + timedelta(days=11)):
        page = client.post(where)
    assert page.status_code == 410
    ticket.refresh_from_db()
    assert ticket.state == "resolved"


def test_p26_links_are_random_long_and_kept_hashed(ticket: Ticket) -> None:
    secret = make_answer_link(ticket, purpose="confirm", actor=MAIL)
    assert len(secret) >= 22  # 128 bits in base 64
    assert str(ticket.number) not in secret
    link = OneTimeLink.objects.latest("id")
    assert secret.encode() not in bytes(link.digest)


def test_closed_from_the_desk_says_so_and_can_still_be_reopened(client: Client, cast: Cast, ticket: Ticket) -> None:
    yes, no = url(ticket, "confirm"), url(ticket, "reopen")
    close(ticket, actor=cast.actor("alan"))
    assert "bereits geschlossen" in client.get(yes).content.decode()
    assert client.post(no).status_code == 200
    ticket.refresh_from_db()
    assert ticket.state == "open"


def test_unknown_links_tell_nothing(client: Client, ticket: Ticket) -> None:
    for secret in ("x", "A" * 32, "ä€", "%00", "a" * 5_000):
        page = client.get(f"/t/confirm/{secret}/")
        assert page.status_code == (400 if secret == "%00" else 404)
        assert str(ticket.number) not in page.content.decode()


def test_p31_the_pages_show_nothing_that_was_said_inside(client: Client, ticket: Ticket) -> None:
    seen = ""
    for purpose in ("confirm", "reopen"):
        where = url(ticket, purpose)
        seen += client.get(where).content.decode() + client.post(where).content.decode()
        seen += client.get(where).content.decode()
    assert str(ticket.number) in seen
    assert CANARY not in seen


def test_the_page_keeps_its_secret_and_runs_no_script(client: Client, ticket: Ticket) -> None:
    page = client.get(url(ticket, "confirm"))
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["Cache-Control"] == "no-store"
    assert "script-src" not in page["Content-Security-Policy"]
    assert page["Content-Security-Policy"].startswith("default-src 'none'")
    assert not re.search(r"<script|\son[a-z]+=|\sstyle=", page.content.decode())
    assert not page.cookies


def test_the_page_speaks_the_language_of_the_ticket(client: Client, ticket: Ticket) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(language="en")
    ticket.refresh_from_db()
    page = client.get(url(ticket, "confirm"), headers={"accept-language": "de"})
    assert "Does it work again?" in page.content.decode()
    assert '<html lang="en">' in page.content.decode()
