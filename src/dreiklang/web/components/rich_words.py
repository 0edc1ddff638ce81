"""Words that were composed here, for the inside of a page: cleaned again, their pictures served by this desk (P32)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString

from dreiklang.kernel.composed_html import composed
from dreiklang.kernel.file_kinds import SHOWN_INLINE

_CID = re.compile(r'src="cid:([a-z0-9.@-]{1,100})"')


def rich_words(html: str, files: Iterable[Any], address_of: Callable[[Any], str]) -> SafeString:
    """HTML for a page, empty if the words are plain. Pictures whose file is not among ``files`` are left out."""
    if not html:
        return SafeString("")
    pictures = {f.content_id: f for f in files if f.is_inline and f.content_type in SHOWN_INLINE}

    def placed(found: re.Match[str]) -> str:
        picture = pictures.get(found[1])
        return f'src="{escape(address_of(picture))}" loading="lazy"' if picture else 'src="data:,"'

    return SafeString(_CID.sub(placed, composed(html).html))


def beside(html: str, files: Iterable[Any]) -> list[Any]:
    """The files that do not stand inside the words."""
    return [f for f in files if not (f.is_inline and f.content_id and f"cid:{f.content_id}" in html)]
