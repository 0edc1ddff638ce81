"""What a ticket says on paper: inside as the desk shows it to this reader, outside the messages alone (P31)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor
from dreiklang.kernel.typesetting import pdf_of
from dreiklang.tickets.models import Ticket
from dreiklang.web.portal.conversation import said_in

TEMPLATE = Path(__file__).parent / "ticket.typ"


def outside_pdf(ticket: Ticket, *, actor: Actor) -> bytes:
    """What requester and desk said to each other, and nothing else: no level, no staff, no note."""
    entries = [
        {
            "kind": "outward" if said.is_ours else "requester", "is_card": True, "author": said.author,
            "words": "", "at": _when(said.at), "text": said.text or said.quoted,
            "files": [f.filename for f in said.files],
        }
        for said in said_in(ticket, actor=actor)
    ]  # fmt: skip
    facts = [
        (_("Requester"), ticket.requester.name), (_("Opened"), _when(ticket.opened_at)),
        (_("Solved"), _when(ticket.resolved_at)), (_("Closed"), _when(ticket.closed_at)),
    ]  # fmt: skip
    return _set(ticket, facts, entries, audience=_("What was said with the requester"))


def inside_pdf(ticket: Ticket, *, actor: Actor) -> bytes:
    """Everything this reader sees of the ticket at the desk, with the staff and its text twin."""
    from dreiklang.web.desk.conversation import conversation_of
    from dreiklang.web.staff.adapter import score_of
    from dreiklang.web.staff.drawing import render_svg
    from dreiklang.web.staff.words import text_twin

    score = score_of(ticket, actor=actor, language=(get_language() or "en")[:2])
    entries = [
        {
            "kind": entry.kind, "is_card": entry.is_card, "author": entry.author, "words": entry.words,
            "at": _when(entry.at), "text": "\n\n".join(t for t in (entry.text, entry.quoted) if t),
            "files": [f.filename for f in entry.files],
        }
        for entry in conversation_of(ticket, actor=actor)
    ]  # fmt: skip
    facts = [
        (_("Requester"), f"{ticket.requester.name}, {ticket.customer.name}"),
        (_("Team"), ticket.team.name if ticket.team else ""),
        (_("Priority"), f"P{ticket.priority}"), (_("Category"), ticket.category.name if ticket.category else ""),
        (_("Opened"), _when(ticket.opened_at)), (_("Assignee"), ticket.assignee.name if ticket.assignee else ""),
        (_("Solved"), _when(ticket.resolved_at)), (_("Closed"), _when(ticket.closed_at)),
    ]  # fmt: skip
    staff = str(render_svg(score, "large", standalone=True))
    told = text_twin(score)
    twin = [told.opening, *(p.sentence for p in told.passages), told.promises, told.still_open]
    audience = _("Internal: not for the requester")
    return _set(ticket, facts, entries, audience=audience, staff=staff, twin=[one for one in twin if one])


def _set(
    ticket: Ticket,
    facts: list[tuple[str, str]],
    entries: list[dict[str, Any]],
    *,
    audience: str,
    staff: str = "",
    twin: list[str] | None = None,
) -> bytes:
    return pdf_of(
        TEMPLATE,
        {
            "number": str(ticket.number), "subject": ticket.subject, "language": (get_language() or "en")[:2],
            "audience": audience, "printed": _("Printed %(moment)s") % {"moment": _when(clock.now())},
            "facts": [(name, value) for name, value in facts if value], "entries": entries, "staff": staff,
            "twin": twin or [], "course": _("Course of the ticket"),
        },
    )  # fmt: skip


def _when(at: datetime | None) -> str:
    return formats.date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT") if at else ""
