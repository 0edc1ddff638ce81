"""Whatever goes wrong under ``/api/`` is answered as a problem document: also what no operation was reached for."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from dreiklang.api.problems import problem

CODES = {
    400: ("bad_request", "The address or the body cannot be read."),
    404: ("not_found", "There is no such address."),
    405: ("method_not_allowed", "This address does not know this method; see Allow."),
    413: ("too_large", "The body is too large."),
    500: ("broken", "The desk has a defect here; nothing was changed. Its administrator finds the cause in the log."),
    503: ("unavailable", "The desk cannot answer now; please try again."),
}
KEPT = ("Allow", "Retry-After", "WWW-Authenticate")


def as_problems(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, outermost: pages meant for people become problems meant for programs."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not request.path.startswith("/api/"):
            return response
        response.setdefault("Cache-Control", "private, no-store")
        if response.status_code < 400:
            return response
        if response.get("Content-Type", "").startswith("application/problem+json"):
            return response
        status = response.status_code
        code, detail = CODES.get(status, ("refused", HTTPStatus(status).description or HTTPStatus(status).phrase))
        made = problem(status, code, detail)
        made["Cache-Control"] = "private, no-store"
        for name in KEPT:
            if name in response:
                made[name] = response[name]
        return made

    return answer
