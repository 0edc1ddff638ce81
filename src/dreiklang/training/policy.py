"""Who teaches, who sees what was taught, who sees to it. The house alone: nobody outside learns of lessons."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from dreiklang.escalation.models import Handover
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.policy import is_internal
from dreiklang.teams.models import Membership
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Ticket
from dreiklang.training.models import Attempt, Exercise, Keeper, Lesson, Proposal

#: Who trains sees what members of their teams answered.
TRAIN = "training.train"


def may_look(actor: Actor) -> bool:
    """Whoever works inside the house, and who sees everything there."""
    return actor.is_system or (is_internal(actor) and (actor.has(tickets.WORK) or actor.has(tickets.SEE_ALL)))


def visible_to(actor: Actor) -> QuerySet[Lesson]:
    """Lessons of tickets the actor sees from inside, for those who work inside."""
    if not may_look(actor):
        return Lesson.objects.none()
    return Lesson.objects.filter(ticket__in=tickets.seen_inside_by(actor).order_by().values("pk"))


def may_improve(actor: Actor) -> bool:
    """See to lessons: whoever works above the first level, and leads (the second level keeps the first one's tools)."""
    if not may_look(actor):
        return False
    leads = any(actor.has(right) for right in ("teams.lead", tickets.ASSIGN_OTHERS, tickets.SEE_ALL))
    return actor.is_system or leads or any(level >= 2 for level in actor.levels)


def may_teach(actor: Actor, ticket: Ticket) -> bool:
    """Say what the level below could do: a team that had it from below, and leads; never an outside team."""
    if not may_look(actor) or not tickets.works_inside(actor, ticket):
        return False
    handed = Handover.objects.filter(ticket=ticket)
    if actor.has(tickets.ASSIGN_OTHERS) or actor.is_system:
        return handed.exists()
    return handed.filter(to_team_id__in=actor.teams).exists()


def may_see_to(actor: Actor, lesson: Lesson) -> bool:
    """Take it on, settle, decline, reopen: who improves, and whoever has it."""
    return may_improve(actor) or (actor.kind == "person" and lesson.owner_id == actor.id and may_look(actor))


def may_withdraw(actor: Actor, lesson: Lesson) -> bool:
    """Take it back, put its words right: whoever said it, and leads."""
    is_author = actor.kind == "person" and actor.id is not None and lesson.author_id == actor.id
    return may_look(actor) and (is_author or actor.has(tickets.ASSIGN_OTHERS))


def may_keep_process(actor: Actor, kind: str, subject_id: int) -> bool:
    """Answer proposals: who improves, and whoever keeps it."""
    if may_improve(actor):
        return True
    own = Keeper.objects.filter(kind=kind, subject_id=subject_id, person_id=actor.id or 0)
    return actor.kind == "person" and may_look(actor) and own.exists()


def may_withdraw_proposal(actor: Actor, proposal: Proposal) -> bool:
    """Whoever made it."""
    return may_look(actor) and actor.kind == "person" and actor.id is not None and proposal.author_id == actor.id


def may_practise(actor: Actor, exercise: Exercise) -> bool:
    """Answer an exercise: everybody inside, once it is shown; who improves also before."""
    return may_look(actor) and (exercise.is_published or may_improve(actor))


def exercises_for(actor: Actor) -> QuerySet[Exercise]:
    """Exercises an actor may open."""
    if not may_look(actor):
        return Exercise.objects.none()
    return Exercise.objects.all() if may_improve(actor) else Exercise.objects.filter(is_published=True)


def attempts_visible_to(actor: Actor) -> QuerySet[Attempt]:
    """What was answered: one's own; who has the right to train, also that of members of the teams they belong to."""
    if not may_look(actor) or actor.kind != "person":
        return Attempt.objects.none()
    seen = Q(person_id=actor.id)
    if actor.has(TRAIN):
        pupils = Membership.objects.filter(team_id__in=actor.teams, until_date=None).values("person_id")
        seen |= Q(person_id__in=pupils)
    return Attempt.objects.filter(seen)
