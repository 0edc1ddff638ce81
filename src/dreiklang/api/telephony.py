"""Where telephone systems tell of calls: ``POST /api/telephony/<key>/`` with the system's token.

Not part of v1: the shapes are those of the systems, and a system is no account. The token comes as ``Bearer``, as the
password of ``Basic``, or as ``?token=`` for systems that can be told an address and nothing else.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from html import escape

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from dreiklang.api.problems import problem
from dreiklang.api.secrets_shown import shown_secret
from dreiklang.channels.telephony.commands import keep_misread, take_news
from dreiklang.channels.telephony.inbound import RANG, Unreadable, read
from dreiklang.channels.telephony.models import System
from dreiklang.channels.telephony.queries import system_by_key
from dreiklang.kernel.permissions import system as desk
from dreiklang.kernel.tokens import digest_of
from dreiklang.web.routing import policy

log = logging.getLogger(__name__)

#: A voice message of ten minutes in base64 is smaller.
LARGEST = 16_000_000


@csrf_exempt
@require_POST
@policy("public")
def call(request: HttpRequest, key: str) -> HttpResponse:
    """Take news of a call in. Public as an address: what opens it is the token, and the signature where one is set."""
    try:
        system = system_by_key(key)
        given = shown_secret(request) or request.GET.get("token", "")
        if system is None or not hmac.compare_digest(digest_of(given), bytes(system.token_digest)):
            refused = problem(401, "no_token", "This address needs the token of its telephone system.")
            refused["WWW-Authenticate"] = 'Bearer realm="dreiklang telephony"'
            return refused
        body = _body(request)
        if body is None:
            return problem(413, "too_large", f"News of a call have at most {LARGEST:,} bytes.")
        if system.signing_secret and not _is_signed(request, system, body):
            return problem(401, "bad_signature", "The signature does not fit.")
        return _taken_in(request, system, body)
    except (OperationalError, InterfaceError):
        return problem(503, "unavailable", "The desk cannot take this in now; please send it again.", retry_after=10)


def _taken_in(request: HttpRequest, system: System, body: bytes) -> HttpResponse:
    try:
        news = read(body, request.content_type or "")
    except Unreadable as wrong:
        keep_misread(system, body, wrong, actor=desk("telephony"))
        return problem(422, wrong.code, "This is no news of a call.", where=wrong.where)
    taken = take_news(system, news, actor=desk("telephony"))
    if system.kind == System.Kind.SIPGATE and news.event == RANG:
        return _tell_us_more(request)
    return JsonResponse({"call": taken.pk, "stage": taken.stage})


def _tell_us_more(request: HttpRequest) -> HttpResponse:
    """sipgate.io tells of answer and end only where the reply to the first news says so, in XML."""
    here = escape(request.build_absolute_uri(), quote=True)
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<Response onAnswer="{here}" onHangup="{here}"/>\n'
    return HttpResponse(text, content_type="application/xml")


def _is_signed(request: HttpRequest, system: System, body: bytes) -> bool:
    """HMAC-SHA256 over the body in hexadecimal, in ``X-PLACETEL-SIGNATURE`` (Call Control-/Notify-API)."""
    wanted = hmac.new(system.signing_secret.encode(), body, hashlib.sha256).hexdigest()
    given = request.headers.get("X-Placetel-Signature", "").strip().lower()
    return hmac.compare_digest(wanted.encode(), given.encode("utf-8", "replace"))


def _body(request: HttpRequest) -> bytes | None:
    """The bytes sent, or None if they are too many."""
    try:
        body = request.body
    except (RequestDataTooBig, UnreadablePostError):
        return None
    return body if len(body) <= LARGEST else None
