"""Downward: hand back with a reason and a hint for next time, or return the solution through the levels (A7)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dreiklang.escalation import policy, queries
from dreiklang.escalation.events import HandedBack
from dreiklang.escalation.models import HandBack, Handover
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets.commands.finding import remember_words
from dreiklang.tickets.commands.holding import (
    acts_at,
    author_id,
    end_pending,
    give_to,
    held,
    take_step,
    written,
)
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.rules import first_words


@command
def hand_back(
    ticket: Ticket,
    *,
    actor: Actor,
    kind: str,
    reason: str = "",
    solution: str = "",
    hint: str = "",
    version: int | None = None,
) -> HandBack:
    """Give a ticket back to the team it came from.

    ``kind``: incomplete, not_ours, advice (each with a reason) or solved (with the solution, which the level below
    puts into the requester's words). ``hint``: what the level below could do itself next time. Raises WrongState if
    nobody handed the ticket up.
    """
    ticket = held(ticket, actor=actor, version=version)
    require(policy.may_hand_back(actor, ticket))
    _refuse_incomplete(kind, reason, solution)
    handover = queries.handover_in_force(ticket)
    if handover is None or ticket.team_id is None:
        raise WrongState(_("Nobody handed this ticket up; there is nobody to give it back to."), code="no_way_back")
    take_step(ticket, "hand")
    end_pending(ticket)
    now, at = clock.now(), acts_at(actor, ticket)
    back = HandBack.objects.create(
        ticket=ticket,
        handover=handover,
        kind=kind,
        from_level=ticket.level,
        from_team_id=ticket.team_id,
        to_level=handover.from_level,
        to_team_id=handover.from_team_id,
        author_id=author_id(actor),
        reason=reason.strip(),
        solution=solution.strip(),
        hint=hint.strip(),
        handed_at=now,
    )
    Handover.objects.filter(pk=handover.pk).update(ended_at=now)
    give_to(
        ticket, team_id=back.to_team_id, level=back.to_level, person_id=queries.last_holder(ticket, back.to_team_id)
    )
    ticket.awaits_acceptance = False
    written(ticket, "state", "state_group", "team", "level", "assignee", "returns_at", "awaits_acceptance", "trail")
    remember_words(ticket, inside=[reason, solution, hint])
    publish(
        HandedBack(
            subject_id=ticket.pk,
            hand_back_id=back.pk,
            handover_id=handover.pk,
            kind=kind,
            from_level=back.from_level,
            from_team_id=back.from_team_id,
            to_level=back.to_level,
            to_team_id=back.to_team_id,
            gist=first_words(solution or reason),
            hint=first_words(hint),
            **at,
        ),
        actor=actor,
    )
    return back


def _refuse_incomplete(kind: str, reason: str, solution: str) -> None:
    if kind not in HandBack.Kind.values:
        raise Invalid({"kind": [_("Please say why it goes back.")]})
    if kind == HandBack.Kind.SOLVED and not solution.strip():
        raise Invalid({"solution": [_("What was the solution? The level below tells the requester.")]})
    if kind != HandBack.Kind.SOLVED and not reason.strip():
        raise Invalid({"reason": [_("Please say why it goes back.")]})
