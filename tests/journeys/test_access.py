"""For everyone: axe on pages in their states, 400 % zoom without scrolling both ways, keyboard alone, a phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.journeys import scenes
from tests.journeys.conftest import SignIn
from tests.journeys.hands import Hands, expect_no_sheet, focused
from tests.journeys.served import ROOT, Served

AXE = Path(ROOT, "node_modules", "axe-core", "axe.min.js")
#: Sheets of a ticket and what opens them.
SHEETS = "ephswlu"
CONTROL = ("", "organizations/", "persons/", "categories/", "rules/", "mailboxes/", "teams/", "agreements/")


def faults(page: Page) -> list[str]:
    """What axe finds, with the element."""
    if not page.evaluate("window.axe !== undefined"):
        page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def test_the_desk_is_accessible_in_its_states(desk: Served, sign_in: SignIn) -> None:
    (number,) = scenes.tickets(desk, ["Für axe"])
    page = sign_in("alan", is_looked_at=True)
    page.goto(f"{desk.url}/desk/tickets/{number}/")
    expect(page.locator(".staff svg, svg.staff").first).to_be_visible()
    expect(page.locator("#worklist .row-open").first).to_be_visible()
    assert not faults(page)
    for key in SHEETS:
        page.locator("body").press(key)
        expect(page.locator("#sheet dialog[open]")).to_be_visible()
        assert not faults(page), key
        page.keyboard.press("Escape")
        expect_no_sheet(page)
    page.keyboard.press("Control+k")
    page.keyboard.type("zustand:")
    expect(page.locator("#palette [data-complete]").first).to_be_visible()
    assert not faults(page)
    page.keyboard.press("Control+a")
    page.keyboard.type("axe")
    expect(page.locator("#palette-hits a").first).to_be_visible()
    assert not faults(page)
    page.keyboard.press("Escape")
    page.locator("#worklist .row-open").first.focus()
    page.keyboard.press(" ")
    expect(page.locator("#glance")).to_be_visible()
    assert not faults(page)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys-sheet")).to_be_visible()
    assert not faults(page)


@pytest.mark.parametrize("name", ["alan", "ada"])
def test_pages_are_accessible(desk: Served, sign_in: SignIn, name: str) -> None:
    page = sign_in(name, is_looked_at=True)
    places = ("desk/views/", "desk/search/?q=zustand:weg", "desk/preferences/", "desk/tickets/new/", "desk/news/")
    for place in places if name == "alan" else tuple(f"control/{one}" for one in CONTROL):
        page.goto(f"{desk.url}/{place}")
        assert not faults(page), place


def test_nothing_scrolls_both_ways_at_400_percent(desk: Served, sign_in: SignIn) -> None:
    (number,) = scenes.tickets(desk, ["Donaudampfschifffahrtsgesellschaftskapitänsmützenablage klemmt"])
    pages = {
        "alan": ["desk/", f"desk/tickets/{number}/", "desk/search/?q=klemmt", "desk/views/", "desk/preferences/",
                 "desk/tickets/new/", f"desk/tickets/{number}/handover/"],
        "ada": ["control/", "control/persons/", "control/categories/", "control/rules/new/"],
    }  # fmt: skip
    for name, places in pages.items():
        page = sign_in(name, width=320, height=640)
        for place in places:
            page.goto(f"{desk.url}/{place}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, place
    rita = sign_in("rita", "klinikum.example", width=320, height=640)
    for place in ("portal/", f"portal/tickets/{number}/", "portal/tickets/"):
        rita.goto(f"{desk.url}/{place}")
        assert rita.evaluate("document.documentElement.scrollWidth") <= 320, place


def is_marked(page: Page) -> bool:
    """Whether the focus can be seen: an outline or a ring on the control, or on what it stands in."""
    return bool(
        page.evaluate(
            """(() => { for (let e = document.activeElement, n = 0; e && n < 4; e = e.parentElement, n += 1) {
            const s = getComputedStyle(e);
            if ((s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== "none") return true;
        } return false; })()"""
        )
    )


def tab_to(page: Page, hands: Hands, selector: str, most: int = 60) -> None:
    """Tab until a control has the focus; it is seen at every stop."""
    for _step in range(most):
        hands.press("Tab")
        if focused(page) == "BODY":  # the page is only just there
            continue
        assert is_marked(page), focused(page)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} was not reached; the focus is on {focused(page)}")


def test_a_requester_reports_and_answers_by_keyboard(desk: Served, sign_in: SignIn) -> None:
    page = sign_in("rita", "klinikum.example")
    hands = Hands(page)
    hands.watch()
    tab_to(page, hands, "#field-text")
    hands.type("Der Beamer im Hörsaal bleibt dunkel")
    tab_to(page, hands, ".btn-send")
    hands.press("Enter")
    page.wait_for_url(re.compile(r"/portal/tickets/\d+/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Der Beamer im Hörsaal")
    tab_to(page, hands, "textarea[name=text]")
    hands.type("Es ist der große Hörsaal.")
    tab_to(page, hands, "form button[type=submit]")
    hands.press("Enter")
    expect(page.locator(".talk").get_by_text("Es ist der große Hörsaal.").first).to_be_visible()
    assert hands.used_no_mouse()


def test_an_administrator_makes_a_category_by_keyboard(desk: Served, sign_in: SignIn) -> None:
    page = sign_in("ada")
    page.goto(f"{desk.url}/control/")
    hands = Hands(page)
    expect(page.locator("#q")).to_be_focused()
    hands.type("Kategorien")
    hands.press("Enter")
    page.wait_for_url(re.compile("q="))
    tab_to(page, hands, "main .section-card")
    hands.press("Enter")
    page.wait_for_url(re.compile("/control/categories/"), wait_until="load")
    tab_to(page, hands, "main a.btn-main")
    hands.press("Enter")
    page.wait_for_url(re.compile("/control/categories/new/"), wait_until="load")
    tab_to(page, hands, "main input[name=name_de]")
    hands.type("Beamer")
    hands.press("Tab")
    hands.type("Projectors")
    hands.press("Enter")
    page.wait_for_url(lambda url: "/new/" not in url)
    expect(page.locator("main").get_by_text("Beamer").first).to_be_visible()


def test_a_handover_on_the_phone(desk: Served, sign_in: SignIn) -> None:
    (number,) = scenes.tickets(desk, ["Unterwegs übergeben"])
    alan = sign_in("alan", width=390, height=844)
    alan.locator(".row-open", has_text="Unterwegs übergeben").click()
    expect(alan.locator("#ticket-subject")).to_be_visible()
    alan.get_by_role("button", name=re.compile("An Level 2 übergeben")).click()
    sheet = alan.locator("dialog[open]")
    for name in ("reason", "observations", "question"):
        sheet.locator(f"textarea[name={name}]").fill("Vor Ort gesehen")
    sheet.locator("input[name=step]").first.fill("Neu gestartet")
    expect(sheet.locator("[data-gate-target=button]")).to_have_attribute("aria-disabled", "true")
    sheet.locator("input[name=step_result]").first.fill("half nicht")
    box = sheet.bounding_box()
    assert box is not None
    assert box["width"] <= 390
    sheet.locator("[data-gate-target=button]").click()
    expect_no_sheet(alan)
    berta = sign_in("berta", width=390, height=844)
    berta.goto(f"{desk.url}/desk/tickets/{number}/")
    berta.get_by_role("button", name=re.compile("^Annehmen")).click()
    expect(berta.locator("#ticket-head")).to_contain_text("Berta")
    assert berta.evaluate("document.documentElement.scrollWidth") <= 390
    assert scenes.states(desk, [number])[number][1] == 2
