"""The language model beside a ticket: what would leave is shown first; what comes is marked until a person takes it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dreiklang.assistance import policy as assistance
from dreiklang.assistance.commands import machine
from dreiklang.assistance.queries.machine import language_model, tasks_on, text_of, texts_of, would_leave
from dreiklang.assistance.rules.prompts import DRAFT, SUMMARY, TRANSLATION
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets.models import Ticket
from dreiklang.web import forms
from dreiklang.web.desk import answers
from dreiklang.web.desk.finding import ticket_of
from dreiklang.web.routing import policy


def task_names() -> dict[str, str]:
    """What may be asked, as a button says it."""
    return {SUMMARY: _("Summary for the next level"), DRAFT: _("Draft an answer"), TRANSLATION: _("Translate")}


def is_offered(ticket: Ticket, actor: Actor) -> bool:
    """Whether the panel is there at all."""
    return bool(tasks_on()) and assistance.may_ask_machine(actor, ticket)


def panel_of(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """What may be asked, and what came."""
    names = task_names()
    found = [(one, names[one.task], one.task in (SUMMARY, DRAFT)) for one in texts_of(ticket, actor=actor)]
    waits = any(one.state == one.State.WAITING for one, _name, _may_take in found)
    return {"tasks": [(task, names[task]) for task in tasks_on()], "texts": found, "waits": waits}


@require_http_methods(["GET", "POST"])
@policy("desk")
def ask(request: HttpRequest, number: int, task: str) -> HttpResponse:
    """What would leave, and for where; then it leaves."""
    ticket, actor = ticket_of(request, number)
    known = language_model()
    if known is None or task not in tasks_on() or not assistance.may_ask_machine(actor, ticket):
        raise NotFound(code="switched_off")
    if request.method == "POST":
        forms.read(request)
        machine.ask_for(ticket, task, actor=actor)
        return answers.done(request, ticket, _("It is being written; it will stand beside the ticket."))
    sent, _kept, _language = would_leave(ticket, task, actor=actor)
    context = {
        "ticket": ticket, "task": task, "name": task_names()[task], "sent": sent, "host": urlsplit(known.url).netloc,
        "model": known.model, "problems": {},
    }  # fmt: skip
    return answers.sheet(request, "web/desk/sheets/machine.html", context)


@require_POST
@policy("desk")
def take(request: HttpRequest, number: int, text_id: int) -> HttpResponse:
    """Take it over into one's own draft."""
    ticket, actor = ticket_of(request, number)
    typed = forms.read(request, "text")
    text = text_of(ticket, text_id, actor=actor)
    try:
        machine.take_text(text, actor=actor, words=typed["text"])
    except Invalid as refused:
        return answers.done(request, ticket, str(refused))
    where = _("the draft of the handover") if text.task == SUMMARY else _("your draft of an answer")
    words = _("It stands in %(where)s now; nothing was sent.") % {"where": where}
    if text.task == SUMMARY or not answers.is_fragment(request):
        return answers.done(request, ticket, words)
    messages.success(request, words)
    response = HttpResponse(status=204)
    response["HX-Refresh"] = "true"  # the field where the answer is written reads the draft anew
    return response


@require_POST
@policy("desk")
def discard(request: HttpRequest, number: int, text_id: int) -> HttpResponse:
    """Throw it away."""
    ticket, actor = ticket_of(request, number)
    forms.read(request)
    machine.discard_text(text_of(ticket, text_id, actor=actor), actor=actor)
    return answers.done(request, ticket, _("Thrown away."))
