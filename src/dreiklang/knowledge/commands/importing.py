"""Reading a file of articles: JSON lines, each an article in one language. Twice is no change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Max

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.knowledge import policy
from dreiklang.knowledge.commands.indexing import index_editions
from dreiklang.knowledge.events import ArticlesImported
from dreiklang.knowledge.lifecycle import PAST, PUBLISHED
from dreiklang.knowledge.models import Article, ArticleImport, Edition, Revision
from dreiklang.knowledge.queries.compounds import opening
from dreiklang.knowledge.queries.import_lines import (
    AT_ONCE,
    ImportResult,
    Line,
    customers_by_key,
    differs,
    read_lines,
)
from dreiklang.knowledge.rules import markup
from dreiklang.organizations.rules.names import sort_key


@command
def import_articles(lines: Iterable[str], *, actor: Actor, filename: str = "") -> ImportResult:
    """Read JSON lines, all of them or, if the desk goes down meanwhile, none; wrong lines are named and left out.

    What is imported is published. Lines with the same id are translations of one article; the same id and language
    twice: the later line counts.
    """
    require(policy.may_import(actor))
    result = ImportResult()
    run = ArticleImport.objects.create(filename=filename[:200], done_at=clock.now(), done_by_id=_person(actor))
    result.run_id = run.pk
    customers = customers_by_key()
    heap: dict[tuple[str, str], Line] = {}
    for line in read_lines(lines, customers, result):
        if (line.key, line.language) in heap or len(heap) >= AT_ONCE:
            _import_heap(list(heap.values()), actor=actor, result=result)
            heap = {}
        heap[line.key, line.language] = line
    _import_heap(list(heap.values()), actor=actor, result=result)
    ArticleImport.objects.filter(pk=run.pk).update(
        created=result.created, updated=result.updated, unchanged=result.unchanged, rejected=len(result.rejected)
    )
    publish(
        ArticlesImported(
            subject_id=0,
            created=result.created,
            updated=result.updated,
            unchanged=result.unchanged,
            rejected=len(result.rejected),
        ),
        actor=actor,
    )
    return result


def _person(actor: Actor) -> int | None:
    return actor.id if actor.kind == "person" else None


def _import_heap(heap: list[Line], *, actor: Actor, result: ImportResult) -> None:
    """Write some lines, in few statements for all of them."""
    now = clock.now()
    keys = {line.key for line in heap}
    Article.objects.bulk_create(
        [Article(key=key, made_at=now) for key in sorted(keys)], ignore_conflicts=True, batch_size=AT_ONCE
    )
    articles = {a.key: a for a in Article.objects.filter(key__in=keys)}
    there = {
        (e.article_id, e.language): e
        for e in Edition.objects.select_for_update(of=("self",)).filter(article__key__in=keys).order_by("pk")
    }
    created, updated = [], []
    for line in heap:
        article = articles[line.key]
        edition = there.get((article.pk, line.language))
        if edition is None:
            edition = Edition(article=article, language=line.language)
            created.append((edition, line))
        elif differs(edition, line):
            updated.append((edition, line))
        else:
            result.unchanged += 1
    for edition, line in [*created, *updated]:
        _fill(edition, line, now)
    Edition.objects.bulk_create([edition for edition, _line in created], batch_size=AT_ONCE)
    Edition.objects.bulk_update([edition for edition, _line in updated], _FILLED, batch_size=AT_ONCE)
    _write_revisions([edition for edition, _line in [*created, *updated]], actor, now, result.run_id)
    by_language: dict[str, list[Edition]] = {}
    for edition, _line in [*created, *updated]:
        by_language.setdefault(edition.language, []).append(edition)
    for language, editions in by_language.items():
        index_editions(editions, opened=opening(language))
    result.created += len(created)
    result.updated += len(updated)


_FILLED = ["title", "sort_key", "body", "is_html", "audience", "level", "customer", "is_published", "published_at"]


def _fill(edition: Edition, line: Line, now: Any) -> None:
    edition.title, edition.body, edition.is_html = line.title, line.body, line.is_html
    edition.sort_key = sort_key(line.title or markup.first_line(line.body, is_html=line.is_html))[:320]
    edition.audience, edition.level, edition.customer_id = line.audience, line.level, line.customer_id
    edition.is_published, edition.published_at = True, now


def _write_revisions(editions: list[Edition], actor: Actor, now: Any, run_id: int | None) -> None:
    published = Revision.objects.filter(edition__in=editions, state=PUBLISHED)
    replaced = dict(published.order_by().values_list("edition_id", "pk"))
    published.update(state=PAST)
    last = dict(Revision.objects.filter(edition__in=editions).order_by().values_list("edition").annotate(Max("number")))
    Revision.objects.bulk_create(
        [
            Revision(
                edition=edition, number=last.get(edition.pk, 0) + 1, state=PUBLISHED, title=edition.title,
                body=edition.body, is_html=edition.is_html, written_at=now, brought_by_id=run_id,
                replaced_id=replaced.get(edition.pk),
                author_id=_person(actor), note="",
            )
            for edition in editions
        ],
        batch_size=AT_ONCE,
    )  # fmt: skip
