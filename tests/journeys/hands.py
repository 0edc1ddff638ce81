"""A keyboard that is counted, and a watch that no mouse was used."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page, expect

_WATCH = """() => { window.__mouse = 0;
for (const kind of ["mousedown", "pointerdown", "touchstart"])
  document.addEventListener(kind, () => { window.__mouse += 1; }, true); }"""


@dataclass
class Hands:
    """Presses keys on a page, and counts: commands one by one, the letters of texts apart."""

    page: Page
    presses: int = 0
    letters: int = 0

    def press(self, *keys: str) -> None:
        """Press some keys, one after another."""
        for key in keys:
            self.page.keyboard.press(key)
            self.presses += 1

    def type(self, text: str) -> None:
        """Write a text."""
        self.page.keyboard.type(text)
        self.letters += len(text)

    def watch(self) -> None:
        """From now on a mouse would be noticed, on this document."""
        self.page.evaluate(_WATCH)

    def used_no_mouse(self) -> bool:
        """Whether none was used since, on this document."""
        return not self.page.evaluate("window.__mouse || 0")


def focused(page: Page) -> str:
    """What has the focus: its tag, id and name in one word; ``BODY`` where it was lost."""
    found = page.evaluate("(({tagName, id, name}) => [tagName, id, name || ''].join(' '))(document.activeElement)")
    return str(found).strip()


def expect_sheet(page: Page, field: str) -> None:
    """A sheet is open and its field has the focus."""
    expect(page.locator(f"dialog[open] {field}").first).to_be_focused()


def expect_no_sheet(page: Page) -> None:
    """The sheet is done."""
    expect(page.locator("#sheet dialog")).to_have_count(0)
