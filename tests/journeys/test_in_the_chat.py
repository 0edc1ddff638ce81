"""A visitor on a foreign page, an agent, a dropped line, level 2, and the page loaded anew."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.journeys.conftest import SignIn
from tests.journeys.served import Served

SET_UP = """
from dreiklang.calendars.models import ServiceCalendar
from dreiklang.channels.chat.commands import make_widget, switch_availability
from dreiklang.kernel.permissions import system
from dreiklang.organizations.models import Organization, Person
from dreiklang.teams.models import Team
from dreiklang.teams.queries import actor_for
days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
always = ServiceCalendar.objects.create(name="Immer", week={day: [["00:00", "24:00"]] for day in days})
Team.objects.filter(key="desk").update(calendar=always)
made, _secret = make_widget("Intranet", actor=system("test"), organization=Organization.objects.get(key="clinic"),
                            team=Team.objects.get(key="desk"), origins=["%s"])
switch_availability(actor=actor_for(Person.objects.get(name="Alan Yildiz").account), is_available=True)
print(json.dumps(made.key))
"""


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """A page of another origin, and the script it shall bear."""
    scripts: list[str] = []

    class Foreign(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = f'<!doctype html><html lang="de"><title>Intranet</title><h1>Intranet</h1>{"".join(scripts)}</html>'
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Foreign)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", scripts
    server.shutdown()
    server.server_close()


@pytest.fixture
def visitor(desk: Served, browser: Browser, elsewhere: tuple[str, list[str]]) -> Iterator[Page]:
    """A visitor's browser on the foreign page with the widget."""
    origin, scripts = elsewhere
    key = desk.ask(SET_UP % origin)
    scripts.append(f'<script src="{desk.url}/chat/{key}/widget.js" async></script>')
    page = browser.new_context(locale="de-DE").new_page()
    page.goto(origin)
    yield page
    page.context.close()


def test_p15_a_chat_goes_up_and_survives_a_dropped_line(desk: Served, visitor: Page, sign_in: SignIn) -> None:
    alan, berta = sign_in("alan"), sign_in("berta")
    alan.goto(f"{desk.url}/desk/")
    berta.goto(f"{desk.url}/desk/")
    log = visitor.locator(".log")

    # nothing is kept before a chat was begun
    visitor.get_by_role("button", name="Chat mit der IT-Hilfe").click()
    assert visitor.evaluate("document.cookie.length + sessionStorage.length + localStorage.length") == 0
    visitor.locator(".start textarea").fill("Der Etikettendrucker streikt")
    visitor.get_by_role("button", name="Chat beginnen").click()
    expect(log).to_contain_text("Der Etikettendrucker streikt")

    # it stands in Alan's corner and in nobody else's; he answers, and the words are there without a reload
    waits = alan.locator(".call-now", has_text="Jemand wartet im Chat")
    waits.get_by_role("button", name="Chat annehmen").click()
    expect(log).to_contain_text("Alan Yildiz antwortet.")
    expect(berta.locator(".call-now")).to_have_count(0)
    answer = alan.get_by_placeholder("Ihre Antwort")
    answer.fill("Leuchtet etwas?")
    answer.press("Enter")
    expect(log).to_contain_text("Leuchtet etwas?")
    field = visitor.locator("textarea:visible")
    field.press_sequentially("Ja")
    expect(alan.locator(".chat-typing")).to_contain_text("Der Besuch schreibt")
    field.press("Enter")
    expect(alan.locator("#chat-lines")).to_contain_text("Ja")

    # the line drops: what is written waits, what is answered meanwhile is asked for, nothing comes twice
    visitor.context.set_offline(True)
    field.fill("Eine rote Lampe")
    field.press("Enter")
    expect(visitor.locator(".state").first).to_be_attached()
    expect(log.locator(".unsent")).to_contain_text("Eine rote Lampe")
    alan.get_by_placeholder("Ihre Antwort").fill("Ich frage die zweite Ebene")
    alan.get_by_placeholder("Ihre Antwort").press("Enter")
    expect(alan.locator("#chat-lines")).to_contain_text("zweite Ebene")
    visitor.context.set_offline(False)
    expect(alan.locator("#chat-lines")).to_contain_text("Eine rote Lampe")
    expect(log).to_contain_text("Ich frage die zweite Ebene")
    visitor.reload()
    expect(log.locator("li", has_text="Eine rote Lampe")).to_have_count(1)
    expect(log.locator("li", has_text="Der Etikettendrucker streikt")).to_have_count(1)

    # up to level 2 with everything that was said
    alan.get_by_text("Laufenden Chat weitergeben").click()
    alan.locator("#chat-to").select_option(label="2 · Arbeitsplatz & Druck")
    alan.locator("#chat-reason").fill("Treiber auf dem Druckserver")
    alan.get_by_role("button", name="Chat anbieten").click()
    berta.locator(".call-now.is-offered").get_by_role("link", name="Lesen").click()
    expect(berta.locator("#chat-lines")).to_contain_text("Eine rote Lampe")
    berta.locator("main").get_by_role("button", name="Annehmen").click()
    expect(log).to_contain_text("Berta Krüger übernimmt")
    expect(alan.locator("main")).to_contain_text("Nur wer den Chat führt")
    berta.get_by_placeholder("Ihre Antwort").fill("Erledigt")
    berta.get_by_placeholder("Ihre Antwort").press("Enter")
    expect(log).to_contain_text("Erledigt")
    berta.get_by_role("button", name="Chat beenden").click()
    visitor.get_by_role("button", name="5 / 5").click()
    expect(visitor.locator(".box")).to_contain_text("Danke für die Rückmeldung")
    berta.get_by_role("link", name="Der Etikettendrucker streikt").click()
    for words in ("Eine rote Lampe", "Ich frage die zweite Ebene", "Treiber auf dem Druckserver", "Erledigt"):
        expect(berta.locator("#entries").get_by_text(words, exact=True).first).to_be_attached()
