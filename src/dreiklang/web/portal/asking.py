"""'What is not working?': one question, answers while one types, then sent as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dreiklang.assets.models import ConfigurationItem
from dreiklang.assets.queries import impact_for, services_for
from dreiklang.communication.rules.outages import BEFORE_REQUESTERS
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge.models import Article, Edition
from dreiklang.organizations.models import Person
from dreiklang.tickets import lifecycle, policy, rules
from dreiklang.tickets.commands import classification, keeping, opening
from dreiklang.tickets.models import Category, CategoryQuestion, Draft, Ticket
from dreiklang.tickets.queries import questions_for, resembling
from dreiklang.web import forms, routing
from dreiklang.web.components.outages import told_with_joining
from dreiklang.web.portal.answering import done, problems_of, refused
from dreiklang.web.portal.articles import offered, tried_by
from dreiklang.web.portal.cards import cards_of
from dreiklang.web.portal.finding import asker, visitor
from dreiklang.web.portal.frame import HELP, is_fragment, page
from dreiklang.web.portal.outages import outages_like
from dreiklang.web.portal.words import may_reopen

PLACE = "portal"
SHORT_SUBJECT = 120
SHOWN_OWN = 5
MOST_LOOKED_AT = 300


@dataclass(frozen=True)
class Asked:
    """A question of a category as the form shows it."""

    name: str
    label: str
    kind: str
    choices: list[tuple[str, str]]
    typed: str


@require_http_methods(["GET", "POST"])
@routing.policy("portal")
def start(request: HttpRequest) -> HttpResponse:
    """The question with the person's running tickets beside it; sent, it becomes a ticket."""
    actor = visitor(request)
    if request.method == "GET":
        draft = Draft.objects.filter(person_id=actor.person_id, ticket=None, place=PLACE).first()
        typed = {"follows": request.GET.get("follows", ""), **(draft.content if draft else {})}
        if tried := tried_by(request.GET.get("tried", ""), actor):
            typed |= {"tried": str(tried.pk)} | _known(typed, tried, actor)
        return _page(request, actor, typed, saved_at=int(draft.saved_at.timestamp() * 1000) if draft else 0)
    typed = dict(request.POST.items())
    try:
        category = _category(request.POST.get("category", ""))
        asked = questions_for(category, portal_only=True)
        typed = forms.read(
            request, "text", "category", "service", "follows", "tried", *(f"question-{q.pk}" for q in asked)
        )
        ticket = _opened(request, actor, typed, category, asked)
    except Invalid as refusal:
        if is_fragment(request):
            return refused(request, refusal)
        return _page(request, actor, typed, problems=refusal.fields, status=422)
    for written_in in {None, ticket.follows}:
        keeping.drop_draft(written_in, actor=actor, place=PLACE)
    return done(request, reverse("portal:ticket", args=[ticket.number]) + "?sent=1")


@transaction.atomic
def _opened(
    request: HttpRequest,
    actor: Actor,
    typed: Mapping[str, str],
    category: Category | None,
    asked: list[CategoryQuestion],
) -> Ticket:
    """The ticket, its first words and the answers: all of it or nothing."""
    problems: dict[str, list[str]] = {}
    if not typed["text"]:
        problems["text"] = [_("Please say in a few words what is not working.")]
    for question in asked:
        if not typed[f"question-{question.pk}"]:
            problems[f"question-{question.pk}"] = [_("Please answer: %(question)s") % {"question": _label(question)}]
    if problems:
        raise Invalid(problems)
    requester = Person.objects.get(pk=actor.person_id)
    service = _service(typed["service"], actor)
    ticket = opening.open_with_message(
        requester,
        actor=actor,
        text=_with_tried(typed["text"], tried_by(typed["tried"], actor)),
        attachments=forms.uploads(request),
        subject=rules.first_words(typed["text"].splitlines()[0], SHORT_SUBJECT),
        channel="portal",
        kind=category.kinds[0] if category and category.kinds else rules.INCIDENT,
        category=category,
        service=service,
        impact=_impact(service, requester),
        follows=_followed(actor, typed["follows"]),
    )
    for question in asked:
        classification.answer_question(ticket, actor=actor, question=question, text=typed[f"question-{question.pk}"])
    ticket.refresh_from_db()
    return ticket


def _known(typed: Mapping[str, Any], tried: Edition, actor: Actor) -> dict[str, str]:
    """What an article that did not help tells of the trouble: its service, unless another was chosen."""
    about = services_for(actor).filter(pk__in=tried.article.services.values("pk")).order_by("pk").first()
    return {"service": str(about.pk)} if about is not None and not typed.get("service") else {}


def _with_tried(text: str, tried: Edition | None) -> str:
    """The words as they are sent: with the article that was tried before, so that nobody proposes it again."""
    if tried is None:
        return text
    return f"{text}\n\n" + _("Tried already, without success: %(title)s") % {"title": tried.title or tried.article.key}


def _followed(actor: Actor, number: str) -> Ticket | None:
    """The closed ticket of one's own that a new one goes on from, if it was too late to open it again."""
    key = forms.whole(number)
    found = policy.visible_to(asker(actor)).filter(number=key).first() if key is not None else None
    if found is None or found.state != lifecycle.CLOSED or may_reopen(found, clock.now()):
        return None
    return found


