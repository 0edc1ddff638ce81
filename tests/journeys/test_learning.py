"""The loop: solved on level 3, its lesson and article reach level 1, the next like case is solved there, and counts."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect
from tests.journeys.conftest import SignIn
from tests.journeys.served import Served

_HARD = """
from dreiklang.accounts.models import Account
from dreiklang.escalation.commands.handing_over import accept, hand_over
from dreiklang.escalation.rules import Case, Step
from dreiklang.organizations.models import Person
from dreiklang.teams.models import Team
from dreiklang.teams.queries import actor_for
from dreiklang.tickets.commands.classification import classify
from dreiklang.tickets.commands.conversation import receive_message
from dreiklang.tickets.commands.interventions import log_intervention
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import Category
by = lambda name: actor_for(Account.objects.get(login__startswith=name + "@"))
rita = Person.objects.get(name="Rita Weber")
category, _made = Category.objects.get_or_create(key="archive", defaults={"name": "Archiv"})
def case(subject):
    ticket = open_ticket(rita, actor=by("rita"), subject=subject, channel="portal", category=category)
    receive_message(ticket, actor=by("rita"), author=rita, text="Das Bildarchiv zeigt nur graue Flächen.")
    return ticket
"""
_UP = """
ticket = case("Bildarchiv zeigt graue Flächen")
given = Case("Server", "grau", (Step("Neu angemeldet", "nichts"),), "Netz", "Radiologie", "Anzeigedienst prüfen")
carl = by("carl")
accept(hand_over(ticket, actor=by("alan"), to_team=Team.objects.get(key="network"), case=given), actor=carl)
log_intervention(ticket, actor=carl, text="Anzeigedienst neu verbunden", outcome="helped", minutes=9)
print(json.dumps(ticket.number))
"""
_NEXT = """
print(json.dumps(case("Archiv zeigt wieder graue Flächen").number))
"""


def solve(page: Page, text: str) -> None:
    """Press s, write the solution, send it."""
    page.locator("body").press("s")
    sheet = page.locator("dialog[open]")
    sheet.locator("#resolve-text").fill(text)
    sheet.locator("button.btn-main[type=submit]").click()
    expect(page.locator("#sheet dialog")).to_have_count(0)


def test_what_level_3_solved_level_1_solves_next_time(desk: Served, sign_in: SignIn) -> None:
    hard = desk.ask(_HARD + _UP)
    carl = sign_in("carl")
    carl.goto(f"{desk.url}/desk/tickets/{hard}/")
    carl.locator("body").press("b")
    sheet = carl.locator("dialog[open]")
    sheet.locator("#back-solution").fill("Den Anzeigedienst neu verbinden.")
    sheet.locator("#back-hint").fill("Das geht auch auf Level 1: Dienst neu verbinden.")
    sheet.locator("input[name=remedy_article]").check()
    sheet.locator("button.btn-main[type=submit]").click()
    expect(carl.locator("#sheet dialog")).to_have_count(0)

    carl.goto(f"{desk.url}/desk/tickets/{hard}/article/")
    expect(carl.locator("#case-symptom")).to_have_value("Das Bildarchiv zeigt nur graue Flächen.")
    expect(carl.locator("#case-solution")).to_have_value(re.compile("Den Anzeigedienst neu verbinden."))
    expect(carl.locator(".teaching-inside")).to_contain_text("aus einer Rückgabe")
    carl.get_by_role("button", name="Als neuen Entwurf behalten").click()
    expect(carl.locator("h1")).to_contain_text("Bildarchiv")

    most = sign_in("max")
    most.goto(carl.url)
    most.get_by_role("button", name="Veröffentlichen").click()
    expect(most.get_by_text("Veröffentlicht.")).to_be_visible()

    following = desk.ask(_HARD + _NEXT)
    alan = sign_in("alan")
    alan.goto(f"{desk.url}/desk/tickets/{following}/")
    lessons = alan.locator(".side-card").filter(has_text="Level 1 kann das jetzt").first
    lessons.scroll_into_view_if_needed()
    expect(lessons).to_contain_text("Das geht auch auf Level 1")
    alan.get_by_role("button", name="Damit gelöst").first.click()
    expect(alan.get_by_role("button", name="Dieser Artikel nicht")).to_be_visible()
    solve(alan, "Die Bilder sind wieder da.")

    alan.goto(f"{desk.url}/desk/lessons/effects/")
    row = alan.locator("li").filter(has_text="Archiv").first
    expect(row).to_contain_text(re.compile(r"seither\s*0\s*von\s*1"))
    expect(row).to_contain_text("Noch ohne Aussage")
    row.get_by_role("link", name="1", exact=True).last.click()
    expect(alan.locator("main")).to_contain_text(str(following))
