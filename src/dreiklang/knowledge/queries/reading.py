"""What pages of articles show: lists for those who keep them, an article with its editions and revisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge import policy
from dreiklang.knowledge.lifecycle import DRAFT, PUBLISHED, REVIEW
from dreiklang.knowledge.models import Article, ArticleLink, Edition, Revision

#: Days before its day of checking on which an article is listed as due.
CHECKED_AHEAD = 14


def edition_for(article_id: int, language: str, *, actor: Actor, in_work: bool = False) -> Edition:
    """An article's edition the actor may read, in the language asked for or else any. Raises NotFound."""
    editions = policy.in_work_for(actor) if in_work and policy.may_write(actor) else policy.visible_to(actor)
    found = list(editions.filter(article_id=article_id).select_related("article__owner", "customer").order_by("pk"))
    if not found:
        raise NotFound
    return next((e for e in found if e.language == language), found[0])


def editions_beside(edition: Edition, *, actor: Actor) -> QuerySet[Edition]:
    """Every edition of the article that the actor may read, also those that are not published if they may write."""
    editions = policy.in_work_for(actor) if policy.may_write(actor) else policy.visible_to(actor)
    return editions.filter(article_id=edition.article_id).order_by("language")


def is_outdated(edition: Edition) -> bool:
    """Whether what this edition was translated from has been published anew since."""
    original = edition.follows
    if original is None:
        return False
    return Revision.objects.filter(edition_id=original.edition_id, number__gt=original.number, state=PUBLISHED).exists()


def _heaps() -> dict[str, Q]:
    """What waits for somebody: being written, for review, disputed by readers, to be checked."""
    soon = clock.now().date() + timedelta(days=CHECKED_AHEAD)
    return {
        "drafts": Q(revisions__state=DRAFT),
        "review": Q(revisions__state=REVIEW),
        "disputed": Q(article__is_disputed=True, is_published=True),
        "check": Q(article__check_by__lte=soon, is_published=True),
        "unowned": Q(article__owner=None, is_published=True),
        "broken": Q(pk__in=_with_broken_links()),
    }


def _with_broken_links() -> QuerySet[ArticleLink, int]:
    there = Edition.objects.filter(article__key=OuterRef("target"), is_published=True)
    return ArticleLink.objects.filter(~Exists(there)).values_list("edition_id", flat=True)


def heap_page(key: str, *, actor: Actor, after: int | None, limit: int) -> list[Edition]:
    """Some of a heap by name, from behind an edition on: by its key, so that no page is counted through."""
    found = heap_of(key, actor=actor)
    last = policy.in_work_for(actor).filter(pk=after).only("sort_key").first() if after else None
    if last is not None:
        found = found.filter(Q(sort_key__gt=last.sort_key) | Q(sort_key=last.sort_key, pk__gt=last.pk))
    return list(found.select_related("article").defer("body")[:limit])


def heap_of(key: str, *, actor: Actor) -> QuerySet[Edition]:
    """Editions that wait for the same thing. Raises NotFound for a heap that there is not."""
    if key not in (heaps := _heaps()):
        raise NotFound
    return policy.in_work_for(actor).filter(heaps[key]).order_by("sort_key", "id").distinct()


def heaps_for(actor: Actor) -> dict[str, int]:
    """How many wait for what, for those who write; in one statement."""
    if not policy.may_write(actor):
        return {}
    counted = {key: Count("pk", filter=which, distinct=True) for key, which in _heaps().items()}
    return policy.in_work_for(actor).aggregate(**counted)


def newest(*, actor: Actor, limit: int = 20) -> Sequence[Edition]:
    """What was published last."""
    return list(
        policy.visible_to(actor).select_related("article").defer("body").order_by("-published_at", "-pk")[:limit]
    )


def draft_of(edition: Edition) -> Revision | None:
    """The revision that is being written or waits for review."""
    return Revision.objects.filter(edition=edition, state__in=[DRAFT, REVIEW]).select_related("author").first()


def helped(article: Article) -> tuple[int, int]:
    """How many readers said that it helped, and how many that it did not."""
    counted = Edition.objects.filter(article=article).aggregate(
        yes=Count("feedback", filter=Q(feedback__helped=True)), no=Count("feedback", filter=Q(feedback__helped=False))
    )
    return counted["yes"], counted["no"]
