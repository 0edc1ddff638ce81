"""Every page of the desk, the portal, control, sign-in and the public face: for axe, on a phone, and at 400 % zoom.

The pages are those of the URL resolver, so that a new one cannot be forgotten: an address without a page says why in
a table here. The browser asks the application itself, in the test's own transaction; no server stands between.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextvars import copy_context
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Browser, Page, Route
from tests.cast import Cast
from tests.journeys.test_access import AXE
from tests.web.control.test_control_pages import ids as _ids
from tests.web.hostile.test_every_address import ADDRESSES, ARGUMENT, WHO
from tests.web.hostile.world import argument, make_world

from dreiklang.approvals.commands.voting import make_vote_link
from dreiklang.approvals.models import Vote
from dreiklang.communication.commands.answering import make_answer_link
from dreiklang.kernel.permissions import system
from dreiklang.knowledge.commands.opening_up import set_public_pages
from dreiklang.knowledge.models import Edition
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.resolution import resolve

ids = _ids
HOST = "http://desk.test"
#: Who opens a page that is not for the one who opens its neighbours.
WHO_ELSE = {
    "/desk/board/": "max", "/desk/numbers/tickets/": "max", "/desk/exercises/new/": "max", "/desk/skills/": "max",
    "/desk/exercises/<int:exercise_id>/settings/": "max", "/desk/knowledge/glossary/": "max",
    "/desk/ready-made/": "max", "/desk/lessons/": "max", "/desk/processes/": "max", "/desk/on-duty/": "max",
    "/sign-in/$": "", "/sign-in/forgotten/": "", "/knowledge/": "",
    "/portal/organization/": "karl", "/portal/agreements/": "karl", "/portal/tickets/<int:number>/files/": "rita",
}  # fmt: skip
#: Arguments that are no row of the world: part of the address → argument → value.
WORDS = {
    "/desk/ready-made/": {"slug": "text-blocks"},
    "/revisions/": {"number": 1},
}
#: Part of an address → why no page opens there in this world.
NOT_HERE = {
    "/control/assistance/<": "nothing has been learned yet",
    "/control/disclosures/<": "the package is being made",
    "/control/incoming/<": "no mail is held",
    "/control/mailboxes/answer/": "only for who comes back from a provider",
    "/state/": "how far a run has come, a part of another page",
    "/desk/agreements/<": "no agreement stands here",
    "/desk/bulk/<": "no bulk run",
    "/pictures/<": "a file",
    "/files/<": "a file",
    "/originals/<": "a frame within a page",
    "/t/calendar/": "a file",
    "/effect/": "a part of another page",
    "/desk/outages/<": "no outage",
    "/desk/shift-book/<": "a part of another page",
    "/lessons/": "a sheet of another page",
    "/machine/": "a part of another page",
    "/vendors/<": "a sheet, no case is open",
    "/desk/visits/<": "a sheet, no visit is planned",
    "/portal/agreements/<": "no agreement stands here",
    "/portal/profile/data/<": "a file",
    "/sign-in/identity/<": "a used link",
    "/sign-in/invitation/<": "a used link",
    "/glossary/<": "no entry",
    "/ready-made/<slug:slug>/<": "none is made",
    "/skills/people/<": "not of the leader's teams",
    "/numbers/tickets/": "opened from a figure, by its query",
    "/desk/processes/<": "its argument names a row of one of several tables",
    "/sign-in/link/<": "a used link",
    "/sign-in/password/<": "a used link",
    "/sign-in/with/<": "no sign-in service is set",
}
#: Shown inside a frame of another page, and tested there.
FRAMES = ("/desk/originals/", "/desk/drafts/")
#: What stands wider than its place and is cut off on purpose: it ends in dots, scrolls by itself, or is for ears only.
MEASURE = """() => {
  const seen = (e) => e.checkVisibility?.({ checkVisibilityCSS: true, checkOpacity: true }) !== false;
  const wide = document.documentElement.scrollWidth;
  const out = wide > innerWidth ? [`scrolls sideways: ${wide} in ${innerWidth}`] : [];
  for (const e of document.querySelectorAll("body *")) {
    if (e.scrollWidth <= e.clientWidth + 1 || e.clientWidth < 2 || !seen(e)) continue;
    if (e.closest(".visually-hidden, svg")) continue;
    const style = getComputedStyle(e);
    if (!["hidden", "clip"].includes(style.overflowX) || style.textOverflow === "ellipsis") continue;
    if (style.webkitLineClamp !== "none" || ["INPUT", "SELECT"].includes(e.tagName)) continue;
    out.push(`cut off: ${e.outerHTML.slice(0, 120)} ${e.scrollWidth} in ${e.clientWidth}`);
  }
  return out;
}"""


class Application:
    """Answers the browser's requests by calling the application, each path by whoever may do most there."""

    def __init__(self, cast: Cast) -> None:
        # The browser calls back in a context of its own, which knows neither our transaction nor our clock.
        self.context = copy_context()
        self.clients: dict[str, Client] = {}
        for who in {"ada", *WHO.values(), *WHO_ELSE.values()}:
            self.clients[who] = Client(raise_request_exception=False)
            if who:
                self.clients[who].force_login(cast.persons[who].account, "dreiklang.accounts.backends.PasswordBackend")

    def client_for(self, path: str) -> Client:
        """The browser of whoever that part of the application is for."""
        pattern = re.compile(r"<[^>]+>")
        other = (who for part, who in WHO_ELSE.items() if re.match(pattern.sub("[^/]+", part), path))
        return self.clients[next(other, WHO.get(path.split("/")[1], "ada"))]

    def answer(self, route: Route) -> None:
        """Fulfil a request of the page: a file of ours, or what the application says."""
        parts = urlsplit(route.request.url)
        if parts.path.startswith("/static/"):
            found = finders.find(parts.path.removeprefix("/static/"))
            route.fulfill(path=found) if found else route.abort()
        elif not route.request.url.startswith(HOST) or route.request.method != "GET":
            route.abort()
        else:
            headers = {k: v for k, v in route.request.headers.items() if k.startswith("hx-")}
            where = f"{parts.path}?{parts.query}" if parts.query else parts.path
            said = self.context.run(self.client_for(parts.path).get, where, headers=headers)
            kept = {k: v for k, v in said.headers.items() if k.lower() != "content-security-policy"}
            route.fulfill(status=said.status_code, headers=kept, body=said.getvalue())


