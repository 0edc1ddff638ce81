"""Articles that were found, as lists show them: title, the piece that fits, the words of the question marked."""

from __future__ import annotations

from dataclasses import dataclass

from dreiklang.knowledge.models import Edition
from dreiklang.knowledge.queries.search import Found
from dreiklang.knowledge.rules import markup
from dreiklang.knowledge.rules.excerpts import excerpt
from dreiklang.knowledge.rules.words import question_terms


@dataclass(frozen=True)
class ShownHit:
    """A found article in words."""

    edition: Edition
    title: str
    parts: list[tuple[str, bool]]


def hits_of(found: Found, words: str) -> list[ShownHit]:
    """Every hit with its excerpt; the texts come in one statement."""
    bodies = dict(Edition.objects.filter(pk__in=[h.edition.pk for h in found.hits]).values_list("pk", "body"))
    shown = []
    for hit in found.hits:
        edition, body = hit.edition, bodies.get(hit.edition.pk, "")
        terms = set(question_terms(words, edition.language)) | set(found.meant.values()) | found.also
        shown.append(
            ShownHit(
                edition,
                edition.title or markup.first_line(body, is_html=edition.is_html),
                excerpt(markup.as_text(body, is_html=edition.is_html), terms, edition.language),
            )
        )
    return shown
