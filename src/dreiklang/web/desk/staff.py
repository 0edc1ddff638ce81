"""The staff on the ticket page, with its text twin below it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from dreiklang.kernel.permissions import Actor
from dreiklang.tickets.models import Ticket
from dreiklang.web.desk.promises import brackets_of


def staff_of(ticket: Ticket, *, actor: Actor, with_earlier: bool = False) -> SafeString:
    """Picture and twin from one score, in the reader's language; a long case whole if asked for."""
    from dreiklang.web.staff.adapter import score_of
    from dreiklang.web.staff.figure import render_figure

    brackets = brackets_of(ticket, actor=actor)
    score = score_of(ticket, actor=actor, language=(get_language() or "en")[:2], promises=brackets)
    link = reverse("desk:staff", args=[ticket.number]) + "?earlier"
    return render_figure(score, "page", with_earlier=with_earlier, earlier_link=link)
