"""The pages Django itself asks for when a request cannot be answered. Plain: the database may be gone."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from dreiklang.kernel.errors import Refusal
from dreiklang.web import typed

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400: could not be read; 413 where it was only too much."""
    status = 413 if isinstance(exception, TOO_MUCH) else 400
    return render(request, f"{status}.html", {"status": status}, status=status)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403: not for this person."""
    return render(request, "403.html", {"status": 403, "typed": typed.words_of(request)}, status=403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404: not there, or not to be known."""
    return render(request, "404.html", {"status": 404, "typed": typed.words_of(request)}, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """500: a defect; the page reads nothing but settings and what was sent, so that it can always be shown."""
    return render(None, "500.html", {"status": 500, "typed": typed.words_of(request)}, status=500)


def out_of_date(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form is from before the last sign-in, or from elsewhere. For a fragment a notice above it."""
    if request.headers.get("HX-Request"):
        words = _("This page was open too long: nothing was sent. Copy your words, reload the page and send again.")
        return notice(request, Refusal(words), 403)
    return render(request, "403_csrf.html", {"status": 403, "typed": typed.words_of(request)}, status=403)


def not_by_this_method(request: HttpRequest, allowed: str) -> HttpResponse:
    """405: the address of a form was opened as a page, or the other way round."""
    answer = render(request, "405.html", {"status": 405, "typed": typed.words_of(request)}, status=405)
    answer["Allow"] = allowed
    return answer


def signed_out(request: HttpRequest, again: str) -> HttpResponse | None:
    """401 for a form whose writer is not signed in any more: with the words of it; None where it brought none."""
    words = typed.words_of(request)
    context = {"status": 401, "typed": words, "again": again}
    return render(request, "web/errors/signed_out.html", context, status=401) if words else None


def notice(request: HttpRequest, refusal: Refusal, status: int) -> HttpResponse:
    """A line at the top of the page that is open, which stays as it is with all that was typed."""
    answer = render(request, "web/errors/notice.html", {"refusal": refusal, "status": int(status)}, status=status)
    answer["HX-Retarget"], answer["HX-Reswap"] = "#flashes", "innerHTML"
    return answer
