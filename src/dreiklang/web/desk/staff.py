"""The staff on the ticket page, with its text twin below it."""

from __future__ import annotations

from django.utils.safestring import SafeString
from django.utils.translation import get_language

from dreiklang.kernel.permissions import Actor
from dreiklang.tickets.models import Ticket


def staff_of(ticket: Ticket, *, actor: Actor) -> SafeString:
    """Picture and twin from one score, in the reader's language."""
    from dreiklang.web.staff.adapter import score_of
    from dreiklang.web.staff.figure import render_figure

    return render_figure(score_of(ticket, actor=actor, language=(get_language() or "en")[:2]), "page")
