"""Into the desk without a password, by a mailed link; and a forgotten password, by another one."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect
from tests.journeys.served import PASSWORD, Served, body_of

NEW = "ein-anderes-Kennwort-27"


def visitor(browser: Browser, desk: Served, address: str = "/sign-in/") -> Page:
    """A browser that has never been here."""
    page = browser.new_context(viewport={"width": 390, "height": 844}, locale="de-DE").new_page()
    page.goto(f"{desk.url}{address}")
    return page


def mailed_link(desk: Served, address: str, purpose: str, after: int) -> str:
    """The link of the next mail to somebody."""
    mail = desk.sink.wait_for(address, containing=f"/sign-in/{purpose}/", after=after)
    found = re.search(rf"{re.escape(desk.url)}/sign-in/{purpose}/\S+", body_of(mail))
    assert found, body_of(mail)
    return found[0].removeprefix(desk.url)


def test_a_mailed_link_signs_a_requester_in_once(desk: Served, browser: Browser) -> None:
    before = len(desk.sink.mails)
    page = visitor(browser, desk)
    page.fill("input[name=login]", "karl@klinikum.example")
    page.get_by_role("button", name="Link zum Anmelden").click()
    expect(page.get_by_text("karl@klinikum.example").first).to_be_visible()
    link = mailed_link(desk, "karl@klinikum.example", "link", before)
    # whoever opens a link only sees a button: programs that look through mails open links, too
    for _scanner in range(2):
        page.goto(f"{desk.url}{link}")
        expect(page.get_by_role("button", name="Anmelden")).to_be_visible()
    page.get_by_role("button", name="Anmelden").click()
    page.wait_for_url(re.compile(r"^(?!.*sign-in)"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    again = visitor(browser, desk, link)
    expect(again.get_by_role("button", name="Anmelden")).to_have_count(0)
    for opened in (page, again):
        opened.context.close()


def test_a_forgotten_password_is_set_anew(desk: Served, browser: Browser) -> None:
    before = len(desk.sink.mails)
    page = visitor(browser, desk, "/sign-in/forgotten/")
    page.fill("input[name=login]", "dora@haus.example")
    page.locator("form:has(input[name=login]) button[type=submit]").click()
    link = mailed_link(desk, "dora@haus.example", "password", before)
    page.goto(f"{desk.url}{link}")
    page.fill("input[name=password]", "kurz")
    page.fill("input[name=again]", "kurz")
    page.locator("form:has(input[name=again]) button[type=submit]").click()
    # a weak password does not use the link up
    expect(page.locator("[role=alert], .form-error").first).to_be_visible()
    page.fill("input[name=password]", NEW)
    page.fill("input[name=again]", NEW)
    page.locator("form:has(input[name=again]) button[type=submit]").click()
    page.wait_for_url(re.compile(r"/desk/"))
    late = visitor(browser, desk)
    late.fill("input[name=login]", "dora@haus.example")
    late.fill("input[name=password]", PASSWORD)
    late.press("input[name=password]", "Enter")
    expect(late.locator("[role=alert], .form-error").first).to_be_visible()
    expect(late.locator("input[name=login]")).to_have_value("dora@haus.example")
    late.fill("input[name=password]", NEW)
    late.press("input[name=password]", "Enter")
    late.wait_for_url(re.compile(r"/desk/"))
    for opened in (page, late):
        opened.context.close()
