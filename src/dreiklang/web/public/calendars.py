"""A technician's visits, read by their own calendar program. The address is the right, looked at anew each time."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from dreiklang.kernel.errors import NotFound
from dreiklang.tickets.queries.visits import feed_of
from dreiklang.web.routing import policy


@require_GET
@policy("public")
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar as text."""
    text = feed_of(secret[:100])
    if text is None:
        raise NotFound
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="dreiklang.ics"'
    answer["Cache-Control"] = "private, no-store"
    return answer
