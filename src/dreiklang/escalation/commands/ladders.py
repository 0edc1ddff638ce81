"""Ladders to more authority: made, rung, answered. The work stays with its holder (A4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from dreiklang.escalation import policy
from dreiklang.escalation.events import LadderAnswered, LadderDropped, LadderKept, LadderRang, RequesterEscalated
from dreiklang.escalation.models import Ladder, RequesterEscalation, Ringing, Rung
from dreiklang.escalation.queries.ladders import has_moved_since
from dreiklang.escalation.queries.rungs import nobody_on, persons_on, teams_without_lead
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid, NotFound, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person
from dreiklang.teams.models import Team
from dreiklang.tickets.commands.holding import acts_at, author_id, held
from dreiklang.tickets.models import Ticket

MOST_RUNGS = 6
LONGEST_REASON = 2_000


@dataclass(frozen=True)
class Step:
    """A rung as it is typed: whom, after how many minutes of silence."""

    whom: str
    after_minutes: int = 0
    person: Person | None = None


@command
def keep_ladder(
    ladder: Ladder | None,
    *,
    actor: Actor,
    name: str,
    trigger: str,
    threshold: int,
    rungs: Sequence[Step],
    team: Team | None = None,
    lowest_priority: int | None = None,
    is_active: bool = True,
    version: int | None = None,
) -> Ladder:
    """Make or change a ladder. What rang stays; tickets it rang for already are not rung again.

    Raises Invalid by field: a threshold that makes no sense, no rung, a rung that points to nobody (``rung-1`` …).
    """
    require(policy.may_manage_ladders(actor))
    if ladder is not None:
        ladder = Ladder.objects.select_for_update().filter(pk=ladder.pk).first()
        if ladder is None:
            raise NotFound(code="no_ladder")
        if version is not None and version != ladder.version:
            raise Conflict(_("Somebody else has changed this in the meantime."), current=ladder.version)
    refuse_bad_ladder(name, trigger, threshold, rungs, team, lowest_priority)
    ladder = ladder or Ladder(version=0)
    ladder.name, ladder.trigger, ladder.threshold = " ".join(name.split()), trigger, threshold
    ladder.team, ladder.lowest_priority, ladder.is_active = team, lowest_priority, is_active
    ladder.version += 1
    try:
        with transaction.atomic():
            ladder.save()
    except IntegrityError as twice:
        raise Invalid({"name": [_("There is a ladder of this name already.")]}) from twice
    ladder.rungs.all().delete()
    Rung.objects.bulk_create(
        Rung(ladder=ladder, position=n, whom=s.whom, person=s.person, after_minutes=s.after_minutes if n > 1 else 0)
        for n, s in enumerate(rungs, 1)
    )
    kept = LadderKept(subject_id=ladder.pk, name=ladder.name, trigger=trigger, threshold=threshold, rungs=len(rungs))
    publish(kept, actor=actor)
    return ladder


@command
def drop_ladder(ladder: Ladder, *, actor: Actor) -> None:
    """Remove a ladder that never rang. Raises WrongState for one that did: it is switched off instead."""
    require(policy.may_manage_ladders(actor))
    gone = LadderDropped(subject_id=ladder.pk, name=ladder.name)
    try:
        with transaction.atomic():
            ladder.delete()
    except ProtectedError as rang:
        raise WrongState(
            _("It has rung before; switch it off instead, so that the history stays."), code="rang"
        ) from rang
    publish(gone, actor=actor)


@command
def ring(ticket_id: int, ladder: Ladder, *, position: int, actor: Actor, in_round: int = 1) -> Ringing:
    """Ring one rung for one ticket: exactly once a round, however many schedulers try (others get WrongState ``rang``).

    Nobody there: the next rung follows at once.
    """
    require(actor.is_system)
    ticket = held(ticket_id, actor=actor)
    rungs = {rung.position: rung for rung in ladder.rungs.select_related("person__account")}
    if position not in rungs:
        raise NotFound(code="no_rung")
    told = [person.pk for person in persons_on(rungs[position], ticket)]
    following, now = rungs.get(position + 1), clock.now()
    next_at = now + timedelta(minutes=following.after_minutes if told else 0) if following else None
    try:
        with transaction.atomic():
            ringing = Ringing.objects.create(
                ticket=ticket, ladder=ladder, round=in_round, position=position, told=told, rung_at=now, next_at=next_at
            )
    except IntegrityError as twice:
        raise WrongState(code="rang") from twice
    publish(
        LadderRang(
            subject_id=ticket.pk,
            ladder_id=ladder.pk,
            ladder=ladder.name,
            position=position,
            whom=rungs[position].whom,
            told=tuple(told),
            **acts_at(actor, ticket),
        ),
        actor=actor,
    )
    return ringing


@command
def climb(ringing_id: int, *, actor: Actor) -> Ringing | None:
    """A rung stayed silent: ring the next one, unless the ticket is settled or somebody answered meanwhile; of an
    idle ticket also unless it was worked on."""
    require(actor.is_system)
    ringing = Ringing.objects.select_for_update().select_related("ladder", "ticket").filter(pk=ringing_id).first()
    if ringing is None or ringing.next_at is None or ringing.next_at > clock.now():
        raise WrongState(code="not_due")
    ringing.next_at = None
    ringing.save(update_fields=["next_at"])
    is_over = ringing.ticket.state_group == "settled" or not ringing.ladder.is_active
    if not is_over and has_moved_since(ringing):
        is_over, ringing.acknowledged_at = True, clock.now()
        ringing.save(update_fields=["acknowledged_at"])
    if is_over or ringing.position + 1 not in set(ringing.ladder.rungs.values_list("position", flat=True)):
        ended = LadderAnswered(subject_id=ringing.ticket_id, ladder_id=ringing.ladder_id, ladder=ringing.ladder.name)
        publish(ended, actor=actor)
        return None
    return ring(ringing.ticket_id, ringing.ladder, position=ringing.position + 1, actor=actor, in_round=ringing.round)


@command
def answer_ladder(ringing: Ringing, *, actor: Actor) -> Ringing:
    """'I see to it': the ladder is climbed no further. For those who were told, leads and managers."""
    ticket = held(ringing.ticket_id, actor=actor)
    ringing = Ringing.objects.select_for_update().select_related("ladder").get(pk=ringing.pk)
    require(policy.may_answer_ladder(actor, ticket, ringing))
    if ringing.acknowledged_at is not None:
        raise WrongState(_("Somebody sees to it already."), code="already_answered")
    Ringing.objects.filter(ticket=ticket, ladder=ringing.ladder, acknowledged_at=None).update(
        acknowledged_at=clock.now(), acknowledged_by_id=author_id(actor), next_at=None
    )
    publish(
        LadderAnswered(
            subject_id=ticket.pk,
            ladder_id=ringing.ladder_id,
            ladder=ringing.ladder.name,
            person_id=author_id(actor),
            **acts_at(actor, ticket),
        ),
        actor=actor,
    )
    ringing.refresh_from_db()
    return ringing


@command
def escalate_as_requester(ticket: Ticket, *, actor: Actor, reason: str) -> RequesterEscalation:
    """The requester (or the customer's contact) asks for somebody with more authority: once, with a reason.

    Raises Invalid for a missing reason, WrongState for a settled ticket or a second time.
    """
    ticket = held(ticket, actor=actor)
    require(policy.may_escalate_as_requester(actor, ticket))
    if ticket.state_group == "settled":
        raise WrongState(_("It is solved already. If it does not work, please reopen it."), code="settled")
    if not reason.strip():
        raise Invalid({"reason": [_("Please say why, in a sentence.")]})
    if len(reason) > LONGEST_REASON:
        raise Invalid({"reason": [_("Please write less than 2,000 characters.")]})
    try:
        with transaction.atomic():
            made = RequesterEscalation.objects.create(
                ticket=ticket, person_id=author_id(actor), reason=reason.strip(), at=clock.now()
            )
    except IntegrityError as twice:
        raise WrongState(_("You have escalated this ticket already."), code="already_escalated") from twice
    publish(RequesterEscalated(subject_id=ticket.pk, requester_id=author_id(actor), reason=reason.strip()), actor=actor)
    return made


def refuse_bad_ladder(
    name: str, trigger: str, threshold: int, rungs: Sequence[Step], team: Team | None, lowest_priority: int | None
) -> None:
    """Raise Invalid, by field, for what is no ladder."""
    problems: dict[str, list[str]] = {}
    if not 1 <= len(" ".join(name.split())) <= 100:
        problems["name"] = [_("A ladder needs a name of at most 100 characters.")]
    if trigger not in Ladder.Trigger.values:
        problems["trigger"] = [_("When does it ring?")]
    needs = trigger in (Ladder.Trigger.PROMISE, Ladder.Trigger.SHARE, Ladder.Trigger.IDLE, Ladder.Trigger.HANDED_BACK)
    if not (1 if needs else 0) <= threshold <= 100_000:
        problems["threshold"] = [_("At what number? From 1 on.") if needs else _("A number from 0.")]
    if lowest_priority not in (None, 1, 2, 3, 4):
        problems["lowest_priority"] = [_("Priorities are 1 to 4.")]
    if not rungs:
        problems["rung-1"] = [_("A ladder needs a rung: who is told first?")]
    if len(rungs) > MOST_RUNGS:
        problems["rung-1"] = [_("At most %(n)d rungs.") % {"n": MOST_RUNGS}]
    for position, step in enumerate(rungs, 1):
        if sentence := _what_is_wrong(step, team):
            problems[f"rung-{position}"] = [sentence]
    if problems:
        raise Invalid(problems)


def _what_is_wrong(step: Step, team: Team | None) -> str:
    if step.whom not in Rung.Whom.values:
        return _("Who is told?")
    if not 0 <= step.after_minutes <= 100_000:
        return _("After how many minutes? A number from 0.")
    if nobody_on(step.whom, step.person, team):
        return _("This rung points to nobody: there is no such person who can sign in.")
    if step.whom == Rung.Whom.LEAD and team is None and (without := teams_without_lead()):
        return _("This rung points to nobody in these teams, which have no lead: %(teams)s.") % {
            "teams": ", ".join(without[:8])
        }
    return ""
