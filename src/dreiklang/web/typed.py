"""What a form brought that could not be taken: the words of it are shown again, so that nothing typed is lost.

Never shown again: what only its owner may see (passwords, codes, tokens, keys), nothing of the pages of sign-in, and
what nobody typed (choices, numbers, ticks), which is chosen again more quickly than it is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.http import HttpRequest
from django.http.request import RawPostDataException, UnreadablePostError

#: Parts of the names of fields whose content is nobody's but the writer's.
SECRET_NAME = re.compile(
    r"passw|secret|token|code|key|csrf|credential|assertion|\bpin\b|\botp|sealed|cookie", re.IGNORECASE
)
#: Text that is a secret whatever its field is called: a private key, or one long string of letters and digits mixed.
SECRET_TEXT = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY|^(?=\S*\d)(?=\S*[A-Za-z])[\w+/=:-]{20,}$", re.ASCII)
#: What was written rather than chosen: several words, or one that is long.
SHORTEST = 12
#: Pages of which nothing is shown again.
SILENT = ("/sign-in/",)
#: How many texts, and how much of each: a page that can still be shown.
MOST, LONGEST = 40, 1_000_000


def words_of(request: HttpRequest | None) -> list[str]:
    """The texts that were typed into the form of a request, in its order; empty for anything that is no such form."""
    if request is None or request.method != "POST" or request.path.startswith(SILENT):
        return []
    try:
        sent = [(name, text) for name, texts in request.POST.lists() for text in texts]
    except (OSError, RawPostDataException, UnreadablePostError, ValueError):
        return []  # the body broke off, or was read by somebody else
    return list(worth_keeping(sent))[:MOST]


def worth_keeping(sent: Iterable[tuple[str, str]]) -> Iterable[str]:
    """Of names and values those that somebody wrote and everybody at this screen may see, each once."""
    seen: set[str] = set()
    for name, value in sent:
        text = value.replace("\r\n", "\n").replace("\x00", "").strip()[:LONGEST]
        is_written = len(text) >= SHORTEST or bool(re.search(r"[^\W\d_]\s+\S|\S\s+[^\W\d_]", text))
        if is_written and text not in seen and not SECRET_NAME.search(name) and not SECRET_TEXT.search(text):
            seen.add(text)
            yield text
