"""A call with an ``Idempotency-Key`` is done once: its repetition gets the same answer (P14).

The key's row is written in the transaction of the call: two at once meet at the row's unique key, the second waits
and then reads what the first was answered. A refused call leaves no row, so it may be put right and sent again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from dreiklang.api.problems import problem
from dreiklang.kernel import clock
from dreiklang.kernel.models import AnsweredCall

KEPT_FOR = timedelta(days=2)
LONGEST_KEY = 200


def once(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware for the API's writes."""

    def answer(request: HttpRequest) -> HttpResponse:
        key = request.headers.get("Idempotency-Key", "")
        if not key or request.method in ("GET", "HEAD", "OPTIONS") or not request.path.startswith("/api/"):
            return get_response(request)
        if len(key) > LONGEST_KEY or not key.isprintable():
            return problem(400, "bad_key", "An Idempotency-Key is at most 200 printable characters.")
        who = hashlib.sha256(request.headers.get("Authorization", "").encode()).hexdigest()
        what = f"{request.method} {request.get_full_path()}\n".encode() + request.body
        return _answer_once(request, get_response, who, key, hashlib.sha256(what).digest())

    return answer


def _answer_once(
    request: HttpRequest,
    get_response: Callable[[HttpRequest], HttpResponse],
    who: str,
    key: str,
    fingerprint: bytes,
) -> HttpResponse:
    with transaction.atomic():
        try:
            with transaction.atomic():
                call = AnsweredCall.objects.create(caller=who, key=key, fingerprint=fingerprint, called_at=clock.now())
        except IntegrityError:
            return _former_answer(who, key, fingerprint)
        response = get_response(request)
        if response.status_code >= 400:
            transaction.set_rollback(True)
            return response
        call.status, call.body = response.status_code, bytes(response.content)
        call.save(update_fields=["status", "body"])
        return response


def _former_answer(who: str, key: str, fingerprint: bytes) -> HttpResponse:
    former = AnsweredCall.objects.filter(caller=who, key=key).first()
    if former is None or former.status is None or bytes(former.fingerprint) != fingerprint:
        return problem(422, "key_reused", "This Idempotency-Key was used for another call.")
    answer = HttpResponse(bytes(former.body or b""), status=former.status, content_type="application/json")
    answer["Idempotency-Replayed"] = "true"
    return answer


def forget_old() -> int:
    """Drop answers older than two days; returns how many. Safe to run twice."""
    return AnsweredCall.objects.filter(called_at__lt=clock.now() - KEPT_FOR).delete()[0]
