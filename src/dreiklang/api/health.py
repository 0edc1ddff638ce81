"""Is it alive, is it ready, how is it: for load balancers and Prometheus. No word of anybody's stands in any of them.

``/healthz`` says that this process answers; ``/readyz`` that the database does and its tables fit; ``/metrics`` how
much waits where. The last one is for the machine itself, or for whoever bears ``DREIKLANG_METRICS_TOKEN``.
"""

from __future__ import annotations

import hmac
import ipaddress

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from dreiklang.api import measuring, metrics
from dreiklang.api.problems import DATABASE_AWAY
from dreiklang.web.routing import policy

TEXT = "text/plain; version=0.0.4; charset=utf-8"
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip")


@require_GET
@policy("public")
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers; asks nobody else, so that a database that is away restarts no web server."""
    return _plain("ok", 200)


@require_GET
@policy("public")
def readyz(request: HttpRequest) -> HttpResponse:
    """The desk can work: the database answers and its tables are those of this version."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DATABASE_AWAY:
        return _plain("the database does not answer", 503)
    except DatabaseError:
        return _plain("the database cannot be read", 503)
    return _plain("migrations wait", 503) if pending else _plain("ready", 200)


@require_GET
@policy("public")
def measures(request: HttpRequest) -> HttpResponse:
    """How much waits where, as Prometheus reads it. Public as an address: opened by token, or from the machine."""
    if not may_measure(request):
        return _plain("This page needs its token, or a call from the machine itself.", 403)
    try:
        found = [*metrics.lines(), *measuring.lines()]
    except DATABASE_AWAY:
        found = ["# the database does not answer", "dreiklang_database_up 0", *measuring.lines()]
    return HttpResponse("\n".join(found) + "\n", content_type=TEXT)


def may_measure(request: HttpRequest) -> bool:
    """Whether a request bears the token; where none is set, whether it comes from this machine without a proxy."""
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        return hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "").split("%")[0]).is_loopback
    except ValueError:
        return False


def _plain(words: str, status: int) -> HttpResponse:
    answer = HttpResponse(words + "\n", status=status, content_type="text/plain; charset=utf-8")
    answer["Cache-Control"] = "no-store"
    return answer
