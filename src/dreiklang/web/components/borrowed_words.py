"""Where words that were taken over from inside stood."""

from __future__ import annotations

from django.utils.translation import gettext as _


def source_words(source: str) -> str:
    """Where words stood, in words."""
    return {
        "requester": _("from the requester"),
        "note": _("from a note"),
        "intervention": _("from the log"),
        "handover": _("from a handover"),
        "hand_back": _("from a hand-back"),
        "relay": _("from an offered answer"),
        "correspondence": _("from a third party"),
    }.get(source, source)
