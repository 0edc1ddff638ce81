"""Articles from files and into files: seen first, then read in; taken back; given out."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.kernel import files
from dreiklang.kernel.errors import Invalid, NotFound, WrongState
from dreiklang.knowledge.commands.importing import import_articles
from dreiklang.knowledge.commands.taking_back import take_back
from dreiklang.knowledge.models import ArticleImport
from dreiklang.knowledge.queries.exporting import lines_to_export
from dreiklang.knowledge.queries.import_lines import plan_import
from dreiklang.knowledge.rules.formats import Unreadable, archive, lines_of
from dreiklang.web.control.pages import control_page
from dreiklang.web.files import zip_answer
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Sheet

AT, SALT, AN_HOUR = "article_files", "import of articles", 3600
LARGEST, SHOWN, RUNS = 50 * 1024 * 1024, 200, 20


class ArticleFileSheet(Sheet):
    """A file of articles, and what holds where it does not say."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput(attrs={"accept": ".jsonl,.json,.md,.markdown,.txt,.html,.htm,.csv,.zip"}),
        help_text=gettext_lazy("JSON lines, Markdown, HTML, CSV with a header, or a ZIP of these"),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language, where none is named"), choices=settings.LANGUAGES)
    audience = forms.ChoiceField(
        label=gettext_lazy("Readers, where none are named"),
        choices=[("internal", gettext_lazy("The desk")), ("public", gettext_lazy("Everybody"))],
    )


@require_http_methods(["GET", "POST"])
@policy("control")
def page(request: HttpRequest) -> HttpResponse:
    """Choose a file; what would become of it. Nothing is written."""
    if request.method != "POST":
        return _page(request, ArticleFileSheet())
    form = ArticleFileSheet(request.POST, request.FILES)
    planned = form.carry_out(lambda sent: _planned(request, sent))
    return _page(request, form, **(planned or {}))


@require_POST
@policy("control")
def confirm(request: HttpRequest) -> HttpResponse:
    """Read in what was shown, the very same file."""
    try:
        sha256, name, language, audience = signing.loads(request.POST.get("ticket", ""), salt=SALT, max_age=AN_HOUR)
    except signing.BadSignature:
        messages.error(request, _("The preview is too old. Please choose the file again."))
        return redirect("control:article_files")
    lines = lines_of(name, files.read(sha256), language=language, audience=audience)
    done = import_articles(lines, actor=actor_of(request), filename=name)
    messages.success(
        request, _("%(created)s created, %(updated)s updated, %(unchanged)s unchanged.") % vars(done)
    )  # fmt: skip
    return redirect("control:article_files")


@require_POST
@policy("control")
def taking_back(request: HttpRequest, run_id: int) -> HttpResponse:
    """Undo an import."""
    run = ArticleImport.objects.filter(pk=run_id).first()
    if run is None:
        raise NotFound
    try:
        done = take_back(run, actor=actor_of(request))
        messages.success(
            request,
            _("%(withdrawn)s withdrawn, %(restored)s as before, %(kept)s left because somebody wrote on.") % vars(done),
        )
    except WrongState as refused:
        messages.error(request, str(refused))
    return redirect("control:article_files")


@require_GET
@policy("control")
def export(request: HttpRequest, shape: str) -> HttpResponse:
    """Every published article: ``lines`` (JSON) or ``archive`` (a ZIP of Markdown and HTML)."""
    lines = lines_to_export(actor_of(request))
    if shape == "archive":
        return zip_answer(archive(lines), "articles.zip")
    if shape != "lines":
        raise NotFound
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    answer = HttpResponse(text, content_type="application/x-ndjson; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="articles.jsonl"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _planned(request: HttpRequest, sent: dict[str, Any]) -> dict[str, Any]:
    if sent["file"].size > LARGEST:
        raise Invalid({"file": [_("The file is larger than 50 MB.")]})
    content, name = sent["file"].read(), sent["file"].name[-100:]
    try:
        lines = list(lines_of(name, content, language=sent["language"], audience=sent["audience"]))
    except Unreadable as wrong:
        raise Invalid({"file": [_unreadable(wrong.args[0])]}) from wrong
    plan = plan_import(lines, actor=actor_of(request))
    ticket = signing.dumps([files.store(content).sha256, name, sent["language"], sent["audience"]], salt=SALT)
    return {"plan": plan, "filename": name, "ticket": ticket, "rejected": plan.rejected[:SHOWN]}


def _unreadable(code: str) -> str:
    return {
        "kind": _("Files of this kind are not read here."),
        "encoding": _("The file is not UTF-8."),
        "archive": _("This archive cannot be read."),
        "many": _("The archive holds more than 5,000 files."),
        "large": _("The archive holds more than 100 MB."),
        "table": _("This table cannot be read."),
    }[code]


def _page(request: HttpRequest, form: Sheet, **more: Any) -> HttpResponse:
    runs = ArticleImport.objects.select_related("done_by").order_by("-pk")[:RUNS]
    return control_page(request, "article_files", {"form": form, "runs": list(runs), **more}, at=AT)
