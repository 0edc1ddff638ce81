"""A passkey in Chromium: made on the way in because the role needs it, used to sign in, and as the second factor."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.cast import Cast

from dreiklang.accounts.commands import second_factor
from dreiklang.accounts.models import Account
from dreiklang.kernel.permissions import system

PASSWORD = "a-sentence-to-remember"


@pytest.fixture(scope="module", autouse=True)
def asynchronous() -> Iterator[None]:
    """Playwright runs a loop in this thread; the tests' own looks into the database are made beside it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture
def alan(asynchronous: None, live_server: LiveServer, cast: Cast, settings: object) -> Account:
    """Alan with a password, on a desk that browsers call localhost: passkeys know no bare addresses."""
    settings.PUBLIC_URL = live_server.url  # type: ignore[attr-defined]
    account = cast.alan.account
    assert account is not None
    account.set_password(PASSWORD)
    account.save()
    return account


def with_device(page: Page) -> None:
    """The browser has a device of its own that knows its owner's finger."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    about = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": about})


def type_password(page: Page, address: str, account: Account) -> None:
    """The first factor."""
    page.goto(f"{address}/sign-in/")
    page.fill("input[name=login]", account.login)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")


def test_p23_a_passkey_is_made_on_the_way_in_and_opens_the_desk(
    live_server: LiveServer, browser: Browser, alan: Account
) -> None:
    second_factor.demand_second_factor(["agent"], actor=system("test"))
    page = browser.new_context(locale="en-GB").new_page()
    problems: list[str] = []
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    with_device(page)
    type_password(page, live_server.url, alan)
    expect(page).to_have_url(f"{live_server.url}/sign-in/second/needed/")
    page.fill("#new-passkey", "Laptop")
    page.click("form[data-passkey=create] button")
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    page.goto(f"{live_server.url}/sign-in/account/")
    expect(page.locator(".door-sessions input[name=name]")).to_have_value("Laptop")
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/sign-in/?next=/sign-in/account/")
    page.click("form[data-passkey=get] button")
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    page.context.clear_cookies()
    type_password(page, live_server.url, alan)
    expect(page).to_have_url(f"{live_server.url}/sign-in/second/")
    page.click("form[data-passkey=get] button")
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    # what a single test server has no use for: the stream of live news on the port beside it
    assert not [said for said in problems if "ERR_CONNECTION_REFUSED" not in said and "EventSource" not in said]
    page.context.close()
