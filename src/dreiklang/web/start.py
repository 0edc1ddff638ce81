"""The front door: everybody to the face that is theirs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from dreiklang.kernel.errors import NotAllowed
from dreiklang.web.routing import AUDIENCES, actor_of, policy


@require_GET
@policy("signed_in")
def start(request: HttpRequest) -> HttpResponse:
    """Agents to the desk, requesters to the portal, administrators without a team to control."""
    actor = actor_of(request)
    for audience, address in (("desk", "/desk/"), ("portal", "/portal/"), ("control", "/control/")):
        if actor.has(AUDIENCES[audience]):
            return redirect(address)
    raise NotAllowed
