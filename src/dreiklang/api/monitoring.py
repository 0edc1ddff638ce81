"""Where watching programs call: ``POST /api/monitoring/<key>/`` with the source's token. 2xx only after commit (P12).

Not part of v1: the shapes are those of the programs, and a source is no account. The token comes as ``Bearer``, or as
the password of ``Basic`` for programs that know nothing else.
"""

from __future__ import annotations

import hmac
import logging

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from dreiklang.api.problems import problem
from dreiklang.api.secrets_shown import shown_secret
from dreiklang.channels.monitoring.commands import keep_call, settle_call
from dreiklang.channels.monitoring.models import Call, Source
from dreiklang.channels.monitoring.queries import source_by_key
from dreiklang.channels.monitoring.rules import is_signed
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Refusal
from dreiklang.kernel.permissions import system
from dreiklang.kernel.tokens import digest_of
from dreiklang.web.routing import policy

log = logging.getLogger(__name__)

LARGEST = 2_000_000
_TRY_LATER = "The desk cannot take this in now; please send it again."


@csrf_exempt
@require_POST
@policy("public")
def call(request: HttpRequest, key: str) -> HttpResponse:
    """Take a call in. Public as an address: what opens it is the source's token, and its signature where one is set."""
    try:
        source = source_by_key(key)
        if source is None or not _knows_token(request, source):
            refused = problem(401, "no_token", "This address needs the token of its source.")
            refused["WWW-Authenticate"] = 'Bearer realm="dreiklang monitoring"'
            return refused
        body = _body(request)
        if body is None:
            return problem(413, "too_large", f"A call has at most {LARGEST:,} bytes.")
        if source.signing_secret and not _is_signed(request, source, body):
            return problem(401, "bad_signature", "The signature does not fit, or its time is more than 5 minutes off.")
        return _taken_in(source, body, request.headers.get("webhook-id") or None)
    except (OperationalError, InterfaceError):
        return problem(503, "unavailable", _TRY_LATER, retry_after=30)


def _taken_in(source: Source, body: bytes, call_id: str | None) -> HttpResponse:
    """Keep it, then settle it. What is kept is safe: if settling fails, the schedule does it."""
    if call_id is not None and not (call_id.isprintable() and len(call_id) <= 200):
        return problem(400, "bad_call_id", "A webhook-id is at most 200 printable characters.")
    kept, _is_new = keep_call(source, body, call_id=call_id)
    if kept.state == Call.State.STORED:
        try:
            kept = settle_call(kept, actor=system("monitoring"))
        except (Refusal, DatabaseError):
            log.exception("call %s of monitoring waits for the schedule", kept.pk)
            return JsonResponse({"call": kept.pk, "state": "stored"}, status=202)
    if kept.state == Call.State.REFUSED:
        return problem(422, kept.problem, f"This is not what a source of kind {source.kind} sends.", where=kept.where)
    return JsonResponse({"call": kept.pk, "state": "settled", "signals": kept.signals})


def _knows_token(request: HttpRequest, source: Source) -> bool:
    return hmac.compare_digest(digest_of(shown_secret(request)), bytes(source.token_digest))


def _is_signed(request: HttpRequest, source: Source, body: bytes) -> bool:
    return is_signed(
        source.signing_secret,
        call_id=request.headers.get("webhook-id", ""),
        timestamp=request.headers.get("webhook-timestamp", ""),
        signatures=request.headers.get("webhook-signature", ""),
        body=body,
        now=clock.now(),
    )


def _body(request: HttpRequest) -> bytes | None:
    """The bytes sent, or None if they are too many."""
    try:
        body = request.body
    except (RequestDataTooBig, UnreadablePostError):
        return None
    return body if len(body) <= LARGEST else None
