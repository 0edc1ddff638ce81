"""Whom and what the deeds of a rule mean: names that stay when a rule moves to another desk."""

from __future__ import annotations

from dreiklang.organizations.models import Person
from dreiklang.organizations.queries import person_of_mail
from dreiklang.organizations.rules import folded_mail
from dreiklang.teams.models import Team
from dreiklang.tickets.models import Category


def team_called(name: str) -> Team | None:
    """An active team by its key or its name."""
    active = Team.objects.filter(is_active=True)
    return active.filter(key=name.strip()).first() or active.filter(name__iexact=name.strip()).first()


def person_called(name: str) -> Person | None:
    """A person who is here, by a mail address."""
    found = person_of_mail(folded_mail(name))
    return found if found is not None and found.is_active else None


def category_called(name: str) -> Category | None:
    """A category in use, by its key or its name."""
    used = Category.objects.filter(is_active=True)
    return used.filter(key=name.strip()).first() or used.filter(name__iexact=name.strip()).first()
