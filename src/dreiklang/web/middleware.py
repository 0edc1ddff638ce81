"""What stands around every page: security headers, the actor and the language, refusals as pages."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation

from dreiklang.kernel import errors
from dreiklang.web import errors as pages
from dreiklang.web import typed

Answer = Callable[[HttpRequest], HttpResponseBase]

STATUS: dict[type[errors.Refusal], HTTPStatus] = {
    errors.NotAllowed: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.WrongState: HTTPStatus.CONFLICT,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}


def live_origin(request: HttpRequest) -> str:
    """Where live news come from: as set, or the same host one port further."""
    if settings.LIVE_URL:
        parts = urlsplit(settings.LIVE_URL)
        return f"{parts.scheme}://{parts.netloc}"
    host, _, port = request.get_host().rpartition(":")
    if not port.isdigit():
        return ""
    return f"{request.scheme}://{host}:{int(port) + 1}"


def content_security(get_response: Answer) -> Answer:
    """A strict policy on every page that does not bring a stricter one of its own (mail and files in their sandbox)."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if "Content-Security-Policy" not in response:
            response["Content-Security-Policy"] = "; ".join(
                (
                    "default-src 'none'",
                    "script-src 'self'",
                    "style-src 'self'",
                    "img-src 'self' data:",
                    f"connect-src 'self' {live_origin(request)}".rstrip(),
                    "font-src 'self'",
                    "manifest-src 'self'",
                    "worker-src 'self'",
                    "form-action 'self'",
                    "frame-src 'self'",
                    "frame-ancestors 'self'",
                    "base-uri 'none'",
                )
            )
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return answer


def readable_addresses(get_response: Answer) -> Answer:
    """Refuse an address with a NUL in it before anybody looks something up by it: no text in the database has one."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return render(request, "400.html", {"status": 400}, status=400)
        return get_response(request)

    return answer


def actor_and_language(get_response: Answer) -> Answer:
    """Speak the account's language; a stranger's from the choice kept in the cookie, else from the browser."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        language = (
            request.user.language if request.user.is_authenticated else translation.get_language_from_request(request)
        )
        with translation.override(language):
            response = get_response(request)
            response.setdefault("Content-Language", language)
        if request.user.is_authenticated:
            response.setdefault("Cache-Control", "private, no-cache")
        return response

    return answer


def refusals(get_response: Answer) -> Answer:
    """Turn what a command or query refuses into a page, or for a fragment into a notice at the top of the page."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not getattr(response, "content", b"x"):
            return pages.not_by_this_method(request, response["Allow"])
        return response

    def process_exception(request: HttpRequest, refusal: Exception) -> HttpResponse | None:
        return refusal_page(request, refusal) if isinstance(refusal, errors.Refusal) else None

    answer.process_exception = process_exception  # type: ignore[attr-defined]
    return answer


def refusal_page(request: HttpRequest, refusal: errors.Refusal) -> HttpResponse:
    """The page, or the notice, that says what was refused, what was kept and what to do."""
    status = next((s for kind, s in STATUS.items() if isinstance(refusal, kind)), HTTPStatus.BAD_REQUEST)
    context: dict[str, Any] = {"refusal": refusal, "status": int(status)}
    if request.headers.get("HX-Request"):
        return pages.notice(request, refusal, status)
    context["typed"] = typed.words_of(request)
    return render(request, "web/errors/refusal.html", context, status=status)
