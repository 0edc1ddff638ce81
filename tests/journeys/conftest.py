"""A served desk and a browser for the journeys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from tests.journeys.served import PASSWORD, Served, served_desk

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
SignIn = Callable[..., Page]
#: A form that is refused is answered with one of these; the browser writes it down as an error of the page.
REFUSED = ("status of 409", "status of 422", "htmx:sendAbort, ", "htmx:afterRequest, ")

# How long a page may take says the bench; here a slow machine must not decide whether a journey arrives.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One desk for all journeys of a run."""
    with served_desk(tmp_path_factory.mktemp("desk")) as served:
        yield served


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    path = next(str(p) for p in map(Path, ("/usr/bin/chromium", "/usr/bin/chromium-browser")) if p.exists())
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


def is_problem(said: ConsoleMessage) -> bool:
    """Whether what a page wrote to the console is an error: neither a refused form nor a question that was replaced."""
    return said.type == "error" and not any(words in said.text for words in REFUSED)


@pytest.fixture
def sign_in(desk: Served, browser: Browser) -> Iterator[SignIn]:
    """``sign_in("alan")`` → a page of a browser of its own, signed in. Errors on any page fail the journey."""
    problems: list[str] = []
    pages: list[Page] = []

    def sign_in(
        name: str, domain: str = "haus.example", *, width: int = 1440, height: int = 900, is_looked_at: bool = False
    ) -> Page:
        """``is_looked_at``: axe shall run there, which brings styles of its own; the page's policy rests."""
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="de-DE", bypass_csp=is_looked_at
        )
        page = context.new_page()
        page.on("console", lambda m: problems.append(m.text) if is_problem(m) else None)
        page.on("pageerror", lambda e: problems.append(str(e)))
        page.goto(f"{desk.url}/sign-in/")
        page.fill("input[name=login]", f"{name}@{domain}")
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        pages.append(page)
        return page

    yield sign_in
    for page in pages:
        page.context.close()
    assert not problems