@require_POST
@routing.policy("portal")
def answers(request: HttpRequest) -> HttpResponse:
    """What may help already, while one types: own running tickets that sound like it, and articles."""
    actor = visitor(request)
    text = forms.read(request, "text", "service")["text"][:MOST_LOOKED_AT]
    found = resembling(text, actor=asker(actor))
    hits = offered(text, asker(actor))
    known = [hit for hit in hits if hit.edition.article.kind == Article.Kind.KNOWN_ERROR]
    context = {
        "outages": outages_like(text, request.POST.get("service", ""), actor),
        "cards": cards_of(found, actor=actor), "known": known, "articles": [hit for hit in hits if hit not in known],
    }  # fmt: skip
    return render(request, "web/portal/parts/answers.html", context)


@require_http_methods(["GET"])
@routing.policy("portal")
def own_cards(request: HttpRequest) -> HttpResponse:
    """The running tickets beside the question, anew."""
    return render(request, "web/portal/parts/own.html", _own(visitor(request)))


@require_http_methods(["GET"])
@routing.policy("portal")
def questions(request: HttpRequest) -> HttpResponse:
    """What a category asks, when one was chosen."""
    try:
        category = _category(request.GET.get("category", ""))
    except Invalid:
        category = None
    return render(request, "web/portal/parts/questions.html", {"questions": _asked(category, {}), "problems": {}})


@require_POST
@routing.policy("portal")
def draft(request: HttpRequest) -> HttpResponse:
    """Keep what is being typed."""
    content = forms.draft_content(request)
    saved = keeping.save_draft(None, actor=visitor(request), place=PLACE, content=content)
    return HttpResponse(saved_words(saved), content_type="text/plain; charset=utf-8")


def saved_words(saved: Draft) -> str:
    """'kept': what one types survives a crash."""
    return _("Kept, nothing gets lost") if saved.content else ""


def _category(key: str) -> Category | None:
    """A category that the portal offers. Raises Invalid for any other."""
    if not key:
        return None
    found = Category.objects.filter(pk=forms.whole(key) or 0, is_active=True, in_portal=True).first()
    if found is None:
        raise Invalid({"category": [_("This topic is not offered any more. Please choose another, or none.")]})
    return found


def _service(key: str, actor: Actor) -> ConfigurationItem | None:
    """A service of the person's own organisation. Raises Invalid for any other."""
    if not key:
        return None
    found = services_for(actor).filter(pk=forms.whole(key) or 0).first()
    if found is None:
        raise Invalid({"service": [_("This service is not offered any more. Please choose another, or none.")]})
    return found


def _impact(service: ConfigurationItem | None, requester: Person) -> int:
    """What a disturbance of one person at a service weighs, until an agent has looked at it."""
    if service is None:
        return rules.LOW
    at = clock.now()
    return impact_for(
        service, customer_id=requester.organization_id, people=1, at=at, is_vip=requester.is_vip
    ).impact  # fmt: skip


def _choices() -> list[tuple[int, str]]:
    """Topics as 'parent / child' in the reader's language; one query."""
    found = {c.pk: c for c in Category.objects.filter(is_active=True)}

    def path(category: Category) -> str:
        parent = found.get(category.parent_id) if category.parent_id else None
        name = category.name_in(_language())
        return f"{path(parent)} / {name}" if parent else name

    return sorted(((c.pk, path(c)) for c in found.values() if c.in_portal), key=lambda pair: pair[1].lower())


def _asked(category: Category | None, typed: Mapping[str, Any]) -> list[Asked]:
    return [
        Asked(f"question-{q.pk}", _label(q), q.kind, _answers_to(q), str(typed.get(f"question-{q.pk}", "")))
        for q in questions_for(category, portal_only=True)
    ]


def _answers_to(question: CategoryQuestion) -> list[tuple[str, str]]:
    if question.kind == CategoryQuestion.Kind.YES_NO:
        return [("yes", _("Yes")), ("no", _("No"))]
    return [(choice, choice) for choice in question.choices]


def _label(question: CategoryQuestion) -> str:
    return question.label_in(_language())


def _language() -> str:
    return (get_language() or "en")[:2]


def _own(actor: Actor) -> dict[str, Any]:
    """The running tickets, those that wait for a word of the person first."""
    running = (
        policy.visible_to(asker(actor))
        .exclude(state__in=[lifecycle.CLOSED, lifecycle.MERGED])
        .select_related("team", "assignee")
    )
    tickets = list(running.order_by("-changed_at", "-pk")[: SHOWN_OWN + 1])
    cards = cards_of(tickets[:SHOWN_OWN], actor=actor)
    return {"cards": sorted(cards, key=lambda card: not card.asks), "has_more": len(tickets) > SHOWN_OWN}


def _page(
    request: HttpRequest,
    actor: Actor,
    typed: Mapping[str, Any],
    *,
    problems: Mapping[str, Any] | None = None,
    saved_at: int = 0,
    status: int = 200,
) -> HttpResponse:
    try:
        category = _category(str(typed.get("category", "")))
    except Invalid:
        category = None
    text = str(typed.get("text", ""))[:MOST_LOOKED_AT]
    context = {
        "typed": typed,
        "category_id": category.pk if category else None,
        "problems": problems or {},
        "problem_list": problems_of(problems or {}),
        "categories": _choices(),
        "services": [(service.pk, service.name) for service in services_for(actor)],
        "service_id": forms.whole(str(typed.get("service", ""))),
        "questions": _asked(category, typed),
        "saved_at": saved_at,
        "tried": tried_by(str(typed.get("tried", "")), actor),
        "followed": _followed(actor, str(typed.get("follows", ""))),
        "resembling": cards_of(resembling(text, actor=asker(actor)), actor=actor) if text else [],
        "told": told_with_joining(actor, ahead=BEFORE_REQUESTERS),
        **_own(actor),
    }
    return page(request, "start", context, actor=actor, at=HELP, status=status)
