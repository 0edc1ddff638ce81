"""The text of an article as safe HTML, and as bare words. Markdown is CommonMark with tables; HTML comes from imports.

Both go through one sieve: no scripts, no styles, no names and ids, no pictures from elsewhere (P32).
"""

from __future__ import annotations

import base64
import html as html_entities
import re
from functools import lru_cache
from typing import Final

import nh3
from markdown_it import MarkdownIt

from dreiklang.kernel.file_kinds import MOST_PIXELS, picture_size

#: Characters of an article. A manual beyond that is a document to attach.
LONGEST: Final = 400_000
_NAMES_OF_TAGS = (
    "a b blockquote br caption cite code dd del details dl dt em h1 h2 h3 h4 h5 h6 hr i img kbd li mark ol p pre q s "
    "samp small strong sub summary sup table tbody td tfoot th thead tr u ul var"
)
_TAGS: Final = frozenset(_NAMES_OF_TAGS.split())
_LINK: Final = re.compile(r"(?:https?://[^/\\\s]|mailto:[^\s]|tel:[+\d]|/(?![/\\])|#)", re.IGNORECASE)
_PICTURE: Final = re.compile(
    r"/knowledge/pictures/[\w.-]{1,200}|data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+"
)
_LOOKS_LIKE_HTML: Final = re.compile(
    r"<(?:p|div|h[1-6]|ul|ol|table|br|html|body|section|article|span|pre|blockquote)\b[^<>]*>", re.IGNORECASE
)
_GONE: Final = re.compile(r"<(script|style|head|title|template)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG: Final = re.compile(r"<[^<>]{0,2000}>")
_TARGET: Final = re.compile(r"\]\([^()\s]{0,2000}(?:\s+\"[^\"]{0,300}\")?\)|https?://\S{1,2000}")


def looks_like_html(body: str) -> bool:
    """Whether a text of unknown kind is HTML rather than Markdown."""
    return bool(_LOOKS_LIKE_HTML.search(body)) and ("</" in body or "<br" in body.lower())


def as_html(body: str, *, is_html: bool = False) -> str:
    """What is shown to readers."""
    raw = body[:LONGEST] if is_html else _markdown().render(body[:LONGEST])
    cleaned = nh3.clean(
        raw,
        tags=set(_TAGS),
        clean_content_tags={"script", "style", "title", "template", "svg", "math", "iframe", "object", "noscript"},
        attributes={
            "a": {"href"}, "img": {"src", "alt"}, "ol": {"start"}, "th": {"colspan", "rowspan", "scope"},
            "td": {"colspan", "rowspan"}, "details": {"open"},
        },
        attribute_filter=_attribute,
        link_rel="noopener noreferrer nofollow",
        url_schemes={"http", "https", "mailto", "tel", "data"},
        strip_comments=True,
    )  # fmt: skip
    return re.sub(r"<img(?![^>]*\bsrc=)[^>]*>", "", cleaned)


def as_text(body: str, *, is_html: bool = False) -> str:
    """The bare words, for the index and for excerpts; quick rather than pretty."""
    body = body[:LONGEST]
    if is_html:
        return html_entities.unescape(_TAG.sub(" ", _GONE.sub(" ", body)))
    return _TARGET.sub(" ", body)


def first_line(body: str, *, is_html: bool = False) -> str:
    """What an article without a title is called: its first line of words."""
    for line in as_text(body, is_html=is_html).splitlines():
        if words := line.strip().lstrip("#>*-+ ").strip():
            return words[:120]
    return ""


def _attribute(tag: str, name: str, value: str) -> str | None:
    value = value.strip()
    if name == "href":
        return value if _LINK.match(value) else None
    if name == "src":
        return value if _PICTURE.fullmatch(value) and _fits(value) else None
    return value


def _fits(source: str) -> bool:
    """Whether a picture inside the text has pixels, and not too many to be looked at."""
    if not source.startswith("data:"):
        return True
    try:
        width, height = picture_size(base64.b64decode(source.partition(",")[2], validate=True))
    except ValueError:
        return False
    return 0 < width * height <= MOST_PIXELS


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": 40}).enable(
        ["table", "strikethrough"]
    )
