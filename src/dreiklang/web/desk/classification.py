"""What a ticket is: kind, category, urgency, impact, and the answers its category asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dreiklang.escalation import queries as between
from dreiklang.kernel.errors import Conflict, Invalid
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import queries
from dreiklang.tickets.commands import classification
from dreiklang.tickets.models import Category, Ticket
from dreiklang.web import forms
from dreiklang.web.desk import answers
from dreiklang.web.desk.finding import ticket_of
from dreiklang.web.desk.meanwhile import difference, last_line, version_to_hold
from dreiklang.web.routing import policy


def language() -> str:
    """The reader's language, as names in several languages are kept."""
    return (get_language() or "en")[:2]


def category_choices() -> list[tuple[int, str]]:
    """The tree of categories as 'parent / child', in its order; one query."""
    found = {c.pk: c for c in Category.objects.filter(is_active=True)}

    def path(category: Category) -> str:
        parent = found.get(category.parent_id) if category.parent_id else None
        name = category.name_in(language())
        return f"{path(parent)} / {name}" if parent else name

    return sorted(((key, path(category)) for key, category in found.items()), key=lambda pair: pair[1].lower())


def matrix_words() -> list[tuple[str, int]]:
    """The matrix for the browser: 'impact-urgency' → priority, so that the sum is seen before it is saved."""
    return [(f"{impact}-{urgency}", priority) for (impact, urgency), priority in sorted(queries.matrix().items())]


@require_http_methods(["GET", "POST"])
@policy("desk")
def classify(request: HttpRequest, number: int) -> HttpResponse:
    """The sheet, and what it changes. Answers to the category's questions are saved with it."""
    ticket, actor = ticket_of(request, number)
    asked = between.questions_before(ticket, 4)
    typed: dict[str, Any] = {
        "kind": ticket.kind,
        "category": str(ticket.category_id or ""),
        "impact": str(ticket.impact),
        "urgency": str(ticket.urgency),
        **{f"question-{q.pk}": text for q, text in asked},
    }
    context: dict[str, Any] = {
        "ticket": ticket,
        "seen": last_line(ticket),
        "kinds": Ticket.Kind.choices,
        "categories": category_choices(),
        "matrix": matrix_words(),
        "impacts": impact_choices(),
        "urgencies": urgency_choices(),
        "problems": {},
        "typed": typed,
    }
    if request.method == "POST":
        names = ("kind", "category", "impact", "urgency", *(f"question-{q.pk}" for q, _text in asked))
        typed = forms.read(request, *names)
        try:
            was_changed = _classified(ticket, actor, typed, asked, version_to_hold(request, ticket, actor))
        except (Invalid, Conflict) as refusal:
            context["typed"] = typed
            context["questions"] = [(q, q.label_in(language()), typed.get(f"question-{q.pk}", "")) for q, _t in asked]
            if isinstance(refusal, Conflict):
                context["conflict"] = difference(request, ticket, actor)
                return answers.sheet(request, "web/desk/sheets/classify.html", context, status=409)
            context["problems"] = refusal.fields
            return answers.sheet(request, "web/desk/sheets/classify.html", context, status=422)
        former = {name: context["typed"][name] for name in ("kind", "category", "impact", "urgency")}
        undo = answers.WayBack(request.path, former) if was_changed else None
        return answers.done(request, ticket, _("Saved."), undo=undo)
    context["questions"] = [(q, q.label_in(language()), text) for q, text in asked]
    return answers.sheet(request, "web/desk/sheets/classify.html", context)


def _classified(ticket: Ticket, actor: Actor, typed: Mapping[str, str], asked: list[Any], version: int | None) -> bool:
    """Save what changed, and only that. Nothing changed at all is no fault here: the sheet closes.

    Whether the ticket itself was changed, so that there is a way back; answers that were given stay.
    """
    was_changed = True
    wished = Category.objects.filter(pk=forms.whole(typed["category"]) or 0, is_active=True).first()
    if typed["category"] and wished is None:
        raise Invalid({"category": [_("This category does not exist.")]})
    try:
        classification.classify(
            ticket,
            actor=actor,
            kind=typed["kind"],
            category=wished,
            impact=forms.whole(typed["impact"]) or 0,
            urgency=forms.whole(typed["urgency"]) or 0,
            clears_category=not typed["category"],
            version=version,
        )
    except Invalid as refusal:
        if refusal.code != "nothing_changed":
            raise
        was_changed = False
    for question, known in asked:
        text = typed.get(f"question-{question.pk}", "")
        if text and text != known:
            classification.answer_question(ticket, actor=actor, question=question, text=text)
    return was_changed


def impact_choices() -> list[tuple[int, str]]:
    """Impact in words, the heaviest first."""
    return [(1, _("many people or a whole service")), (2, _("several people")), (3, _("one person"))]


def urgency_choices() -> list[tuple[int, str]]:
    """Urgency in words, the heaviest first."""
    return [(1, _("work stands still")), (2, _("work is hindered")), (3, _("can wait"))]
