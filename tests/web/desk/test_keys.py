"""Single keys: one table for sheet, preferences and script; changed, switched off, given back (WCAG 2.1.4)."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from pathlib import Path

from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.tickets.models import Ticket
from dreiklang.web import keys

Browser = Callable[[str], Client]
TEMPLATES = Path(keys.__file__).parent / "templates"
BASE = {"language": "de", "theme": "system", "density": "dense", "single_keys": "on"}


def chosen(**changes: str) -> dict[str, str]:
    """The form of the preferences with some keys changed, by what they do usually."""
    fields = {f"key-{ord(usual)}": usual for usual in keys.KEYS}
    return {**BASE, **fields, **{f"key-{ord(usual)}": own for usual, own in changes.items()}}


def mapped(client: Client) -> dict[str, str]:
    """What the script of a page is told."""
    page = client.get(reverse("desk:preferences")).content.decode()
    found = re.search(r'data-keys-map-value="([^"]*)"', page)
    assert found is not None
    told: dict[str, str] = json.loads(html.unescape(found[1]))
    return told


def test_a_key_is_changed_and_its_usual_one_is_free(browser: Browser, cast: Cast) -> None:
    alan = browser("alan")
    assert mapped(alan) == {}
    alan.post(reverse("desk:preferences"), chosen(r="y"))
    assert mapped(alan) == {"r": "", "y": "r"}
    alan.post(reverse("desk:preferences"), chosen(r="n", n="r"))
    assert mapped(alan) == {"n": "r", "r": "n"}
    alan.post(reverse("desk:preferences"), chosen())
    assert mapped(alan) == {}


def test_a_key_twice_is_refused_at_its_field_and_nothing_is_lost(browser: Browser, cast: Cast) -> None:
    answer = browser("alan").post(reverse("desk:preferences"), {**chosen(r="n"), "theme": "dark"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "bedeutet bereits" in page
    assert re.search(r'value="dark" checked', page)
    assert mapped(browser("alan")) == {}


def test_every_key_of_a_screen_stands_in_the_table() -> None:
    used = set()
    for template in TEMPLATES.rglob("*.html"):
        used |= set(re.findall(r'data-key="([^"{])"', template.read_text(encoding="utf-8")))
    assert used <= set(keys.KEYS)


def test_every_place_to_go_to_stands_on_the_sheet() -> None:
    used = set()
    for source in (TEMPLATES.parent / "desk").glob("*.py"):
        used |= set(re.findall(r"""goto(?:=|": )"([a-z])\"""", source.read_text(encoding="utf-8")))
    told = {str(pressed[1]) for pressed, _words in keys.FIXED if pressed[0] == "g"}
    assert len(used) > 5
    assert used <= told


def test_no_two_keys_of_a_ticket_page_clash(browser: Browser, ticket: Ticket) -> None:
    page = browser("alan").get(reverse("desk:ticket", args=[ticket.number])).content.decode()
    found = re.findall(r'data-key="([^"]+)"', page)
    assert {key for key in found if found.count(key) > 1} == set()
    assert set(found) <= set(keys.KEYS)
