"""Articles for everybody, without signing in; pictures and files for whoever may read the text that shows them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_GET

from dreiklang.kernel import files
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge import policy as knowledge
from dreiklang.knowledge.models import ArticleFile, Edition
from dreiklang.knowledge.queries.files import file_for
from dreiklang.knowledge.queries.search import search
from dreiklang.knowledge.queries.shown import hits_of
from dreiklang.knowledge.rules import markup
from dreiklang.web.components.articles import article_html
from dreiklang.web.files import FILE_POLICY, picture_answer
from dreiklang.web.routing import actor_of, policy

PAGE, LONGEST, MOST_IN_SITEMAP = 30, 300, 50_000
#: Who has not signed in: no rights, no circles.
STRANGER = Actor("stranger")


def reader(request: HttpRequest) -> Actor | None:
    """Who reads; nobody, where nobody is signed in."""
    return actor_of(request) if request.user.is_authenticated else None


@require_GET
@policy("public")
def listed(request: HttpRequest, language: str) -> HttpResponse:
    """The newest articles for everybody in a language, or what answers a question."""
    _require_open()
    words = request.GET.get("q", "").strip()[:LONGEST]
    context: dict[str, Any] = {"words": words, "language": language, "languages": settings.LANGUAGES}
    editions = knowledge.open_to_all()
    if words:
        found = search(words, actor=STRANGER, language=language, limit=PAGE, editions=editions)
        context["hits"] = hits_of(found, words)
    else:
        newest = editions.filter(language=language).select_related("article").defer("body")
        context["newest"] = list(newest.order_by("-published_at", "-pk")[:PAGE])
    return _page(request, "articles", context, language)


@require_GET
@policy("public")
def one(request: HttpRequest, language: str, key: str) -> HttpResponse:
    """An article to read."""
    readable = knowledge.open_to_all()
    editions = list(readable.filter(article__key=key).select_related("article").order_by("language"))
    edition = next((e for e in editions if e.language == language), None)
    if edition is None:
        raise NotFound
    context = {
        "edition": edition,
        "editions": editions,
        "title": edition.title or markup.first_line(edition.body, is_html=edition.is_html),
        "html": article_html(
            edition.body, is_html=edition.is_html, readable=readable, language=language, face="public"
        ),
        "addresses": [(e.language, _absolute(request, e)) for e in editions],
    }
    return _page(request, "article", context, language)


@require_GET
@policy("public")
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public article for search engines, each with its translations (sitemaps.org 0.9)."""
    _require_open()
    editions = knowledge.open_to_all().select_related("article").only("language", "published_at", "article__key")
    by_article: dict[int, list[tuple[Edition, str]]] = defaultdict(list)
    for edition in editions.order_by("article_id", "language")[:MOST_IN_SITEMAP]:
        by_article[edition.article_id].append((edition, _absolute(request, edition)))
    context = {"groups": list(by_article.values())}
    return render(request, "web/public/sitemap.xml", context, content_type="application/xml")


def _require_open() -> None:
    if not knowledge.is_open_to_all():
        raise NotFound


def _absolute(request: HttpRequest, edition: Edition) -> str:
    return request.build_absolute_uri(reverse("knowledge:article", args=[edition.language, edition.article.key]))


def _page(request: HttpRequest, template: str, context: dict[str, Any], language: str) -> HttpResponse:
    """In the language of the address, whoever looks: so may every copy on the way be given to everybody."""
    with translation.override(language if language in dict(settings.LANGUAGES) else "en"):
        return render(request, f"web/public/{template}.html", context)


@require_GET
@policy("public")
def picture(request: HttpRequest, file_id: int, name: str) -> HttpResponse:
    """A picture inside the page."""
    found = _found(request, file_id)
    if not found.is_picture:
        raise NotFound
    return picture_answer(files.read(found.file.sha256), found.content_type)


@require_GET
@policy("public")
def file(request: HttpRequest, file_id: int, name: str) -> HttpResponse:
    """A file to be saved."""
    found = _found(request, file_id)
    response = HttpResponse(files.read(found.file.sha256), content_type="application/octet-stream")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.filename)}"
    response["Content-Security-Policy"] = FILE_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response


def _found(request: HttpRequest, file_id: int) -> ArticleFile:
    found = file_for(file_id, actor=reader(request))
    if found is None:
        raise NotFound
    return found
