"""Links between articles: ``[[vpn]]`` or ``[[vpn|how to set up VPN]]`` in the text, by the key of the article."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

MOST_LINKS: Final = 200
_LINK: Final = re.compile(r"\[\[([^\[\]|\n]{1,120})(?:\|([^\[\]\n]{1,300}))?\]\]")
_CODE: Final = re.compile(r"(```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]*`)", re.DOTALL)


def targets_of(body: str) -> list[str]:
    """The keys of the articles that a text links to, each once, in order; what stands in code is no link."""
    keys = (found[1].strip() for piece, is_code in _pieces(body) if not is_code for found in _LINK.finditer(piece))
    return list(dict.fromkeys(key for key in keys if key))[:MOST_LINKS]


def with_links(body: str, shown: Callable[[str, str], str]) -> str:
    """The text with each link replaced by what ``shown(key, words)`` says, as Markdown."""
    return "".join(
        piece if is_code else _LINK.sub(lambda found: shown(found[1].strip(), (found[2] or "").strip()), piece)
        for piece, is_code in _pieces(body)
    )


def as_words(text: str) -> str:
    """Words as Markdown that shows them as they stand."""
    return re.sub(r"([\\`*_{}\[\]()#+!|<>~&-])", r"\\\1", " ".join(text.split()))


def _pieces(body: str) -> Iterator[tuple[str, bool]]:
    for number, piece in enumerate(_CODE.split(body)):
        yield piece, bool(number % 2)
