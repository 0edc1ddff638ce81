"""Articles in the portal: offered while one types, read, and said whether they helped."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge import policy as knowledge
from dreiklang.knowledge.commands.describing import give_feedback
from dreiklang.knowledge.commands.using import count_reading, solve_alone
from dreiklang.knowledge.models import Edition, Feedback
from dreiklang.knowledge.queries import reading
from dreiklang.knowledge.queries.search import search
from dreiklang.knowledge.queries.shown import ShownHit, hits_of
from dreiklang.knowledge.rules import markup
from dreiklang.web import forms, routing
from dreiklang.web.components.articles import article_html
from dreiklang.web.portal.finding import asker, visitor
from dreiklang.web.portal.frame import HELP, page

OFFERED = 3
FEWEST_LETTERS = 4


def offered(text: str, actor: Actor) -> list[ShownHit]:
    """The articles a person may read that answer what they are typing."""
    if len(text.strip()) < FEWEST_LETTERS:
        return []
    return hits_of(search(text, actor=actor, limit=OFFERED, is_typing=True), text)


@require_GET
@routing.policy("portal")
def one(request: HttpRequest, article_id: int) -> HttpResponse:
    """An article to read."""
    actor = visitor(request)
    language = request.GET.get("language") or get_language() or "en"
    edition = reading.edition_for(article_id, language, actor=asker(actor))
    count_reading(edition, actor=actor)
    return _page(request, actor, edition)


def tried_by(key: str, actor: Actor) -> Edition | None:
    """The article somebody tried before they report; None if there is none they may read."""
    number = forms.whole(key)
    if number is None:
        return None
    return knowledge.visible_to(asker(actor)).select_related("article").filter(pk=number).first()


@require_POST
@routing.policy("portal")
def feedback(request: HttpRequest, edition_id: int) -> HttpResponse:
    """It solved it, or what is missing."""
    actor = visitor(request)
    edition = knowledge.visible_to(asker(actor)).filter(pk=edition_id).select_related("article").first()
    if edition is None:
        raise NotFound
    typed = forms.read(request, "helped", "because")
    if typed["helped"] == "yes":
        solve_alone(edition, actor=asker(actor))
        messages.success(request, _("Good. Nothing was sent to the desk."))
        return redirect("portal:start")
    try:
        give_feedback(edition, actor=asker(actor), helped=False, because=typed["because"])
    except Invalid as refused:
        return _page(request, actor, edition, problem=str(refused), because=typed["because"], status=422)
    messages.success(request, _("Thank you. Now tell us what is not working."))
    return redirect(reverse("portal:start", query={"tried": edition.pk}))


def _page(
    request: HttpRequest, actor: Actor, edition: Edition, *, problem: str = "", because: str = "", status: int = 200
) -> HttpResponse:
    own = Feedback.objects.filter(edition=edition, person_id=actor.person_id).first()
    context = {
        "edition": edition,
        "title": edition.title or markup.first_line(edition.body, is_html=edition.is_html),
        "html": article_html(
            edition.body,
            is_html=edition.is_html,
            readable=knowledge.visible_to(asker(actor)),
            face="portal",
            language=edition.language,
        ),
        "steps_key": f"steps-{edition.pk}-{edition.published_at:%Y%m%d%H%M%S}",
        "editions": reading.editions_beside(edition, actor=asker(actor)),
        "own": own,
        "problem": problem,
        "because": because or (own.because if own and not own.helped else ""),
    }
    return page(request, "article", context, actor=actor, at=HELP, status=status)
