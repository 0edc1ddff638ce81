"""The sheet of a lesson: said with what the level below could have solved a ticket, and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets.models import Ticket
from dreiklang.training import policy as training
from dreiklang.training.commands import lessons
from dreiklang.training.models import Lesson
from dreiklang.web import forms
from dreiklang.web.desk import teaching
from dreiklang.web.desk.answers import WayBack, done
from dreiklang.web.desk.finding import ticket_of
from dreiklang.web.desk.sheets import run
from dreiklang.web.routing import policy


@require_http_methods(["GET", "POST"])
@policy("desk")
def teach(request: HttpRequest, number: int) -> HttpResponse:
    """Say with what the level below could have solved it, at any time."""
    ticket, actor = ticket_of(request, number)
    if not training.may_teach(actor, ticket):
        raise NotFound

    def deed(ticket: Ticket, actor: Actor, typed: Mapping[str, Any]) -> Any:
        said = lessons.teach(
            ticket,
            actor=actor,
            remedies=teaching.ticked(typed),
            words=typed["lesson"],
            team=teaching.team_named(ticket, actor, typed),
        )
        keys = ",".join(str(lesson.pk) for lesson in said)
        words = ngettext("%(n)d open point for level %(level)s.", "%(n)d open points for level %(level)s.", len(said))
        undo = WayBack(reverse("desk:teaching_end", args=[number]), {"lessons": keys})
        return words % {"n": len(said), "level": said[0].to_level}, undo

    return run(
        request,
        number,
        template="web/desk/sheets/teach.html",
        fields=("lesson", *teaching.FIELDS),
        deed=deed,
        start=teaching.offered,
        place="lesson",
    )


@require_POST
@policy("desk")
def take_back(request: HttpRequest, number: int) -> HttpResponse:
    """What was said a moment ago was said too soon."""
    ticket, actor = ticket_of(request, number)
    keys = forms.read(request, "lessons")["lessons"].split(",")[: len(Lesson.Remedy.values)]
    wanted = [key for key in map(forms.whole, keys) if key is not None]
    found = list(training.visible_to(actor).filter(ticket=ticket, pk__in=wanted))
    if not found:
        raise NotFound
    for lesson in found:
        lessons.withdraw(lesson, actor=actor)
    return done(request, ticket, _("Taken back."))
