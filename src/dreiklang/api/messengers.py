"""Where messengers hand words over: ``/api/messengers/<key>/``. 2xx only after commit; read afterwards, by the doors.

Not part of v1: the shapes are those of the services, and a line is no account. What opens the address is the service's
signature or secret; which one, each adapter says.
"""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from dreiklang.api.problems import problem
from dreiklang.channels.messengers.adapters import ADAPTERS
from dreiklang.channels.messengers.adapters.interface import Handed
from dreiklang.channels.messengers.commands import keep_post, note_problem
from dreiklang.channels.messengers.models import Line
from dreiklang.channels.messengers.queries import line_by_key
from dreiklang.kernel import clock
from dreiklang.web.routing import policy

#: Meta's largest call is 3 MB; files are fetched, not sent along.
LARGEST = 4_000_000
_TRY_LATER = "The desk cannot take this in now; please send it again."


@csrf_exempt
@require_http_methods(["GET", "POST"])
@policy("public")
def call(request: HttpRequest, key: str) -> HttpResponse:
    """Take what a service hands over. Public as an address; a line switched off looks like none."""
    try:
        line = line_by_key(key)
        if line is not None and not line.is_active:
            note_problem(line, "switched_off")
            line = None
        handed = _handed(request)
        if handed is None:
            return problem(413, "too_large", f"A call has at most {LARGEST:,} bytes.")
        if line is None:
            return problem(401, "not_genuine", "The signature or the secret of this call is not that of its line.")
        return _taken_in(request, line, handed)
    except (OperationalError, InterfaceError):
        return problem(503, "unavailable", _TRY_LATER, retry_after=30)


def _taken_in(request: HttpRequest, line: Line, handed: Handed) -> HttpResponse:
    adapter = ADAPTERS[line.kind]
    if request.method == "GET":
        asked = adapter.challenge(line, handed)
        return HttpResponse(asked, content_type="text/plain") if asked is not None else _refused(line)
    if not adapter.is_genuine(line, handed):
        return _refused(line)
    if (asked := adapter.challenge(line, handed)) is not None:
        return HttpResponse(asked, content_type="text/plain")
    keep_post(line, handed.body)
    shown = adapter.reply()
    return JsonResponse(shown) if shown is not None else HttpResponse(status=200)


def _refused(line: Line) -> HttpResponse:
    note_problem(line, "forged")
    return problem(401, "not_genuine", "The signature or the secret of this call is not that of its line.")


def _handed(request: HttpRequest) -> Handed | None:
    """What was sent, or None if it is too much."""
    try:
        body = request.body
    except (RequestDataTooBig, UnreadablePostError):
        return None
    headers = {name.lower(): value for name, value in request.headers.items()}
    query = {name: str(value) for name, value in request.GET.items()}
    return Handed(body, headers, query, clock.now()) if len(body) <= LARGEST else None
