"""What somebody typed, made ready to leave: cleaned HTML, pictures inside it, files beside it, the signature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dreiklang.channels.mail.outbound import markup
from dreiklang.channels.mail.outbound.letters import Enclosed
from dreiklang.kernel import files
from dreiklang.kernel.html_cleaning import clean_html
from dreiklang.organizations.models import Person
from dreiklang.teams.queries import memberships_on, today
from dreiklang.tickets.models import Attachment, Correspondence, Message, Ticket


@dataclass(frozen=True)
class Signature:
    """How somebody signs: for which team, and with which lines of their own and the team's."""

    team: str = ""
    text: str = ""


def written_html(words: Message | Correspondence) -> str:
    """The words as HTML: as they were composed, else the plain ones as paragraphs. Not yet cleaned."""
    return words.html if words.html.strip() else markup.text_as_html(words.text)


def enclosed_with(html: str, attachments: Sequence[Attachment], *, host: str) -> tuple[str, tuple[Enclosed, ...]]:
    """Cleaned HTML with pictures under content ids of this mail, and every file: inside where shown, else beside."""
    shown = {a.content_id: a for a in attachments if a.is_inline and a.content_id and f"cid:{a.content_id}" in html}
    names = {content_id: f"{a.file.sha256[:24]}@{host}" for content_id, a in shown.items()}
    cleaned = clean_html(html, inline={content_id: f"cid:{name}" for content_id, name in names.items()}).html
    enclosed = tuple(
        Enclosed(
            filename=a.filename,
            content_type=a.content_type,
            content=files.read(a.file.sha256),
            content_id=names[a.content_id] if shown.get(a.content_id) is a else "",
        )
        for a in attachments
    )
    return cleaned, enclosed


def signed_by(author: Person | None, *, ticket: Ticket, level: int | None, at: datetime) -> Signature:
    """The author's signature in the team they wrote for: the ticket's if they belong to it, else one of their level."""
    if author is None:
        return Signature()
    own = list(memberships_on(today(at)).filter(person=author).select_related("team").order_by("pk"))
    for_it = next((m for m in own if m.team_id == ticket.team_id), None)
    for_it = for_it or next((m for m in own if m.team.level == level), None) or next(iter(own), None)
    if for_it is None:
        return Signature()
    lines = [part.strip() for part in (for_it.signature, for_it.team.signature) if part.strip()]
    return Signature(for_it.team.name, "\n".join(lines))
