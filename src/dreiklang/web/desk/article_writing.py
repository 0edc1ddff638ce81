"""What stands beside the field of an article: its look while one writes, its files, a skeleton for each kind."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.knowledge import policy as knowledge
from dreiklang.knowledge.commands.files import LARGEST_FILE, add_file, remove_file
from dreiklang.knowledge.models import Article, ArticleFile, Edition
from dreiklang.knowledge.rules import markup
from dreiklang.web import forms
from dreiklang.web.components.articles import article_html
from dreiklang.web.routing import actor_of, policy


@require_POST
@policy("desk")
def preview(request: HttpRequest) -> HttpResponse:
    """How the text will look."""
    actor = actor_of(request)
    body = request.POST.get("body", "")[: markup.LONGEST]
    html = article_html(body, readable=knowledge.visible_to(actor), language=actor.language, shows_broken=True)
    return render(request, "web/desk/articles/preview.html", {"preview": html})


@require_POST
@policy("desk")
def upload(request: HttpRequest) -> HttpResponse:
    """A picture or a file; the answer is what stands in the text for it."""
    actor = actor_of(request)
    sent = request.FILES.get("file")
    number = forms.whole(request.GET.get("edition", ""))
    edition = knowledge.in_work_for(actor).filter(pk=number).first() if number is not None else None
    if number is not None and edition is None:
        raise NotFound
    if sent is None or (sent.size or 0) > LARGEST_FILE:
        return JsonResponse({"problem": _("At most 10 MB for a picture, 25 MB for a file.")}, status=422)
    try:
        kept = add_file(
            edition,
            actor=actor,
            filename=sent.name or "file",
            content=sent.read(),
            content_type=sent.content_type or "",
        )
    except Invalid as refused:
        return JsonResponse({"problem": str(refused)}, status=422)
    return JsonResponse({"address": kept.address, "markdown": kept.markdown})


@require_POST
@policy("desk")
def file_removal(request: HttpRequest, file_id: int) -> HttpResponse:
    """Take a file from its article."""
    actor = actor_of(request)
    found = ArticleFile.objects.filter(pk=file_id, edition__in=knowledge.in_work_for(actor)).first()
    if found is None or found.edition is None:
        raise NotFound
    edition: Edition = found.edition
    remove_file(found, actor=actor)
    return redirect(f"{reverse('desk:article', args=[edition.article_id])}?language={edition.language}")


def marks() -> list[tuple[str, str, str]]:
    """The buttons above the field: name of the mark, icon, words."""
    return [
        ("bold", "bold", _("Bold")), ("heading", "heading", _("Heading")), ("list", "list", _("List")),
        ("steps", "list-numbers", _("Steps")), ("tick", "list-check", _("To tick")), ("code", "code", _("Code")),
        ("link", "link", _("Link")), ("article", "book", _("Article")),
    ]  # fmt: skip


def skeletons() -> dict[str, str]:
    """What an article of a kind usually says, as headings to fill in."""
    what, cause = _("What one sees"), _("Cause")
    steps, check = _("Steps"), _("How to check that it works")
    return {
        Article.Kind.SOLUTION: f"## {what}\n\n\n## {cause}\n\n\n## {_('Solution')}\n\n1. \n\n## {check}\n\n",
        Article.Kind.WORKAROUND: (
            f"## {what}\n\n\n## {_('What helps for now')}\n\n1. \n\n## {_('What it does not solve')}\n\n"
        ),
        Article.Kind.KNOWN_ERROR: f"## {what}\n\n\n## {cause}\n\n\n## {_('Who is at it, until when')}\n\n",
        Article.Kind.HOW_TO: f"## {_('What you need')}\n\n- \n\n## {steps}\n\n1. \n\n## {check}\n\n",
        Article.Kind.RUNBOOK: (
            f"## {_('When it is used')}\n\n\n## {steps}\n\n- [ ] \n- [ ] \n\n## {check}\n\n- [ ] \n\n"
            f"## {_('How to go back')}\n\n"
        ),
        Article.Kind.DOCUMENT: "",
    }
