"""Reading a file of articles: JSON lines, each an article in one language. Twice is no change."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.knowledge import policy
from dreiklang.knowledge.commands.indexing import index_editions
from dreiklang.knowledge.commands.writing import wrong_text
from dreiklang.knowledge.events import ArticlesImported
from dreiklang.knowledge.lifecycle import PAST, PUBLISHED
from dreiklang.knowledge.models import Article, Edition, Revision
from dreiklang.knowledge.queries.compounds import opening
from dreiklang.knowledge.rules import markup
from dreiklang.organizations.models import Organization
from dreiklang.organizations.rules.names import sort_key

AT_ONCE = 500
KNOWN_KEYS = frozenset({"id", "language", "title", "body", "audience"})
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?")


@dataclass(frozen=True)
class Line:
    """One line that can be taken in."""

    number: int
    key: str
    language: str
    title: str
    body: str
    is_html: bool
    audience: str
    level: int | None
    customer_id: int | None


@dataclass
class ImportResult:
    """What became of each line. ``rejected``: line, id and why."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[dict[str, Any]] = field(default_factory=list)


@command
def import_articles(lines: Iterable[str], *, actor: Actor) -> ImportResult:
    """Read JSON lines, all of them or, if the desk goes down meanwhile, none; wrong lines are named and left out.

    What is imported is published. Lines with the same id are translations of one article; the same id and language
    twice: the later line counts.
    """
    require(policy.may_import(actor))
    result = ImportResult()
    customers = dict(Organization.objects.values_list("key", "pk"))
    heap: dict[tuple[str, str], Line] = {}
    for line in _read(lines, customers, result):
        if (line.key, line.language) in heap or len(heap) >= AT_ONCE:
            _import_heap(list(heap.values()), actor=actor, result=result)
            heap = {}
        heap[line.key, line.language] = line
    _import_heap(list(heap.values()), actor=actor, result=result)
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


def _read(lines: Iterable[str], customers: dict[str, int], result: ImportResult) -> Iterator[Line]:
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        raw: Any = None
        try:
            raw = json.loads(text)
            yield _understood(number, raw, customers)
        except RecursionError:
            result.rejected.append({"line": number, "id": "", "reason": _("This is no line of JSON.")})
        except ValueError as wrong:
            reason = _("This is no line of JSON.") if raw is None else str(wrong)
            key = raw.get("id") if isinstance(raw, dict) else ""
            result.rejected.append({"line": number, "id": str(key or "")[:120], "reason": reason})


def _understood(number: int, raw: Any, customers: dict[str, int]) -> Line:
    """A line's values, checked. Raises ValueError with a sentence."""
    _require_plain(raw)
    key, language, body = str(raw["id"]).strip(), raw["language"].strip(), raw.get("body") or ""
    title = " ".join((raw.get("title") or "").split())
    if len(key) > 120 or not key.isprintable():
        raise ValueError(_("This id cannot be used: at most 120 characters, all of them printable."))
    if not _LANGUAGE.fullmatch(language):
        raise ValueError(_("This is no language code such as de or en."))
    if problem := wrong_text(title, body):
        raise ValueError(problem)
    audience, level, customer_id = _audience(raw.get("audience") or "internal", customers)
    is_html = markup.looks_like_html(body)
    return Line(number, key, language, title, body, is_html, audience, level, customer_id)


def _require_plain(raw: Any) -> None:
    """The fields that are known, each of them text."""
    if not isinstance(raw, dict):
        raise ValueError(_("A line must be an object."))
    if unknown := sorted(set(map(str, raw)) - KNOWN_KEYS):
        raise ValueError(_("Unknown field: %(name)s") % {"name": unknown[0][:60]})
    for name in ("id", "language"):
        if not str(raw.get(name) or "").strip():
            raise ValueError(_("The field %(name)s is missing.") % {"name": name})
    for name in ("language", "title", "body", "audience"):
        if raw.get(name) is not None and not isinstance(raw[name], str):
            raise ValueError(_("The field %(name)s must be text.") % {"name": name})


def _audience(text: str, customers: dict[str, int]) -> tuple[str, int | None, int | None]:
    kind, _colon, which = text.strip().partition(":")
    if kind in ("public", "internal") and not which:
        return kind, None, None
    if kind == "level" and which in ("1", "2", "3", "4"):
        return kind, int(which), None
    if kind == "customer" and which in customers:
        return kind, None, customers[which]
    if kind == "customer" and which:
        raise ValueError(_("There is no customer with the key %(key)s.") % {"key": which[:60]})
    raise ValueError(_("Unknown audience: %(text)s. Known are public, internal, level:N, customer:KEY.") % {
        "text": text[:60]
    })  # fmt: skip


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
        elif _differs(edition, line):
            updated.append((edition, line))
        else:
            result.unchanged += 1
    for edition, line in [*created, *updated]:
        _fill(edition, line, now)
    Edition.objects.bulk_create([edition for edition, _line in created], batch_size=AT_ONCE)
    Edition.objects.bulk_update([edition for edition, _line in updated], _FILLED, batch_size=AT_ONCE)
    _write_revisions([edition for edition, _line in [*created, *updated]], actor, now)
    by_language: dict[str, list[Edition]] = {}
    for edition, _line in [*created, *updated]:
        by_language.setdefault(edition.language, []).append(edition)
    for language, editions in by_language.items():
        index_editions(editions, opened=opening(language))
    result.created += len(created)
    result.updated += len(updated)


_FILLED = ["title", "sort_key", "body", "is_html", "audience", "level", "customer", "is_published", "published_at"]


def _differs(edition: Edition, line: Line) -> bool:
    return not edition.is_published or (
        edition.title, edition.body, edition.is_html, edition.audience, edition.level, edition.customer_id,
    ) != (line.title, line.body, line.is_html, line.audience, line.level, line.customer_id)  # fmt: skip


def _fill(edition: Edition, line: Line, now: Any) -> None:
    edition.title, edition.body, edition.is_html = line.title, line.body, line.is_html
    edition.sort_key = sort_key(line.title or markup.first_line(line.body, is_html=line.is_html))[:320]
    edition.audience, edition.level, edition.customer_id = line.audience, line.level, line.customer_id
    edition.is_published, edition.published_at = True, now


def _write_revisions(editions: list[Edition], actor: Actor, now: Any) -> None:
    Revision.objects.filter(edition__in=editions, state=PUBLISHED).update(state=PAST)
    last = dict(Revision.objects.filter(edition__in=editions).order_by().values_list("edition").annotate(Max("number")))
    Revision.objects.bulk_create(
        [
            Revision(
                edition=edition, number=last.get(edition.pk, 0) + 1, state=PUBLISHED, title=edition.title,
                body=edition.body, is_html=edition.is_html, written_at=now,
                author_id=actor.id if actor.kind == "person" else None, note="",
            )
            for edition in editions
        ],
        batch_size=AT_ONCE,
    )  # fmt: skip
