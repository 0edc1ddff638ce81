"""Upward: hand over with a complete case, or at once with a reason; accept."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from dreiklang.escalation import policy, queries, rules
from dreiklang.escalation.events import HandoverAccepted, HandoverMade, HandoverReminded
from dreiklang.escalation.models import Handover
from dreiklang.escalation.queries.coverage import objection_to
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.models import JournalLine
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person
from dreiklang.teams.models import Team
from dreiklang.tickets.commands.finding import remember_words
from dreiklang.tickets.commands.holding import (
    acts_at,
    author_id,
    end_pending,
    give_to,
    held,
    mark,
    take_step,
    written,
)
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.policy import ASSIGN_OTHERS, visible_to
from dreiklang.tickets.rules import first_words

#: A team is not reminded again before so long.
REMIND_AGAIN = timedelta(minutes=15)


class Incomplete(Invalid):
    """The gate: the next level does not accept the case yet. ``missing`` names what lacks, in its order, and
    ``contract`` where the customer's contract does not cover work by that team."""

    code = "incomplete"

    def __init__(self, missing: list[str], objection: str = "") -> None:
        self.missing = missing
        sentences = {part: [_("The next level needs this.")] for part in missing}
        if objection:
            way = _("Choose another team, or pass it on at once with a reason.")
            sentences[rules.CONTRACT] = [f"{objection} {way}"]
        super().__init__(sentences, code="incomplete")


@command
def hand_over(
    ticket: Ticket,
    *,
    actor: Actor,
    to_team: Team,
    case: rules.Case,
    at_once_because: str = "",
    version: int | None = None,
) -> Handover:
    """Hand a ticket to a team of a higher level, or to another expert team of the same level (A3).

    Raises Incomplete if the gate of category and target level finds something missing, or if the customer's contract
    does not cover that team, unless it is passed on at once with a reason; then what was missing is kept with the
    record. The ticket waits for acceptance.
    """
    ticket = held(ticket, actor=actor, version=version)
    require(policy.may_hand_over(actor, ticket))
    if ticket.team_id is None or not to_team.is_active:
        raise Invalid({"to_team": [_("This team does not take tickets.")]})
    if to_team.pk == ticket.team_id or to_team.level < ticket.level or (to_team.level == ticket.level < 3):
        raise Invalid({"to_team": [_("A handover goes to a higher level, or across between expert teams.")]})
    missing = queries.missing_for(ticket, case, to_level=to_team.level, actor=actor)
    if objection := objection_to(ticket, to_team, actor=actor):
        missing = [*missing, rules.CONTRACT]
    if missing and not at_once_because.strip():
        raise Incomplete(missing, objection)
    take_step(ticket, "hand")
    end_pending(ticket)
    now, at = clock.now(), acts_at(actor, ticket)
    _end_waiting_and_running(ticket)
    handover = Handover.objects.create(
        ticket=ticket,
        from_level=ticket.level,
        from_team_id=ticket.team_id,
        to_level=to_team.level,
        to_team=to_team,
        author_id=author_id(actor),
        reason=case.reason.strip(),
        observations=case.observations.strip(),
        steps=[step.as_json() for step in case.steps if step.text.strip()],
        ruled_out=case.ruled_out.strip(),
        affected=case.affected.strip(),
        question=case.question.strip(),
        enclosures=[*(dict(e) for e in case.enclosures), *queries.enclosed(ticket)],
        at_once_because=at_once_because.strip(),
        missing=missing,
        handed_at=now,
    )
    give_to(ticket, team_id=to_team.pk, level=to_team.level, person_id=None)
    ticket.awaits_acceptance = True
    written(ticket, "state", "state_group", "team", "level", "assignee", "returns_at", "awaits_acceptance", "trail")
    remember_words(
        ticket,
        inside=[case.reason, case.observations, case.ruled_out, case.affected, case.question, at_once_because],
    )
    publish(
        HandoverMade(
            subject_id=ticket.pk,
            handover_id=handover.pk,
            from_level=handover.from_level,
            from_team_id=handover.from_team_id,
            to_level=handover.to_level,
            to_team_id=handover.to_team_id,
            at_once=bool(missing),
            gist=first_words(case.question or case.reason or at_once_because),
            **at,
        ),
        actor=actor,
    )
    return handover


def _end_waiting_and_running(ticket: Ticket) -> None:
    """A handover that was not accepted yet ends when the ticket is handed on past it."""
    Handover.objects.filter(ticket=ticket, accepted_at=None, ended_at=None).update(ended_at=clock.now())


@command
def remind(team: Team, *, actor: Actor) -> int:
    """Remind a team of the handovers that wait for it, once in a quarter of an hour; how many.

    For those who lead. Raises WrongState if nothing waits or the team was reminded just now.
    """
    require(actor.has(ASSIGN_OTHERS))
    waiting = Handover.objects.filter(to_team=team, accepted_at=None, ended_at=None, ticket__in=visible_to(actor))
    handovers = list(waiting.order_by("pk"))
    if not handovers:
        raise WrongState(_("No handover waits there."), code="nothing_waits")
    recent = JournalLine.objects.filter(
        code=HandoverReminded.code,
        subject_kind="ticket",
        subject_id__in=[h.ticket_id for h in handovers],
        at__gt=clock.now() - REMIND_AGAIN,
    )
    if recent.exists():
        raise WrongState(_("This team was reminded a moment ago."), code="reminded")
    for handover in handovers:
        reminded = HandoverReminded(subject_id=handover.ticket_id, handover_id=handover.pk, to_team_id=team.pk)
        publish(reminded, actor=actor)
    return len(handovers)


@command
def accept(handover: Handover, *, actor: Actor, person: Person | None = None) -> Handover:
    """Take over a ticket that was handed to one's team; ``person`` (usually oneself) works on it from now.

    Accepting twice is refused with WrongState (code ``already_accepted``), so of two who click one gets it.
    """
    ticket = held(handover.ticket_id, actor=actor)
    handover = Handover.objects.select_for_update().get(pk=handover.pk)
    require(policy.may_accept(actor, handover))
    if handover.accepted_at:
        raise WrongState(_("Somebody has taken it already."), code="already_accepted")
    if handover.ended_at or ticket.team_id != handover.to_team_id:
        raise WrongState(_("The ticket has gone on in the meantime."), code="gone_on")
    handover.accepted_at = clock.now()
    handover.accepted_by_id = person.pk if person else author_id(actor)
    handover.save(update_fields=["accepted_at", "accepted_by"])
    give_to(ticket, team_id=handover.to_team_id, level=handover.to_level, person_id=handover.accepted_by_id)
    ticket.awaits_acceptance = False
    mark(ticket, "go")
    written(ticket, "team", "level", "assignee", "awaits_acceptance", "trail")
    publish(
        HandoverAccepted(
            subject_id=ticket.pk,
            handover_id=handover.pk,
            person_id=handover.accepted_by_id,
            **acts_at(actor, ticket),
        ),
        actor=actor,
    )
    return handover
