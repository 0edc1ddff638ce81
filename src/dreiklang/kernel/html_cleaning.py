"""HTML from outside made harmless before it is shown (P32): first of three layers, before CSP and sandboxed frame.

Kept is what carries words and their look: text, lists, tables, links, pictures that came along. Everything else
falls away: scripts, styles that could call somebody, forms, frames, SVG and MathML, names and ids. Pictures from
elsewhere are left out and counted until the reader asks for them.
"""

from __future__ import annotations

import html as html_entities
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

import nh3

LONGEST: Final = 2_000_000
"""Characters of HTML that are shown at most."""

DEEPEST: Final = 400
"""Tags inside tags; what is nested deeper is shown as its bare text."""

_NAMES_OF_TAGS = (
    "a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code col colgroup "
    "dd del details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd "
    "li main mark nav ol p pre q s samp section small span strike strong sub summary sup table tbody td tfoot "
    "th thead time tr tt u ul var wbr"
)
_TAGS: Final = frozenset(_NAMES_OF_TAGS.split())
_NAMES_OF_CONTENT_GOES_TOO = (
    "script style title noscript template svg math object embed applet iframe frame frameset noframes noembed "
    "textarea select option xmp plaintext audio video canvas"
)
_CONTENT_GOES_TOO: Final = frozenset(_NAMES_OF_CONTENT_GOES_TOO.split())
_EVERYWHERE: Final = frozenset({"align", "dir", "lang", "style", "title", "valign", "bgcolor", "width", "height"})
_ATTRIBUTES: Final[dict[str, frozenset[str]]] = {
    "*": _EVERYWHERE,
    "a": frozenset({"href"}),
    "img": frozenset({"src", "alt", "border", "hspace", "vspace", "srcset"}),
    "font": frozenset({"color", "face", "size"}),
    "table": frozenset({"border", "cellpadding", "cellspacing", "summary", "background"}),
    "td": frozenset({"colspan", "rowspan", "headers", "scope", "nowrap", "background"}),
    "th": frozenset({"colspan", "rowspan", "headers", "scope", "nowrap", "background"}),
    "tr": frozenset({"background"}),
    "div": frozenset({"background"}),
    "col": frozenset({"span"}),
    "colgroup": frozenset({"span"}),
    "ol": frozenset({"start", "type", "reversed"}),
    "ul": frozenset({"type"}),
    "li": frozenset({"value"}),
    "time": frozenset({"datetime"}),
    "blockquote": frozenset({"type"}),
    "details": frozenset({"open"}),
}
_NAMES_OF_PROPERTIES = (
    "background-color border border-bottom border-bottom-color border-bottom-style border-bottom-width "
    "border-collapse border-color border-left border-left-color border-left-style border-left-width "
    "border-radius border-right border-right-color border-right-style border-right-width border-spacing "
    "border-style border-top border-top-color border-top-style border-top-width border-width background color "
    "direction display font font-family font-size font-style font-variant font-weight height letter-spacing "
    "line-height list-style-type margin margin-bottom margin-left margin-right margin-top max-height "
    "max-width min-height min-width padding padding-bottom padding-left padding-right padding-top text-align "
    "text-decoration text-indent text-transform vertical-align white-space width word-break word-spacing "
    "word-wrap overflow-wrap"
)
_PROPERTIES: Final = frozenset(_NAMES_OF_PROPERTIES.split())
_VALUE: Final = re.compile(r"[\w\s#%.,'\"+/!ÄÖÜäöüß-]{1,200}")
_COLOUR_FUNCTION: Final = re.compile(r"\b(?:rgba?|hsla?)\([\d\s.,%/]{1,40}\)", re.IGNORECASE)
_PICTURE: Final = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/=\s]{8,}", re.IGNORECASE)
_UNSEEN: Final = re.compile("[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_LINK: Final = re.compile(r"(?:https?://[^/\\\s]|mailto:[^\s]|tel:[+\d])", re.IGNORECASE)
_REMOTE: Final = re.compile(r"(?:https?:)?[/\\]{2}", re.IGNORECASE)
_OPENING: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)")
_NAMES_OF_VOID = "area base br col embed hr img input link meta source track wbr"
_VOID: Final = frozenset(_NAMES_OF_VOID.split())

_NOT_NESTING: Final = _VOID | {"p", "li", "dt", "dd", "tr", "td", "th", "option", "thead", "tbody", "tfoot", "colgroup"}


@dataclass(frozen=True, slots=True)
class CleanHtml:
    """Harmless HTML for the inside of a page, and how many pictures from elsewhere were left out."""

    html: str
    blocked_remote_count: int


def clean_html(html: str, *, allow_remote: bool = False, inline: Mapping[str, str] | None = None) -> CleanHtml:
    """Clean foreign HTML for showing.

    `inline` maps content ids (without `<>`) to the addresses under which this desk serves those pictures.
    `allow_remote` keeps pictures from https and http addresses; nothing else is ever fetched from elsewhere.
    """
    html = html[:LONGEST]
    if _too_deep(html):
        html = f"<pre>{html_entities.escape(re.sub(r'<[^<>]{0,2000}>', ' ', html))}</pre>"
    keeper = _Keeper(allow_remote=allow_remote, inline=inline or {})
    cleaned = nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags=set(_CONTENT_GOES_TOO),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=keeper.attribute,
        strip_comments=True,
        link_rel="noopener noreferrer nofollow",
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        set_tag_attribute_values={"a": {"target": "_blank"}, "img": {"loading": "lazy"}},
    )
    return CleanHtml(cleaned, keeper.blocked)


