"""Yes or no behind a mailed link. Opening it changes nothing, because mail scanners open links; a button does."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from dreiklang.approvals.commands import vote_by_link
from dreiklang.approvals.models import Vote
from dreiklang.approvals.queries import vote_of_link
from dreiklang.kernel.errors import Invalid, Refusal
from dreiklang.kernel.permissions import system
from dreiklang.web.public.answers import kept_apart
from dreiklang.web.routing import PUBLIC, policy

LINK = system("link")


@policy(PUBLIC)
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@kept_apart
def decide(request: HttpRequest, secret: str) -> HttpResponse:
    """The question as it was written for this reader, two buttons, room for a word."""
    found, is_open = vote_of_link(secret)
    typed, problems = request.POST.get("words", "").replace("\r\n", "\n"), {}
    if found is not None and is_open and request.method == "POST":
        try:
            found = vote_by_link(secret, answer=request.POST.get("answer", ""), words=typed, actor=LINK)
            return _page(request, found, is_open=False, is_done=True)
        except Invalid as wrong:
            problems = wrong.fields
        except Refusal:  # somebody was quicker: say what is the case now
            found, is_open = vote_of_link(secret)
    return _page(request, found, is_open=is_open, typed=typed, problems=problems)


def _page(
    request: HttpRequest, vote: Vote | None, *, is_open: bool, is_done: bool = False, **more: object
) -> HttpResponse:
    """A page in the language of whoever was asked; an unknown link tells of nothing."""
    problems = more.get("problems")
    status = 422 if problems else 404 if vote is None else 200 if is_open or is_done else 410
    with translation.override(vote.person.language if vote else translation.get_language()):
        context = {"vote": vote, "approval": vote.approval if vote else None, "is_open": is_open, "is_done": is_done}
        return render(request, "web/public/approval.html", {**context, **more}, status=status)
