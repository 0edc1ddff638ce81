"""What waits for one's yes or no: own questions, and those of people who are away and named one as substitute."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dreiklang.approvals import queries
from dreiklang.approvals.commands import vote
from dreiklang.kernel.errors import Invalid, NotFound, Refusal
from dreiklang.web import forms, routing
from dreiklang.web.portal.frame import TICKETS, page
from dreiklang.web.routing import actor_of


@require_http_methods(["GET", "POST"])
@routing.policy("portal")
def decisions(request: HttpRequest) -> HttpResponse:
    """The list, and the answer to one of it; a refusal keeps what was typed."""
    actor = actor_of(request)
    context: dict[str, Any] = {"votes": queries.waiting_for(actor), "typed": {}, "problems": {}}
    if request.method == "GET":
        return page(request, "approvals", context, actor=actor, at=TICKETS)
    typed = forms.read(request, "vote", "answer", "words")
    found = next((one for one in context["votes"] if str(one.pk) == typed["vote"]), None)
    try:
        if found is None:  # beyond those that a page shows, or gone
            found = queries.waiting_vote(forms.whole(typed["vote"]) or 0, actor=actor)
        if found is None:
            raise NotFound(code="no_vote")
        vote(found, actor=actor, answer=typed["answer"], words=typed["words"])
    except Invalid as wrong:
        context |= {"typed": typed, "problems": wrong.fields}
        return page(request, "approvals", context, actor=actor, at=TICKETS, status=422)
    except NotFound:
        messages.error(request, _("This was answered already, or is needed no longer."))
    except Refusal as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Noted. Thank you."))
    return redirect("portal:approvals")
