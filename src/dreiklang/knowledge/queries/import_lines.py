"""The lines of a file of articles, understood and checked; and what reading them in would do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from dreiklang.kernel.permissions import Actor, require
from dreiklang.knowledge import policy
from dreiklang.knowledge.models import Edition
from dreiklang.knowledge.queries.texts import wrong_text
from dreiklang.knowledge.rules import markup
from dreiklang.organizations.models import Organization

AT_ONCE = 500
KNOWN_KEYS = frozenset({"id", "language", "title", "body", "audience", "format"})
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
    run_id: int | None = None


def plan_import(lines: Iterable[str], *, actor: Actor) -> ImportResult:
    """What an import would do, without doing it."""
    require(policy.may_import(actor))
    result = ImportResult()
    customers = customers_by_key()
    seen: dict[tuple[str, str], Line] = {}
    heap: list[Line] = []
    for line in read_lines(lines, customers, result):
        heap.append(line)
        if len(heap) >= AT_ONCE:
            _plan_heap(heap, seen, result)
            heap = []
    _plan_heap(heap, seen, result)
    return result


def _plan_heap(heap: list[Line], seen: dict[tuple[str, str], Line], result: ImportResult) -> None:
    editions = Edition.objects.filter(article__key__in={line.key for line in heap}).select_related("article")
    there = {(edition.article.key, edition.language): edition for edition in editions}
    for line in heap:
        place = line.key, line.language
        before = seen.get(place)
        edition = there.get(place)
        if before is None and edition is None:
            result.created += 1
        elif replace(before, number=line.number) != line if before else edition is None or differs(edition, line):
            result.updated += 1
        else:
            result.unchanged += 1
        seen[place] = line


def customers_by_key() -> dict[str, int]:
    """The keys an audience may name."""
    return dict(Organization.objects.values_list("key", "pk"))


def read_lines(lines: Iterable[str], customers: dict[str, int], result: ImportResult) -> Iterator[Line]:
    """Every line that can be taken in; the others are named in ``result``."""
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
            result.rejected.append({"line": number, "id": _shown(str(key or "")[:120]), "reason": _shown(reason)})


def _shown(text: str) -> str:
    """Text that can be written down: JSON may name halves of characters, which no file and no table takes."""
    return text.encode("utf-8", "replace").decode()


def _understood(number: int, raw: Any, customers: dict[str, int]) -> Line:
    """A line's values, checked. Raises ValueError with a sentence."""
    _require_plain(raw)
    _require_known_format(raw)
    key, language, body = str(raw["id"]).strip(), raw["language"].strip(), raw.get("body") or ""
    title = " ".join((raw.get("title") or "").split())
    if len(key) > 120 or not key.isprintable():
        raise ValueError(_("This id cannot be used: at most 120 characters, all of them printable."))
    if not _LANGUAGE.fullmatch(language):
        raise ValueError(_("This is no language code such as de or en."))
    if problem := wrong_text(title, body):
        raise ValueError(problem)
    audience, level, customer_id = _audience(raw.get("audience") or "internal", customers)
    is_html = markup.looks_like_html(body) if not raw.get("format") else raw["format"] == "html"
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
    if not isinstance(raw["id"], str | int) or isinstance(raw["id"], bool):
        raise ValueError(_("The field %(name)s must be text.") % {"name": "id"})
    for name in ("language", "title", "body", "audience", "format"):
        if raw.get(name) is not None and not isinstance(raw[name], str):
            raise ValueError(_("The field %(name)s must be text.") % {"name": name})


def _require_known_format(raw: dict[str, Any]) -> None:
    if raw.get("format") not in (None, "", "markdown", "html"):
        raise ValueError(_("Unknown format: %(text)s. Known are markdown and html.") % {"text": raw["format"][:60]})


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


def differs(edition: Edition, line: Line) -> bool:
    """Whether a line would change what readers see."""
    return not edition.is_published or (
        edition.title, edition.body, edition.is_html, edition.audience, edition.level, edition.customer_id,
    ) != (line.title, line.body, line.is_html, line.audience, line.level, line.customer_id)  # fmt: skip