class _Keeper:
    """Decides on each attribute that is allowed by name; counts what would have called somebody."""

    def __init__(self, *, allow_remote: bool, inline: Mapping[str, str]) -> None:
        self.allow_remote = allow_remote
        self.inline = inline
        self.blocked = 0

    def attribute(self, tag: str, name: str, value: str) -> str | None:
        """The value to keep, or None to leave the attribute out."""
        if name == "href":
            return self.link(value)
        if name == "src":
            return self.picture(value)
        if name in {"background", "srcset"}:
            self.count_if_remote(value)
            return None
        if name == "style":
            return self.style(value)
        return value

    def link(self, value: str) -> str | None:
        address = _UNSEEN.sub("", value)
        return address if _LINK.match(address) else None

    def picture(self, value: str) -> str | None:
        address = _UNSEEN.sub("", value)
        if address[:4].lower() == "cid:":
            return self.inline.get(unquote(address[4:])) or self.inline.get(address[4:])
        if _PICTURE.fullmatch(address):
            return address
        if not _REMOTE.match(address):
            return None
        if self.allow_remote and _LINK.match(address):
            return address
        self.blocked += 1
        return None

    def style(self, value: str) -> str | None:
        """Only known properties with plain values; no functions but colours, so nothing is fetched or run."""
        kept = []
        for declaration in value[:20_000].split(";"):
            name, colon, said = declaration.partition(":")
            name, said = name.strip().lower(), said.strip()
            if "url" in said.lower() or "image" in said.lower():
                self.count_if_remote(said)
                continue
            bare = _COLOUR_FUNCTION.sub("x", said)
            if colon and name in _PROPERTIES and _VALUE.fullmatch(bare) and "//" not in bare and "/*" not in bare:
                kept.append(f"{name}: {said}")
        return "; ".join(kept) or None

    def count_if_remote(self, value: str) -> None:
        if "//" in value or "\\" in value:
            self.blocked += 1


def _too_deep(html: str) -> bool:
    """Whether tags are nested so deeply that no honest mail needs it and browsers grow slow."""
    depth = 0
    for closing, name in _OPENING.findall(html):
        if name.lower() in _VOID:
            continue
        depth += -1 if closing else 1
        if depth > DEEPEST:
            return _really_too_deep(html)
    return False


def _really_too_deep(html: str) -> bool:
    """Tags that are closed by their like (`<p>`, `<li>`, `<td>` …) do not nest; the others count."""
    depth = 0
    for closing, name in _OPENING.findall(html):
        if name.lower() in _NOT_NESTING:
            continue
        depth = max(0, depth - 1) if closing else depth + 1
        if depth > DEEPEST:
            return True
    return False
