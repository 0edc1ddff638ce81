"""Beside a ticket: what earlier cases taught, and what the sheets of hand-back and solution ask of the level above."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from dreiklang.escalation.models import HandBack
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.permissions import Actor
from dreiklang.teams.models import Team
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Ticket
from dreiklang.training import policy as training
from dreiklang.training.models import Lesson
from dreiklang.training.queries import lessons as queries
from dreiklang.web import forms

#: The check-boxes of the remedies and the team they are for, as a sheet sends them.
FIELDS = (*(f"remedy_{remedy}" for remedy in Lesson.Remedy.values), "for_team")


def offered(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """What the sheets of hand-back and solution offer; nothing where nobody below could have done it."""
    if not training.may_teach(actor, ticket):
        return {}
    below = queries.teams_below(ticket, actor=actor)
    return {"teams_below": below, "remedies": [(f"remedy_{key}", name) for key, name in Lesson.Remedy.choices]}


def ticked(typed: Mapping[str, Any]) -> list[str]:
    """The remedies that were ticked."""
    return [remedy for remedy in Lesson.Remedy.values if typed.get(f"remedy_{remedy}")]


def team_named(ticket: Ticket, actor: Actor, typed: Mapping[str, Any]) -> Team | None:
    """The team a lesson is for; None where none was named. Raises Invalid for one that did not hand it up."""
    if not typed.get("for_team") or not ticked(typed):
        return None
    wanted = forms.whole(typed["for_team"])
    found = next((team for team in queries.teams_below(ticket, actor=actor) if team.pk == wanted), None)
    if found is None:
        raise Invalid({"team": [_("This team did not hand the ticket up.")]})
    return found


def panel_of(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """What was said of this case, and what earlier ones of its kind taught."""
    taught = queries.taught_for(ticket, actor=actor)
    own = queries.lessons_of(ticket, actor=actor)
    articles = [lesson.article_id for lesson in (*taught, *own) if lesson.article_id]
    titles = queries.titles_of(articles, actor=actor)
    return {
        "own": [(lesson, titles.get(lesson.article_id or 0)) for lesson in own],
        "taught": [(lesson, titles.get(lesson.article_id or 0)) for lesson in taught],
        "hints": _hints(ticket, actor) if ticket.category_id else [],
        "may_teach": training.may_teach(actor, ticket),
        "empty": _("No hints from earlier cases of this category yet.")
        if ticket.category_id
        else _("With a category, hints from earlier cases stand here."),
    }


def _hints(ticket: Ticket, actor: Actor) -> list[HandBack]:
    """What levels above wrote at hand-back in this category and made no lesson of."""
    alike = tickets.visible_to(actor).filter(category_id=ticket.category_id or 0).exclude(pk=ticket.pk)
    spoken = Lesson.objects.filter(hand_back__isnull=False).values("hand_back_id")
    found = HandBack.objects.filter(ticket__in=alike).exclude(hint="").exclude(pk__in=spoken)
    return list(found.select_related("ticket").order_by("-id")[:3])
