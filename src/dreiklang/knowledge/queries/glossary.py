"""What else the words of a question are called, by the desk's own glossary."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db.models import QuerySet

from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge import policy
from dreiklang.knowledge.models import GlossaryEntry, GlossaryWord

#: What another word for the same counts; a translation was looked up, a synonym may be meant a little otherwise.
SYNONYM, TRANSLATION = 0.8, 1.0
Others = Mapping[str, Mapping[str, list[tuple[str, float]]]]


def other_words(terms: Collection[str], language: str, *, actor: Actor) -> Others:
    """For each language: term of the question → other terms that mean the same, and how much each counts."""
    found: dict[str, dict[str, list[tuple[str, float]]]] = defaultdict(lambda: defaultdict(list))
    if not terms:
        return found
    asked = set(terms)
    entries = policy.glossary_for(actor).filter(words__language=language, words__first_term__in=list(terms))
    for entry in entries.order_by("pk").distinct().prefetch_related("words"):
        words = list(entry.words.all())
        for said in words:
            if said.language != language or not asked.issuperset(said.terms):
                continue
            for other in words:
                if other.pk == said.pk:
                    continue
                weight = (SYNONYM if other.language == language else TRANSLATION) / len(other.terms)
                found[other.language][said.first_term] += [(term, weight) for term in other.terms]
    return found


def known_words(terms: Collection[str], language: str, *, actor: Actor) -> set[str]:
    """Which terms begin a word of the glossary in a language."""
    words = GlossaryWord.objects.filter(language=language, first_term__in=list(terms))
    return set(words.filter(entry__in=policy.glossary_for(actor)).values_list("first_term", flat=True))


def entries_for(actor: Actor, words: str = "") -> QuerySet[GlossaryEntry]:
    """Every entry an actor searches by, or those one of whose words holds some letters, by name."""
    entries = policy.glossary_for(actor).select_related("customer").prefetch_related("words")
    if words.strip():
        entries = entries.filter(pk__in=GlossaryEntry.objects.filter(words__word__icontains=words.strip()).values("pk"))
    return entries.order_by("sort_key", "id")
