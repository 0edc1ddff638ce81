"""Reads between the levels: what a gate demands and misses, the handover in force, who could take a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from dreiklang.escalation import rules
from dreiklang.escalation.models import Gate, HandBack, Handover, Relay
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Organization
from dreiklang.sla.queries.scope import COVERED, bought_from, scope_of
from dreiklang.teams.models import Team
from dreiklang.teams.queries import absences_on, memberships_on, today
from dreiklang.tickets import queries as tickets
from dreiklang.tickets.models import Answer, Assignment, Category, CategoryQuestion, Ticket
from dreiklang.tickets.queries.own_fields import fields_before


def demands_for(category: Category | None, to_level: int) -> rules.Demands:
    """What the gate asks: the category's own, else its parent's, else the desk's, else the usual."""
    wished = category
    while wished is not None:
        if own := Gate.objects.filter(category=wished, to_level=to_level).first():
            return rules.Demands(tuple(own.demands), own.minimum_steps)
        wished = wished.parent
    if general := Gate.objects.filter(category=None, to_level=to_level).first():
        return rules.Demands(tuple(general.demands), general.minimum_steps)
    return rules.Demands(rules.USUAL_DEMANDS.get(to_level, ()))


def questions_before(ticket: Ticket, to_level: int) -> list[tuple[CategoryQuestion, str]]:
    """The category's questions up to a level, each with the answer that is known, or an empty text."""
    asked = tickets.questions_for(ticket.category, level=to_level)
    known = dict(Answer.objects.filter(ticket=ticket, question__in=asked).values_list("question_id", "text"))
    return [(question, known.get(question.pk, "")) for question in asked]


def missing_for(ticket: Ticket, case: rules.Case, *, to_level: int, actor: Actor) -> list[str]:
    """What the gate still misses; see ``rules.missing_parts``. Own fields come first, as ``field-<key>``."""
    asked = questions_before(ticket, to_level)
    empty = [f"field-{field.key}" for field, words in fields_before(ticket, to_level, actor=actor) if not words]
    return empty + rules.missing_parts(
        case,
        demands_for(ticket.category, to_level),
        open_questions=[question.key for question, _answer in asked],
        answered=[question.key for question, answer in asked if answer],
    )


def handover_in_force(ticket: Ticket) -> Handover | None:
    """The handover by which the present team has the ticket, or None where nobody handed it up."""
    return (
        Handover.objects.filter(ticket=ticket, ended_at=None, to_team_id=ticket.team_id)
        .select_related("from_team", "to_team", "author")
        .order_by("-id")
        .first()
    )


def enclosed(ticket: Ticket) -> list[dict[str, Any]]:
    """What is affected, as a typed enclosure: it stays with the handover as it was known then."""
    if ticket.service is None:
        return []
    return [
        {
            "kind": "service",
            "id": ticket.service.pk,
            "name": ticket.service.name,
            "criticality": ticket.service.criticality,
            "people": ticket.affected_people,
        }
    ]


def waiting_handover(ticket: Ticket) -> Handover | None:
    """The handover that waits to be accepted."""
    return Handover.objects.filter(ticket=ticket, accepted_at=None, ended_at=None).order_by("-id").first()


def offered_relay(ticket: Ticket, team_ids: frozenset[int]) -> Relay | None:
    """The newest answer offered to one of these teams and not yet used or set aside."""
    found = Relay.objects.filter(ticket=ticket, state=Relay.State.OFFERED, to_team_id__in=team_ids)
    return found.select_related("author", "ticket").order_by("-id").first()


def returned_solution(ticket: Ticket) -> HandBack | None:
    """The newest solution that came back to the team that has the ticket now."""
    found = HandBack.objects.filter(ticket=ticket, kind=HandBack.Kind.SOLVED, to_team_id=ticket.team_id)
    return found.select_related("author").order_by("-id").first()


def last_holder(ticket: Ticket, team_id: int) -> int | None:
    """Who of a team worked on the ticket last, if that person is still a member and not away today."""
    person_id = (
        Assignment.objects.filter(ticket=ticket, team_id=team_id, person__isnull=False)
        .order_by("-id")
        .values_list("person_id", flat=True)
        .first()
    )
    if person_id is None:
        return None
    day = today()
    is_member = memberships_on(day).filter(team_id=team_id, person_id=person_id).exists()
    return person_id if is_member and person_id not in absences_on(day, [person_id]) else None


@dataclass(frozen=True)
class NextTeam:
    """A team a ticket may legally go to, with why it is proposed."""

    team: Team
    present: int
    open_tickets: int
    helped_before: int
    is_category_team: bool
    is_covered: bool


def next_teams(ticket: Ticket) -> list[NextTeam]:
    """The legal next teams for a ticket, the proposed one first. Constant number of queries."""
    legal = Q(level__gt=ticket.level)
    if ticket.level >= 3:
        legal |= Q(level=ticket.level) & ~Q(pk=ticket.team_id)
    teams = {team.pk: team for team in Team.objects.filter(legal, is_active=True).select_related("organization")}
    day = today()
    present = dict(
        memberships_on(day)
        .filter(team_id__in=teams)
        .exclude(person_id__in=absences_on(day))
        .values("team_id")
        .annotate(n=Count("id"))
        .values_list("team_id", "n")
    )
    load = dict(
        Ticket.objects.unsettled()
        .filter(team_id__in=teams)
        .values("team_id")
        .annotate(n=Count("id"))
        .values_list("team_id", "n")
    )
    helped = (
        dict(
            HandBack.objects.filter(from_team_id__in=teams, kind="solved", ticket__category_id=ticket.category_id)
            .values("from_team_id")
            .annotate(n=Count("id"))
            .values_list("from_team_id", "n")
        )
        if ticket.category_id
        else {}
    )
    wished, scope = _category_teams(ticket.category), scope_of(ticket)
    outside = [team for team in teams.values() if team.organization.kind != Organization.Kind.PROVIDER]
    bought = bought_from(outside) if outside else set()
    ordered = rules.order_of_candidates(
        (
            rules.Candidate(
                team_id=key,
                level=team.level,
                is_category_team=key in wished,
                helped_before=helped.get(key, 0),
                present=present.get(key, 0),
                open_tickets=load.get(key, 0),
                is_covered=scope.of(team) == COVERED,
                is_bought=key in bought,
            )
            for key, team in teams.items()
        ),
        ticket.level,
    )
    return [
        NextTeam(teams[c.team_id], c.present, c.open_tickets, c.helped_before, c.is_category_team, c.is_covered)
        for c in ordered
    ]


def _category_teams(category: Category | None) -> set[int]:
    found: set[int] = set()
    while category is not None:
        if category.team_id:
            found.add(category.team_id)
        category = category.parent
    return found
