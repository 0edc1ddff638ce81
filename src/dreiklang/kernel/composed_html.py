"""HTML that was composed here: kept to what an editor makes, with its twin in plain text made from the same words.

Stricter than what is allowed to arrive (``html_cleaning``): no styles, no tables, pictures only by content id. The twin
is never taken from the browser, so that the two sides of a mail cannot say different things.
"""

from __future__ import annotations

import html as html_entities
import re
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import groupby
from typing import Final

import nh3

LONGEST: Final = 1_000_000
"""Characters of composed HTML."""

_NAMES_OF_TAGS = "a b blockquote br code div em i img li ol p pre s strong u ul"
_TAGS: Final = frozenset(_NAMES_OF_TAGS.split())
_PLAIN: Final = re.compile(r"</?(?:div|p|br)\b[^>]*>")
_BLOCKS: Final = frozenset({"div", "p", "li", "ul", "ol", "blockquote", "pre"})
_LINK: Final = re.compile(r"(?:https?://[^/\\\s]|mailto:[^\s]|tel:[+\d])", re.IGNORECASE)
_CONTENT_ID: Final = re.compile(r"cid:[a-z0-9.@-]{1,100}")


@dataclass(frozen=True, slots=True)
class Composed:
    """Composed words twice: as HTML (empty if they are plain anyway) and as text."""

    html: str
    text: str
    pictures: tuple[str, ...] = ()


def composed(html: str, *, picture: Callable[[str], str] | None = None) -> Composed:
    """Clean what an editor brought, and make its plain twin.

    ``picture`` gives the content id for the address of a picture, or nothing if it is not to be had.
    """
    found: list[str] = []

    def attribute(tag: str, name: str, value: str) -> str | None:
        if name == "href":
            return value.strip() if _LINK.match(value.strip()) else None
        if name == "src":
            address = picture(value) if picture else value
            if not _CONTENT_ID.fullmatch(address):
                return None
            found.append(address[4:])
            return address
        return value

    cleaned = nh3.clean(
        html[:LONGEST],
        tags=set(_TAGS),
        attributes={"a": {"href"}, "img": {"src", "alt"}},
        attribute_filter=attribute,
        link_rel="noopener noreferrer nofollow",
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        strip_comments=True,
    )
    cleaned = re.sub(r"<img(?![^>]*\bsrc=)[^>]*>", "", cleaned)
    is_plain = "<" not in _PLAIN.sub("", cleaned)
    return Composed("" if is_plain else cleaned, plain_twin(cleaned), tuple(dict.fromkeys(found)))


def plain_twin(html: str) -> str:
    """Composed HTML as plain text: lists with their signs, quotations with ``> ``, links with their address."""
    writer = _Writer()
    writer.feed(html)
    writer.close()
    return writer.text()


def as_html(text: str) -> str:
    """Plain text as the editor keeps it: one ``div`` for a line."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "".join(f"<div>{html_entities.escape(line) or '<br>'}</div>" for line in lines)


def quoted_html(text: str) -> str:
    """Plain text with ``> `` before quoted lines as HTML: those lines as a quotation."""
    html = ""
    for is_quoted, lines in groupby(text.split("\n"), key=lambda line: line.startswith(">")):
        if is_quoted:
            html += f"<blockquote>{as_html(chr(10).join(line[1:].removeprefix(' ') for line in lines))}</blockquote>"
        else:
            html += as_html("\n".join(lines))
    return html


class _Writer(HTMLParser):
    """Writes lines while it reads tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.line = ""
        self.is_begun = False
        self.quotes = 0
        self.lists: list[int | None] = []
        self.sign = ""
        self.links: list[tuple[str, int]] = []
        self.preformatted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line where a block begins, and remember what changes how words are written."""
        given = dict(attrs)
        if tag in _BLOCKS and self.is_begun:
            self._end_line()
        if tag == "blockquote":
            self.quotes += 1
        elif tag == "pre":
            self.preformatted += 1
        elif tag in ("ul", "ol"):
            self.lists.append(1 if tag == "ol" else None)
        elif tag == "li" and self.lists:
            self._begin_item()
        elif tag == "br":
            self._end_line()
        elif tag == "img":
            self._write(f"[{given.get('alt') or '…'}]")
        elif tag == "a":
            self.links.append((given.get("href") or "", len(self.line)))

    def handle_endtag(self, tag: str) -> None:
        """End the line of a block; write a link's address behind its words if they do not say it."""
        if tag in _BLOCKS and self.is_begun:
            self._end_line()
        if tag == "p" and self.lines and self.lines[-1]:
            self.lines.append("> " * self.quotes if self.quotes else "")
        if tag == "blockquote":
            self.quotes = max(0, self.quotes - 1)
        elif tag == "pre":
            self.preformatted = max(0, self.preformatted - 1)
        elif tag in ("ul", "ol") and self.lists:
            self.lists.pop()
        elif tag == "a" and self.links:
            self._end_link(*self.links.pop())

    def handle_data(self, data: str) -> None:
        """Words: blanks run together outside of preformatted text."""
        if self.preformatted:
            first, *more = data.split("\n")
            self._write(first)
            for line in more:
                self._end_line()
                self._write(line)
            return
        words = re.sub(r"[ \t\r\n\f]+", " ", data.replace("\u200b", "")).replace("\xa0", " ")
        if words.strip() or self.is_begun:
            self._write(words if self.line else words.lstrip(" "))

    def text(self) -> str:
        """What was written, without blank lines at both ends."""
        if self.is_begun:
            self._end_line()
        return "\n".join(self.lines).strip("\n")

    def _begin_item(self) -> None:
        at = self.lists[-1]
        self.sign = "  " * (len(self.lists) - 1) + ("- " if at is None else f"{at}. ")
        if at is not None:
            self.lists[-1] = at + 1

    def _end_link(self, href: str, start: int) -> None:
        said = self.line[start:].strip()
        shown = href.removeprefix("mailto:").removeprefix("tel:")
        if said and shown and said.rstrip("/") != shown.rstrip("/"):
            self._write(f" <{shown}>")

    def _write(self, words: str) -> None:
        if self.sign:
            self.line, self.sign = self.sign + self.line, ""
        self.line += words
        self.is_begun = True

    def _end_line(self) -> None:
        kept = self.line if self.preformatted else self.line.rstrip()
        self.lines.append("> " * self.quotes + kept if self.quotes else kept)
        self.line, self.is_begun = "", False
