"""What the desk can learn from: its own tickets with their first words, without restricted ones (P28)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db.models import QuerySet
from django.db.models.functions import Left

from dreiklang.assets.models import ConfigurationItem
from dreiklang.assistance.models import LearnedField
from dreiklang.assistance.rules.fields import (
    CATEGORY,
    KIND,
    LEARNED,
    PRIORITY,
    SERVICE,
    TEAM,
    scale_of,
    without_name,
)
from dreiklang.assistance.rules.vocabulary import texts_for
from dreiklang.kernel import clock
from dreiklang.teams.models import Team
from dreiklang.tickets.lifecycle import MERGED
from dreiklang.tickets.models import Category, CategoryQuestion, Message, Resolution, Ticket

#: The newest solved tickets that are learned from, and the newest open ones that are read anew.
MOST_TEXTS: Final = 40_000
MOST_OPEN: Final = 3_000
AT_ONCE: Final = 1_000
#: Letters of the first message: what it is about is said before.
LONGEST: Final = 2_000
AFTER: Final = timedelta(hours=20)


@dataclass(frozen=True)
class Example:
    """A solved ticket: its words, and what it turned out to be, by field ("" where nobody said)."""

    ticket_id: int
    text: str
    labels: dict[str, str]


def has_news() -> bool:
    """Whether it is worth learning anew: never learned, or a day old with anything new, or a tenth more was solved."""
    last = LearnedField.objects.filter(field=KIND).first() or LearnedField.objects.order_by("-learned_at").first()
    if last is None:
        return Category.objects.filter(is_active=True).exists() or _solved().exists()
    news = _solved().filter(resolved_at__gt=last.learned_at).order_by()[:MOST_TEXTS].count()
    is_old = clock.now() - last.learned_at >= AFTER
    return bool(news) and (is_old or news * 10 >= max(last.texts, 50))


def _solved() -> QuerySet[Ticket]:
    return Ticket.objects.filter(is_restricted=False, state_group="settled").exclude(state=MERGED)


def open_tickets() -> list[int]:
    """The newest tickets that are not solved yet."""
    return list(Ticket.objects.unsettled().order_by("-pk").values_list("pk", flat=True)[:MOST_OPEN])


def examples() -> list[Example]:
    """The newest solved tickets, with what they turned out to be."""
    known = {
        CATEGORY: set(Category.objects.filter(is_active=True).values_list("pk", flat=True)),
        SERVICE: set(ConfigurationItem.objects.filter(is_active=True).values_list("pk", flat=True)),
        TEAM: set(Team.objects.filter(is_active=True).values_list("pk", flat=True)),
    }
    columns = ("pk", "subject", "requester__name", "kind", "category_id", "service_id", "impact", "urgency")
    found: list[Example] = []
    for heap in _heaps(list(_solved().order_by("-pk").values_list(*columns)[:MOST_TEXTS])):
        keys = [row[0] for row in heap]
        said, solved = first_words_of(keys), _solving_teams(keys)
        for pk, subject, name, kind, category, service, impact, urgency in heap:
            labels = {
                CATEGORY: category if category in known[CATEGORY] else "",
                KIND: kind,
                SERVICE: service if service in known[SERVICE] else "",
                PRIORITY: scale_of(impact, urgency),
                TEAM: team if (team := solved.get(pk)) in known[TEAM] else "",
            }
            text = without_name(f"{subject}\n{said.get(pk, '')}", name)
            found.append(Example(pk, text, {field: str(labels[field] or "") for field in LEARNED}))
    return found


def _heaps(rows: Sequence[tuple[Any, ...]]) -> Iterator[Sequence[tuple[Any, ...]]]:
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]


def first_words_of(tickets: Sequence[int]) -> dict[int, str]:
    """What the requester said first, by ticket."""
    said = Message.objects.filter(ticket_id__in=tickets, direction=Message.Direction.IN)
    rows = said.order_by("ticket_id", "pk").distinct("ticket_id").annotate(first=Left("text", LONGEST))
    return dict(rows.values_list("ticket_id", "first"))


def _solving_teams(tickets: Sequence[int]) -> dict[int, int]:
    rows = Resolution.objects.filter(ticket_id__in=tickets, reopened_at=None, level__gt=1)
    return dict(rows.values_list("ticket_id", "team_id"))


def texts_of(tickets: Sequence[int]) -> dict[int, str]:
    """The words by which tickets are read, as they were learned from."""
    said = first_words_of(tickets)
    rows = Ticket.objects.filter(pk__in=tickets).values_list("pk", "subject", "requester__name")
    return {pk: without_name(f"{subject}\n{said.get(pk, '')}", name) for pk, subject, name in rows}


def start_vocabulary() -> list[tuple[str, str]]:
    """Texts for categories, out of their names, what they ask, and which words go together: for an empty desk."""
    asked: dict[int, list[str]] = {}
    for question in CategoryQuestion.objects.filter(is_active=True):
        words = [*map(str, question.labels.values()), *question.choices]
        asked.setdefault(question.category_id, []).extend(words)
    return [
        (text, str(category.pk))
        for category in Category.objects.filter(is_active=True)
        for text in texts_for({category.name, *map(str, category.names.values())}, asked.get(category.pk, ()))
    ]
