"""What news can be about besides tickets: each kind says who may know of one, and what it is called.

Packages of higher floors register theirs when they are loaded; where a kind is not known (any more), nobody is told.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet

from dreiklang.communication.models import AnnouncedOutage
from dreiklang.communication.policy import visible_to
from dreiklang.kernel.permissions import Actor


@dataclass(frozen=True)
class Subject:
    """``visible``: the records an actor may know of; ``titles``: number → name in a language."""

    visible: Callable[[Actor], QuerySet[Any]]
    titles: Callable[[Collection[int], str], dict[int, str]]


SUBJECTS: Final[dict[str, Subject]] = {}


def register(kind: str, subject: Subject) -> None:
    """Let news be about another kind of thing."""
    SUBJECTS[kind] = subject


def may_know(actor: Actor) -> Q:
    """News about what an actor may know of now, tickets apart (P29)."""
    known = Q(pk__in=[])
    for kind, subject in sorted(SUBJECTS.items()):
        known |= Q(ticket=None, subject_kind=kind, subject_id__in=subject.visible(actor).order_by().values("pk"))
    return known


def titles_of(named: Iterable[tuple[str, int]], language: str) -> dict[tuple[str, int], str]:
    """What some subjects are called, in one statement for each kind."""
    by_kind: dict[str, set[int]] = {}
    for kind, key in named:
        by_kind.setdefault(kind, set()).add(key)
    return {
        (kind, key): title
        for kind, keys in by_kind.items()
        if kind in SUBJECTS
        for key, title in SUBJECTS[kind].titles(keys, language).items()
    }


def titles_of_outages(keys: Collection[int], language: str) -> dict[int, str]:
    """What outages are called."""
    return {one.pk: one.title_in(language) for one in AnnouncedOutage.objects.filter(pk__in=keys)}


register("outage", Subject(visible_to, titles_of_outages))
