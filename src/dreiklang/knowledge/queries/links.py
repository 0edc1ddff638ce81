"""Where the links of an article lead, and which articles lead to it: only what a reader may read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge import policy
from dreiklang.knowledge.models import Article, ArticleLink, Edition


@dataclass(frozen=True)
class Target:
    """An article a link leads to, in the edition to show."""

    article_id: int
    language: str
    title: str


def targets(keys: Iterable[str], language: str, *, readable: QuerySet[Edition]) -> dict[str, Target]:
    """Where links lead, by key, in the wanted language if there is such an edition; nothing that may not be read."""
    found: dict[str, Target] = {}
    editions = readable.filter(article__key__in=list(keys)).select_related("article").order_by("pk")
    for edition in editions.only("language", "title", "article__key"):
        key = edition.article.key
        if key not in found or edition.language == language:
            found[key] = Target(edition.article_id, edition.language, edition.title or key)
    return found


def leading_to(article: Article, *, actor: Actor) -> list[Edition]:
    """Published editions an actor may read that link to an article."""
    links = ArticleLink.objects.filter(target=article.key)
    found = policy.visible_to(actor).filter(pk__in=links.values("edition")).exclude(article=article)
    return list(found.select_related("article").defer("body").order_by("sort_key", "pk")[:20])


def broken_of(edition: Edition) -> list[str]:
    """Keys an edition links to that no article bears, or only one that nobody reads. For those who write."""
    wanted = list(ArticleLink.objects.filter(edition=edition).values_list("target", flat=True))
    there = set(
        Edition.objects.filter(is_published=True, article__key__in=wanted).values_list("article__key", flat=True)
    )
    return sorted(set(wanted) - there)
