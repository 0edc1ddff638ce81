"""What a text of an article must be."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from dreiklang.knowledge.rules import markup

#: What neither a table nor a file takes: NUL, and halves of characters.
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


def wrong_text(title: str, body: str) -> str:
    """What is wrong with a title and a text, as a sentence; empty if nothing is."""
    if not title.strip() and not body.strip():
        return _("There is neither a title nor a text.")
    if len(title) > 300:
        return _("The title is longer than 300 characters.")
    if len(body) > markup.LONGEST:
        return _("The text is longer than %(most)s characters.") % {"most": markup.LONGEST}
    if _NO_TEXT.search(title) or _NO_TEXT.search(body):
        return _("The text holds characters that are no text.")
    return ""
