"""The deeds in which an upper level teaches the one below: the case goes back or is solved, and the lesson is said."""

from __future__ import annotations

from collections.abc import Sequence

from dreiklang.escalation.commands import handing_back
from dreiklang.escalation.models import HandBack
from dreiklang.kernel.command import command
from dreiklang.kernel.permissions import Actor
from dreiklang.teams.models import Team
from dreiklang.tickets.commands import resolution
from dreiklang.tickets.commands.attaching import Upload
from dreiklang.tickets.models import Resolution, Ticket
from dreiklang.training.commands.lessons import teach


@command
def hand_back(
    ticket: Ticket,
    *,
    actor: Actor,
    kind: str,
    reason: str = "",
    solution: str = "",
    hint: str = "",
    remedies: Sequence[str] = (),
    team: Team | None = None,
    version: int | None = None,
) -> HandBack:
    """Hand back, and say with what the level below could have solved it; both or nothing.

    The hint is the written lesson, too. See ``escalation.commands.handing_back`` and ``lessons.teach``.
    """
    back = handing_back.hand_back(
        ticket, actor=actor, kind=kind, reason=reason, solution=solution, hint=hint, version=version
    )
    if remedies:
        teach(ticket, actor=actor, remedies=remedies, words=hint, team=team, hand_back=back)
    return back


@command
def resolve(
    ticket: Ticket,
    *,
    actor: Actor,
    text: str,
    attachments: Sequence[Upload] = (),
    remedies: Sequence[str] = (),
    words: str = "",
    team: Team | None = None,
    version: int | None = None,
) -> Resolution:
    """Solve, and say with what the level below could have solved it; both or nothing."""
    solved = resolution.resolve(ticket, actor=actor, text=text, attachments=attachments, version=version)
    if remedies:
        teach(ticket, actor=actor, remedies=remedies, words=words, team=team)
    return solved
