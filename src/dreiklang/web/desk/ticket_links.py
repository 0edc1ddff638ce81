"""Numbers such as ``#10023`` in what was written become links, where the reader may open that ticket."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from django.urls import reverse
from django.utils.html import format_html, format_html_join, urlize
from django.utils.safestring import SafeString, mark_safe

from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy
from dreiklang.web.desk.entries import Entry

#: Not within an address or a word: ``/page#123`` is no ticket.
_NUMBER = re.compile(r"(?<![\w/&])#(\d{3,9})\b")
MOST = 100


def with_links(entries: Iterable[Entry], *, actor: Actor) -> list[Entry]:
    """The entries, their words with links to other tickets; one question for all of them, none if no number stands."""
    kept = list(entries)
    named = {int(n) for one in kept if one.is_card for n in _NUMBER.findall(one.text)}
    if not named:
        return kept
    seen = policy.visible_to(actor).filter(number__in=sorted(named)[:MOST])
    known = set(seen.values_list("number", flat=True))
    return [
        replace(one, linked=linked(one.text, known)) if one.is_card and _NUMBER.search(one.text) else one
        for one in kept
    ]


def linked(text: str, known: set[int]) -> SafeString:
    """A text as HTML: web addresses as ever, and the numbers of known tickets."""
    parts = _NUMBER.split(text)
    pieces = [mark_safe(urlize(parts[0], nofollow=True, autoescape=True))]  # noqa: S308 - urlize escapes
    for number, after in zip(parts[1::2], parts[2::2], strict=True):
        if int(number) in known:
            url = reverse("desk:ticket", args=[int(number)])
            pieces.append(format_html('<a href="{}">#{}</a>', url, number))
        else:
            pieces.append(format_html("#{}", number))
        pieces.append(mark_safe(urlize(after, nofollow=True, autoescape=True)))  # noqa: S308 - urlize escapes
    return format_html_join("", "{}", ((piece,) for piece in pieces))
