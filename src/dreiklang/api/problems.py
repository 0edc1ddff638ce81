"""Refusals as ``application/problem+json`` (RFC 9457): what is wrong, where, and what to do."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from dreiklang.kernel import errors

STATUS: dict[type[errors.Refusal], HTTPStatus] = {
    errors.NotAllowed: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.WrongState: HTTPStatus.CONFLICT,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}


#: What the database's driver raises when there is no database to speak to.
DATABASE_AWAY = (OperationalError, InterfaceError)


def problem(status: int, code: str, detail: str, **more: Any) -> HttpResponse:
    """A problem document. ``type`` is the code, as nobody needs a page to read it."""
    title = HTTPStatus(status).phrase
    content = {"type": f"urn:dreiklang:problem:{code}", "title": title, "status": status, "code": code}
    return JsonResponse({**content, "detail": detail, **more}, status=status, content_type="application/problem+json")


def away() -> HttpResponse:
    """The answer while the database does not answer: nothing was done, and it may be asked again."""
    answer = problem(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", "The desk cannot answer now.", retry_after=30)
    answer["Retry-After"] = "30"
    return answer


def of_refusal(refusal: errors.Refusal) -> HttpResponse:
    """The problem that a command's refusal is."""
    status = next((s for kind, s in STATUS.items() if isinstance(refusal, kind)), HTTPStatus.BAD_REQUEST)
    more: dict[str, Any] = {}
    if fields := getattr(refusal, "fields", None):
        more["fields"] = {name: [str(s) for s in sentences] for name, sentences in fields.items()}
    if isinstance(refusal, errors.Conflict):
        more["current_version"] = refusal.current
    if missing := getattr(refusal, "missing", None):
        more["missing"] = missing
    return problem(status, refusal.code, str(refusal) or HTTPStatus(status).description, **more)


def install(api: NinjaAPI) -> None:
    """Let the API answer every refusal, bad shape and missing token as a problem."""

    @api.exception_handler(errors.Refusal)
    def refused(_request: HttpRequest, refusal: errors.Refusal) -> HttpResponse:
        return of_refusal(refusal)

    @api.exception_handler(ValidationError)
    def misshapen(_request: HttpRequest, wrong: ValidationError) -> HttpResponse:
        # an unknown or hidden field is a bad request as a whole (P30); a wrong value names its field
        is_unknown = any(entry.get("type") == "extra_forbidden" for entry in wrong.errors)
        fields = {".".join(str(p) for p in entry["loc"][2:] or entry["loc"]): [entry["msg"]] for entry in wrong.errors}
        status = HTTPStatus.BAD_REQUEST if is_unknown else HTTPStatus.UNPROCESSABLE_ENTITY
        code = "unknown_field" if is_unknown else "invalid"
        return problem(status, code, "; ".join(f"{k}: {v[0]}" for k, v in fields.items())[:2000], fields=fields)

    @api.exception_handler(AuthenticationError)
    def unknown(_request: HttpRequest, _wrong: AuthenticationError) -> HttpResponse:
        answer = problem(HTTPStatus.UNAUTHORIZED, "no_token", "A valid token is needed: Authorization: Bearer …")
        answer["WWW-Authenticate"] = 'Bearer realm="dreiklang"'
        return answer

    for kind in DATABASE_AWAY:
        api.add_exception_handler(kind, lambda _request, _wrong: away())

    @api.exception_handler(HttpError)
    def plain(_request: HttpRequest, wrong: HttpError) -> HttpResponse:
        return problem(wrong.status_code, "bad_request", str(wrong))
