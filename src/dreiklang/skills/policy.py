"""Who sees whose skills: oneself, the leads of one's teams, service managers. Nobody else, and nobody outside."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person
from dreiklang.organizations.policy import is_internal
from dreiklang.skills.models import Ability, Certificate
from dreiklang.teams.models import Membership, Team

LEAD, SEE_ALL = "teams.lead", "tickets.see_all"


def may_look(actor: Actor) -> bool:
    """Whether there is anything here for an actor: those who work inside."""
    return is_internal(actor)


def may_keep_skills(actor: Actor) -> bool:
    """Name and change skills: leads, service managers, administrators."""
    return may_look(actor) and actor.has(LEAD)


def led_by(actor: Actor) -> QuerySet[Team]:
    """The teams of the house whose needs and gaps an actor keeps: the own ones; service managers all of them."""
    inside = Team.objects.filter(is_active=True, organization__kind="provider")
    if not may_look(actor) or not actor.has(LEAD):
        return inside.none()
    return inside if actor.has(SEE_ALL) else inside.filter(pk__in=actor.teams)


def _seen(actor: Actor) -> Q:
    own = Q(person_id=actor.id if actor.kind == "person" and actor.id is not None else 0)
    members = Membership.objects.filter(team__in=led_by(actor), until_date=None).values("person_id")
    return own | Q(person_id__in=members)


def visible_to(actor: Actor) -> QuerySet[Ability]:
    """Grades: one's own, and those of the teams one leads."""
    return Ability.objects.filter(_seen(actor)) if may_look(actor) else Ability.objects.none()


def certificates_visible_to(actor: Actor) -> QuerySet[Certificate]:
    """Certificates: one's own, and those of the teams one leads."""
    return Certificate.objects.filter(_seen(actor)) if may_look(actor) else Certificate.objects.none()


def leads(actor: Actor, person: Person) -> bool:
    """Whether an actor leads a team the person belongs to. Nobody confirms their own grade."""
    if actor.kind == "person" and actor.id == person.pk:
        return False
    return Membership.objects.filter(person=person, team__in=led_by(actor), until_date=None).exists()


def may_note(actor: Actor, person: Person) -> bool:
    """Note somebody's grades and certificates: they themselves, and who leads them."""
    is_self = actor.kind == "person" and actor.id == person.pk
    return may_look(actor) and (is_self or leads(actor, person))
