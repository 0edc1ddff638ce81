"""Reads about teams that have a name: who acts with which rights, who is on duty, who may be asked next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet

from dreiklang.accounts.models import Account, ApiToken
from dreiklang.accounts.queries import token_by_secret
from dreiklang.calendars.queries import working_calendar
from dreiklang.calendars.rules import is_open
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor
from dreiklang.kernel.questions import Question
from dreiklang.organizations.models import Person
from dreiklang.teams import rules
from dreiklang.teams.models import Absence, DutyShift, Membership, Team


def today(at: datetime | None = None) -> date:
    """The day of a moment as people of the desk count it: in the desk's time zone."""
    return (at or clock.now()).astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def actor_for(account: Account) -> Actor:
    """The actor behind an account: person, rights, teams, levels, organisation. The only way to make one; two queries.

    Rights come from the roles, narrowed by the kind of the person's organisation. An account without a person
    (a first administrator) acts as ``account``.
    """
    person = _person_behind.first(account.pk)
    if person is None:
        return Actor(
            "account", account.pk, account.login, account.rights, language=account.language, account_id=account.pk
        )
    person_id, name, is_active, organization_id, kind, organization_is_active = person
    rights = rules.rights_within(account.rights, kind) if is_active and organization_is_active else frozenset()
    teams = _teams_of(today(), person_id) if rules.WORK in account.rights else []
    circles = {
        "team": frozenset(team for team, _level in teams),
        "level": frozenset(level for _team, level in teams),
        "organization": frozenset({organization_id}),
    }
    return Actor("person", person_id, name, rights, circles, account.language, account.pk)


_person_behind: Question[Any] = Question(
    lambda account: Person.objects.filter(account_id=account).values_list(
        "pk", "name", "is_active", "organization_id", "organization__kind", "organization__is_active"
    )[:1]
)
_teams_of: Question[Any] = Question(
    lambda day, person: memberships_on(day).filter(person_id=person).values_list("team_id", "team__level")
)


def actor_by_token(secret: str) -> tuple[Actor, ApiToken] | None:
    """The actor an API token stands for, limited to its scopes, and the token; None if it does not live."""
    token = token_by_secret(secret)
    if token is None:
        return None
    scopes = frozenset(token.scopes)
    if rules.WORK in scopes:
        scopes |= {rules.WORK_HANDED}
    # Without the account: what belongs to the owner alone (password, tokens, preferences) is closed to a token.
    return replace(actor_for(token.account).limited_to(scopes), account_id=None), token


def memberships_on(day: date) -> QuerySet[Membership]:
    """Memberships that hold on a day, in teams that work."""
    return Membership.objects.filter(
        Q(until_date=None) | Q(until_date__gte=day), from_date__lte=day, team__is_active=True
    )


def members_on(team: Team, day: date) -> QuerySet[Membership]:
    """Who belongs to a team on a day, in order of names, with the persons."""
    return (
        memberships_on(day)
        .filter(team=team, person__is_active=True)
        .select_related("person")
        .order_by("person__sort_key", "person_id")
    )


def absences_on(day: date, person_ids: Iterable[int] | None = None) -> dict[int, int | None]:
    """Who is away on a day → who stands in, or None. One query."""
    found = Absence.objects.filter(from_date__lte=day, until_date__gte=day).order_by("pk")
    if person_ids is not None:
        found = found.filter(person_id__in=list(person_ids))
    return rules.absences_on(day, (rules.Away(a.person_id, a.substitute_id, a.from_date, a.until_date) for a in found))


def on_duty(team: Team, at: datetime) -> list[Person]:
    """Members who are there for a team at a moment, in order of names.

    Members of that day without those away; of these, who is in a shift if the team has shifts at all, else all of
    them while the team's calendar is open (the desk's default one if the team has none).
    """
    day = today(at)
    members = [membership.person for membership in members_on(team, day)]
    away = absences_on(day, (person.pk for person in members))
    present = [person for person in members if person.pk not in away]
    if DutyShift.objects.filter(team=team).exists():
        on_shift = set(
            DutyShift.objects.filter(team=team, starts_at__lte=at, ends_at__gt=at).values_list("person_id", flat=True)
        )
        return [person for person in present if person.pk in on_shift]
    return present if is_open(working_calendar(team.calendar), at) else []


def substitute_of(person: Person, at: datetime) -> Person | None:
    """Who does a person's work at a moment: the person, or whoever stands in along the chain; None if nobody does."""
    found = rules.stand_in(person.pk, absences_on(today(at)))
    if found is None or found == person.pk:
        return person if found == person.pk else None
    return Person.objects.filter(pk=found, is_active=True).first()


def legal_next_teams(team: Team) -> QuerySet[Team]:
    """The teams a team may hand to, nearest level first: further up, and beside on level 3; never to itself."""
    return (
        Team.objects.filter(is_active=True, level__in=rules.levels_within_reach(team.level))
        .exclude(pk=team.pk)
        .select_related("organization")
        .order_by("level", "name", "pk")
    )
