"""The pages behind the links of a solution, in a browser: narrow and wide, light and dark, by keyboard."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer
from tests.cast import Cast
from tests.house.source import ROOT

from dreiklang.communication.commands.answering import make_answer_link
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.resolution import resolve
from dreiklang.tickets.models import Ticket

#: The browser's loop runs in the thread of the tests: Django, which does nothing asynchronous here, shall not mind.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

AXE = Path(ROOT, "node_modules", "axe-core", "axe.min.js")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """A solved case."""
    opened = open_ticket(
        cast.rita, actor=cast.actor("alan"), subject="Etikettendrucker auf Station 4A druckt nicht", channel="phone"
    )
    resolve(opened, actor=cast.actor("alan"), text="Er druckt wieder.")
    opened.refresh_from_db()
    return opened


def url(server: LiveServer, ticket: Ticket, purpose: str) -> str:
    secret = make_answer_link(ticket, purpose=purpose, actor=system("mail"))
    return f"{server.url}{reverse(f'public:{purpose}', args=[secret])}"


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text("utf-8"))
    return [found["id"] for found in page.evaluate("axe.run()")["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_p47_every_page_is_accessible_and_fits(
    browser: Browser, live_server: LiveServer, ticket: Ticket, width: int, scheme: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 700}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    for address in (
        url(live_server, ticket, "confirm"), url(live_server, ticket, "reopen"), f"{live_server.url}/t/confirm/nothing/"
    ):  # fmt: skip
        page.goto(address)
        assert not violations(page)
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.goto(url(live_server, ticket, "reopen"))
    page.fill("#text", "x" * 20_001)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")
    assert not violations(page)
    assert len(page.input_value("#text")) == 20_001
    context.close()


def test_the_requester_closes_the_ticket_by_keyboard(browser: Browser, live_server: LiveServer, ticket: Ticket) -> None:
    problems: list[str] = []
    page = browser.new_page()
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    page.goto(url(live_server, ticket, "confirm"))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status]")
    ticket.refresh_from_db()
    assert ticket.state == "closed"
    assert not problems
    page.close()
