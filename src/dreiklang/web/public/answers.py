"""'Yes, it works' and 'no, not yet' from the mail with the solution; 'it cannot wait' from the first one.

Opening a link changes nothing, because mail scanners open links; the button does. The secret in the address is the
right, so no session, no cookie and no token of a form is asked for; the page is kept out of caches and referrers.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from dreiklang.accounts.rules import CONFIRM, REOPEN
from dreiklang.communication.commands.answering import LONGEST, confirm_by_link, escalate_by_link, reopen_by_link
from dreiklang.communication.queries import AnswerState, answer_state, escalation_state
from dreiklang.kernel.errors import Invalid, Refusal
from dreiklang.kernel.permissions import system
from dreiklang.tickets.models import Ticket
from dreiklang.web.routing import PUBLIC, policy

Page = Callable[[HttpRequest, str], HttpResponse]

LINK = system("link")
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
#: Nothing more to do and nothing wrong; a link that cannot be used is told apart for machines only by its status.
STATUS = {AnswerState.UNKNOWN: 404, AnswerState.EXPIRED: 410, AnswerState.REOPENED: 410}


def kept_apart(view: Page) -> Page:
    """Headers for a page whose address is a secret."""

    @wraps(view)
    def guarded(request: HttpRequest, secret: str) -> HttpResponse:
        response = view(request, secret)
        response["Content-Security-Policy"] = CSP
        response["Referrer-Policy"] = "no-referrer"
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


@policy(PUBLIC)
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@kept_apart
def confirm(request: HttpRequest, secret: str) -> HttpResponse:
    """It works again: asks once more, then closes the ticket."""
    state, ticket = answer_state(secret, purpose=CONFIRM)
    if state is AnswerState.OPEN and request.method == "POST":
        try:
            return _page(request, "confirmed", confirm_by_link(secret, actor=LINK))
        except Refusal:  # somebody was quicker: say what is the case now
            state, ticket = answer_state(secret, purpose=CONFIRM)
    return _ask(request, "confirm", state, ticket)


@policy(PUBLIC)
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@kept_apart
def reopen(request: HttpRequest, secret: str) -> HttpResponse:
    """It does not work yet: takes some words if the requester likes, then opens the ticket again."""
    state, ticket = answer_state(secret, purpose=REOPEN)
    typed = request.POST.get("text", "").replace("\r\n", "\n")
    problem = ""
    if state is AnswerState.OPEN and request.method == "POST":
        try:
            return _page(request, "reopened", reopen_by_link(secret, text=typed, actor=LINK))
        except Invalid as wrong:
            problem = str(next(iter(wrong.fields.get("text", [])), ""))
        except Refusal:
            problem = ""
        state, ticket = answer_state(secret, purpose=REOPEN)
    return _ask(request, "reopen", state, ticket, text=typed, problem=problem, longest=LONGEST)


@policy(PUBLIC)
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@kept_apart
def escalate(request: HttpRequest, secret: str) -> HttpResponse:
    """It cannot wait: takes the reason, and tells those who answer for the team."""
    state, ticket = escalation_state(secret)
    typed = request.POST.get("reason", "").replace("\r\n", "\n")
    problem = ""
    if state is AnswerState.OPEN and request.method == "POST":
        try:
            return _page(request, "escalated", escalate_by_link(secret, reason=typed, actor=LINK))
        except Invalid as wrong:
            problem = str(next(iter(wrong.fields.get("reason", [])), ""))
        except Refusal:
            problem = ""
        state, ticket = escalation_state(secret)
    return _ask(request, "escalate", state, ticket, text=typed, problem=problem)


def _ask(request: HttpRequest, question: str, state: AnswerState, ticket: Ticket | None, **more: Any) -> HttpResponse:
    if state is AnswerState.OPEN:
        return _page(request, question, ticket, status=422 if more.get("problem") else 200, **more)
    return _page(request, "settled", ticket, status=STATUS.get(state, 200), question=question, answer=state.value)


def _page(request: HttpRequest, name: str, ticket: Ticket | None, *, status: int = 200, **more: Any) -> HttpResponse:
    """A page in the ticket's language: number, subject, nothing of what was said."""
    language = ticket.language if ticket else translation.get_language()
    with translation.override(language):
        return render(request, f"web/public/{name}.html", {"ticket": ticket, **more}, status=status)
