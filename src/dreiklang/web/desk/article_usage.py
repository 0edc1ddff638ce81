"""Which articles are read, help, and spare a report."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dreiklang.kernel.errors import NotFound
from dreiklang.knowledge import policy as knowledge
from dreiklang.knowledge.queries.usage import DAYS, usage_of, usage_together
from dreiklang.web.routing import actor_of, policy


@require_GET
@policy("desk")
def page(request: HttpRequest) -> HttpResponse:
    """The last ninety days, the most read first."""
    actor = actor_of(request)
    if not knowledge.may_write(actor):
        raise NotFound
    context = {"rows": usage_of(actor), "together": usage_together(actor), "days": DAYS}
    return render(request, "web/desk/articles/usage.html", context)
