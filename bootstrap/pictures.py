"""`make pictures`: every page of the demo desk in German and English, wide and narrow, light and dark, for looking.

The pages are found as a person finds them, by following links from where each of the demo's people begins; of
pages that differ only in numbers one is taken. The pictures lie in ``pictures/<language>-<width>-<look>/``; the one
for the README, the desk of level 2, is kept in ``docs/pictures/desk.png``.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from urllib.parse import urljoin, urlsplit

import debian_cluster
import system
from words import ROOT, VENV, Missing, say, stop

PICTURES = ROOT / "pictures"
FOR_README = ROOT / "docs" / "pictures" / "desk.png"
SIZES = {"wide": {"width": 1440, "height": 900}, "narrow": {"width": 390, "height": 844}}
LOOKS = ("light", "dark")
LANGUAGES = ("de", "en")
#: The demo's people whose ways are followed, by a word on their sign-in button.
PEOPLE = {
    "level-1": "Alan Yildiz",
    "level-2": "Berta Krüger",
    "administrator": "Ada Lindner",
    "requester": "Rita Weber",
}
MOST_PAGES_EACH = 40
NOT_FOLLOWED = re.compile(r"/(out|rows|static|api|attachments?|files?|originals?|live)/|\.(csv|eml|json)$")


@contextlib.contextmanager
def demo():
    """A demo desk on a free port, in the house's demo home; yields its address and ends with us."""
    port = next(p for p in iter(debian_cluster.free_port, None) if p < 65000)
    log = (ROOT / "var" / "pictures.log").open("wb")
    child = subprocess.Popen(
        [VENV / "bin" / "dreiklang", "demo", "--port", str(port)],
        cwd=ROOT,
        stdout=log,
        stderr=log,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address, child)
        yield address
    finally:
        child.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(60)


def wait_for(address, child):
    """Until the sign-in page answers; filling the demo may take its time."""
    for _ in range(600):
        if child.poll() is not None:
            raise Missing(f"The demo ended: {(ROOT / 'var' / 'pictures.log').read_text()[-800:]}")
        try:
            urllib.request.urlopen(address + "/sign-in/", timeout=5).close()
            return
        except OSError:
            time.sleep(0.5)
    raise Missing("The demo did not answer within five minutes.")


def sign_in(page, address, name, language):
    """By the button of one of the demo's people; False where the demo has no such person."""
    page.goto(address + "/sign-in/")
    button = page.locator("button.demo-row", has_text=name)
    if not button.count():
        return False
    button.first.click()
    page.wait_for_load_state("load")
    begin = page.url
    token = next(c["value"] for c in page.context.cookies() if c["name"] == "csrftoken")
    page.request.post(
        address + "/sign-in/language/",
        form={"csrfmiddlewaretoken": token, "language": language},
        headers={"Referer": begin},
    )
    page.goto(begin)
    return True


def pages_from(page, address):
    """Addresses of pages that can be reached from here, one of each kind."""
    begin = urlsplit(page.url).path
    found, queue, seen = [], [begin], {kind_of(begin)}
    while queue and len(found) < MOST_PAGES_EACH:
        path = queue.pop(0)
        answer = page.goto(urljoin(address, path))
        if answer is None or not answer.ok or "html" not in answer.headers.get("content-type", ""):
            continue
        found.append(path)
        for link in page.eval_on_selector_all(
            "a[href]",
            "links => links.map(link => link.href.baseVal ? new URL(link.href.baseVal, location).href : link.href)",
        ):
            parts = urlsplit(link)
            if f"{parts.scheme}://{parts.netloc}" != address or NOT_FOLLOWED.search(parts.path):
                continue
            if kind_of(parts.path) not in seen:
                seen.add(kind_of(parts.path))
                queue.append(parts.path)
    return found


def kind_of(path):
    """An address without its numbers and tokens: pages of one kind look alike."""
    return re.sub(r"/[^/]*\d[^/]*", "/0", path)


def file_name(who, path):
    """The picture's name: who sees it, and which page."""
    words = re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "start"
    return f"{who}--{words}.png"


def take(browser, address):
    """All pictures; returns how many."""
    taken = 0
    for language in LANGUAGES:
        for who, name in PEOPLE.items():
            paths = None
            for look in LOOKS:
                for size, viewport in SIZES.items():
                    context = browser.new_context(viewport=viewport, color_scheme=look, locale=language)
                    page = context.new_page()
                    if not sign_in(page, address, name, language):
                        say(f"The demo has nobody called {name}.")
                        context.close()
                        continue
                    paths = paths or pages_from(page, address)
                    for path in paths:
                        taken += picture(
                            page, address, path, PICTURES / f"{language}-{size}-{look}" / file_name(who, path)
                        )
                    context.close()
            say(f"{language}, {who}: {len(paths or ())} pages")
    return taken


def picture(page, address, path, file):
    """One picture, when the page has come to rest."""
    page.goto(urljoin(address, path))
    page.wait_for_timeout(250)
    file.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(file))
    return 1


def for_readme(browser, address):
    """The desk of level 2 with a ticket that has seen several levels, for the README."""
    context = browser.new_context(viewport=SIZES["wide"], color_scheme="light", locale="en")
    page = context.new_page()
    if sign_in(page, address, PEOPLE["level-2"], "en"):
        page.goto(address + "/desk/worklists/sight/")
        rows = page.locator("a.row-open")
        if rows.count():
            rows.first.click()
            page.wait_for_selector("#main .staff, #main svg")
        page.wait_for_timeout(3000)
        FOR_README.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(FOR_README))
    context.close()


def main():
    """Entry for make."""
    from playwright.sync_api import sync_playwright

    chromium = system.program("chromium", "chromium-browser")
    if chromium is None:
        system.install_absent()
        chromium = system.program("chromium", "chromium-browser") or stop(
            "Chromium is missing: apt-get install chromium"
        )
    shutil.rmtree(PICTURES, ignore_errors=True)
    (ROOT / "var").mkdir(exist_ok=True)
    flags = ["--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
    try:
        with demo() as address, sync_playwright() as play:
            browser = play.chromium.launch(
                executable_path=chromium, args=[*flags, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
            )
            for_readme(browser, address)
            taken = take(browser, address)
            browser.close()
    except Missing as missing:
        stop(str(missing))
    say(f"{taken} pictures in {PICTURES.relative_to(ROOT)}/")
    return 0 if taken else 1


if __name__ == "__main__":
    sys.exit(main())