@pytest.fixture
def page(browser: Browser, cast: Cast) -> Iterator[Page]:
    """A page of a browser that knows only the application of this test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="de-DE", service_workers="block")
    context.route("**/*", Application(cast).answer)
    yield context.new_page()
    context.close()


def filled(part: str, request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Fills the arguments of addresses of that part: with the rows of control's own test, or with those of a world."""
    if part == "control":
        rows = request.getfixturevalue("ids")
        return lambda pattern: ARGUMENT.sub(lambda found: str(rows[found[1]]), pattern)
    cast = request.getfixturevalue("cast")
    world = make_world(cast)
    solved = open_ticket(cast.rita, actor=cast.actor("alan"), subject="Etiketten", channel="phone")
    resolve(solved, actor=cast.actor("alan"), text="Druckt wieder.")
    solved.refresh_from_db()
    set_public_pages(actor=cast.actor("ada"), is_on=True)

    def fill(pattern: str) -> str:
        purpose = pattern.split("/")[2] if pattern.startswith("/t/") else ""
        if purpose in ("confirm", "reopen", "escalate"):
            return ARGUMENT.sub(
                make_answer_link(world if purpose == "escalate" else solved, purpose=purpose, actor=system("mail")),
                pattern,
            )
        if purpose == "approval":
            return ARGUMENT.sub(make_vote_link(Vote.objects.get(), actor=system("link"), person=cast.karl), pattern)
        words = next((known for part, known in WORDS.items() if part in pattern), {})
        if pattern.startswith("/knowledge/"):
            words = {"key": Edition.objects.get().article.key}
        return ARGUMENT.sub(lambda found: str(words.get(found[1]) or argument(found[1], world)), pattern)

    return fill


def pages(part: str, fill: Callable[[str], str], application: Application) -> tuple[list[str], list[str]]:
    """The addresses that open a whole page, and those that open nothing without a word why."""
    found, unknown = [], []
    for pattern in ADDRESSES:
        if part_of(pattern) != part:
            continue
        path = fill(pattern)
        answer = application.client_for(path).get(path)
        if answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html"):
            found += [path] if b"<html" in answer.getvalue() and not path.startswith(FRAMES) else []
        elif answer.status_code not in (200, 302, 405) and not any(one in pattern for one in NOT_HERE):
            unknown.append(f"{pattern} → {path}: {answer.status_code}")
    return found, unknown


def part_of(pattern: str) -> str:
    """The part of the application an address belongs to."""
    first = pattern.split("/")[1]
    return first if first in ("control", "desk", "portal", "sign-in") else "public"


@pytest.mark.parametrize(
    ("part", "least"), [("control", 60), ("desk", 40), ("portal", 8), ("sign-in", 3), ("public", 5)]
)
def test_every_page_is_accessible_and_fits(
    page: Page, cast: Cast, request: pytest.FixtureRequest, part: str, least: int, record_property: Any
) -> None:
    found, faults = pages(part, filled(part, request), Application(cast))
    axe = AXE.read_text("utf-8")
    for path in found:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(HOST + path)
        page.evaluate(axe)
        said = page.evaluate("axe.run({ resultTypes: ['violations'] })")["violations"]
        faults += [f"{path}: {one['id']}: {node['html'][:140]}" for one in said for node in one["nodes"][:3]]
        for width in (390, 320):
            page.set_viewport_size({"width": width, "height": 844})
            faults += [f"{path} at {width}: {one}" for one in page.evaluate(MEASURE)]
    record_property("figure", f"{len(found)} pages")
    assert not faults, "\n".join(faults)
    assert len(found) >= least
