"""A morning at level 1: twenty tickets, by keyboard alone, every keystroke counted, no mouse."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect
from tests.journeys import scenes
from tests.journeys.conftest import SignIn
from tests.journeys.hands import Hands, expect_no_sheet, expect_sheet, focused
from tests.journeys.served import Served

COUNT = 20
#: Commands a ticket may take on the whole: 'next', 'begin', what is done, 'send'.
MOST_PRESSES = 8


def number_of(page: Page) -> int:
    found = re.search(r"/tickets/(\d+)/", page.url)
    assert found, page.url
    return int(found[1])


def begin_next(hands: Hands) -> int:
    """q shows which is next and why, Enter begins with it."""
    page, former = hands.page, hands.page.url
    hands.press("q")
    expect_sheet(page, "[data-focus]")
    hands.press("Enter")
    page.wait_for_url(lambda url: url != former and "/tickets/" in url, wait_until="load")
    expect(page.locator("#composer .composer-tab").first).to_be_visible()
    hands.watch()
    return number_of(page)


def solve(hands: Hands) -> None:
    hands.press("s")
    expect_sheet(hands.page, "#resolve-text")
    hands.type("Erledigt, bitte prüfen.")
    hands.press("Control+Enter")
    expect_no_sheet(hands.page)


def classify(hands: Hands) -> None:
    hands.press("e")
    expect_sheet(hands.page, "#class-kind")
    hands.press("Tab", "Tab", "ArrowUp", "Control+Enter")  # urgency, one step up
    expect_no_sheet(hands.page)


def answer(hands: Hands) -> None:
    hands.press("r")
    expect(hands.page.locator("#rich-message")).to_be_focused()
    hands.type("::gr")
    expect(hands.page.locator("#suggest-message [role=option]").first).to_be_visible()
    hands.press("Enter")
    expect(hands.page.locator("#rich-message")).to_contain_text("Guten Tag Rita Weber,")
    hands.type(" wir sehen es uns an.")
    hands.press("Control+Enter")
    expect(hands.page.locator("#entries").get_by_text("wir sehen es uns an").first).to_be_visible()


def note(hands: Hands) -> None:
    hands.press("Escape", "n")
    expect(hands.page.locator("#text-note")).to_be_focused()
    hands.type("Neustart half nicht.")
    hands.press("Control+Enter")
    expect(hands.page.locator("#entries").get_by_text("Neustart half nicht.").first).to_be_visible()
    hands.press("Escape")


def park(hands: Hands) -> None:
    hands.press("p")
    expect_sheet(hands.page, "input[name=reason]")
    hands.press("Control+Enter")
    expect_no_sheet(hands.page)


def hand_over(hands: Hands) -> None:
    page = hands.page
    hands.press("h")
    sheet = page.locator("dialog[open]")
    expect(sheet.locator("[data-gate-target=button]")).to_have_attribute("aria-disabled", "true")
    for _field in range(12):
        if sheet.locator("[data-gate-target=button]").get_attribute("aria-disabled") == "false":
            break
        if page.evaluate("document.activeElement.matches('textarea, input[type=text], input:not([type])')"):
            hands.type("geprüft")
        hands.press("Tab")
    expect(sheet.locator("[data-gate-target=button]")).to_have_attribute("aria-disabled", "false")
    hands.press("Control+Enter")
    expect_no_sheet(page)


def test_twenty_tickets_by_keyboard_alone(
    desk: Served, sign_in: SignIn, record_property: Callable[[str, object], None]
) -> None:
    wanted = set(scenes.tickets(desk, [f"Fall {n} am Morgen" for n in range(COUNT)]))
    page = sign_in("alan")
    hands, worked = Hands(page), set()
    for turn in range(COUNT + 10):
        if wanted <= worked:
            break
        worked.add(begin_next(hands))
        if turn == 0:
            classify(hands)
            answer(hands)
            note(hands)
        if turn % 7 == 3:
            park(hands)
        elif turn % 10 == 5:
            hand_over(hands)
        else:
            solve(hands)
        assert focused(page) != "BODY", "the focus was lost"
        assert hands.used_no_mouse()
    found = scenes.states(desk, wanted)
    assert wanted <= worked
    assert {state for state, _level in found.values()} == {"resolved", "waiting", "open"} or len(found) == COUNT
    assert all(state in ("resolved", "waiting") or level == 2 for state, level in found.values())
    assert hands.presses / len(worked) <= MOST_PRESSES
    record_property(
        "figure", f"{len(worked)} tickets, {hands.presses} keystrokes and {hands.letters} letters, no mouse"
    )
