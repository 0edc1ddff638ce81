"""How often somebody may call: per token, account and address; with ``RateLimit`` on each answer and 429 beyond (P43).

The header fields are those of the IETF draft "RateLimit header fields for HTTP", and ``Retry-After``. Whoever sends
no living token is counted by address alone, with a small allowance: tokens cannot be guessed at leisure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from dreiklang.api.doors import known_caller
from dreiklang.api.problems import DATABASE_AWAY, away, problem
from dreiklang.kernel.allowances import Limit, Standing, take
from dreiklang.web.sign_in.browser import remote_of

#: How many times the allowance of one token an account, and an address, may use.
ACCOUNT, ADDRESS = 2, 5
STRANGERS_PER_MINUTE = 60


def limited(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware for the API. Outside of the call's transaction, so that what is counted stays counted."""

    def answer(request: HttpRequest) -> HttpResponse:
        per_minute = settings.API_CALLS_PER_MINUTE
        if not per_minute or not request.path.startswith("/api/v1/"):
            return get_response(request)
        try:
            standing = take(_limits(request, per_minute))
        except DATABASE_AWAY:
            return away()
        response = _too_many(standing) if standing.wait else get_response(request)
        limit = standing.limit
        response["RateLimit-Policy"] = f'"{limit.name}";q={limit.calls};w={limit.span}'
        response["RateLimit"] = f'"{limit.name}";r={standing.left};t={standing.wait or limit.span}'
        return response

    return answer


def _limits(request: HttpRequest, per_minute: int) -> list[Limit]:
    address = hashlib.sha256(remote_of(request).encode()).hexdigest()[:32]
    known = known_caller(request)
    if known is None:
        return [Limit("address", f"stranger {address}", STRANGERS_PER_MINUTE)]
    token = known[1]
    return [
        Limit("token", f"token {token.pk}", per_minute),
        Limit("account", f"account {token.account_id}", per_minute * ACCOUNT),
        Limit("address", f"address {address}", per_minute * ADDRESS),
    ]


def _too_many(standing: Standing) -> HttpResponse:
    wait, limit = standing.wait, standing.limit
    said = f"This {limit.name} may call {limit.calls:,} times in {limit.span} seconds; try again in {wait} s."
    response = problem(429, "too_many_calls", said, retry_after=wait)
    response["Retry-After"] = str(wait)
    return response
