"""The text of an article as it stands on a page: cleaned, its links resolved for the reader, its steps to be ticked."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from dreiklang.knowledge.models import Edition
from dreiklang.knowledge.queries.links import Target, targets
from dreiklang.knowledge.rules import links, markup

_STEP = re.compile(r"<li>(\s*<p>)?\[([ xX])\]\s")


def article_html(
    body: str,
    *,
    is_html: bool = False,
    readable: QuerySet[Edition] | None = None,
    language: str = "en",
    face: str = "desk",
    shows_broken: bool = False,
) -> SafeString:
    """The text through the sieve of ``markup``, which lets nothing through that could act: only that makes it safe.

    Links by key (``[[vpn]]``) lead to what is ``readable``, on the pages of a ``face``; a link to anything else is
    plain words, and says so to those who write.
    """
    if not is_html:
        body = _linked(body, readable, language, face, shows_broken)
    return mark_safe(_with_steps(markup.as_html(body, is_html=is_html)))  # noqa: S308 - cleaned on the line itself


def _linked(body: str, readable: QuerySet[Edition] | None, language: str, face: str, shows_broken: bool) -> str:
    keys = links.targets_of(body)
    if not keys:
        return body
    found = targets(keys, language, readable=readable) if readable is not None else {}

    def shown(key: str, words: str) -> str:
        target = found.get(key)
        if target is not None:
            return f"[{links.as_words(words or target.title)}]({_address(target, key, face)})"
        said = links.as_words(words or key)
        return f"{said} *({_('there is no such article')})*" if shows_broken else said

    return links.with_links(body, shown)


def _address(target: Target, key: str, face: str) -> str:
    if face == "public":
        return reverse("knowledge:article", args=[target.language, key])
    return f"{reverse(f'{face}:article', args=[target.article_id])}?{urlencode({'language': target.language})}"


def _with_steps(html: str) -> str:
    """List entries that begin with ``[ ]`` as steps with a box; numbered for those who hear the page."""
    count = 0

    def box(found: re.Match[str]) -> str:
        nonlocal count
        count += 1
        checked = " checked" if found[2] != " " else ""
        label = _("Step %(number)s done") % {"number": count}
        return (
            f'<li class="article-step">{found[1] or ""}'
            f'<input type="checkbox" class="form-check-input" aria-label="{label}"{checked}> '
        )

    return _STEP.sub(box, html)
