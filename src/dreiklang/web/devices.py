"""One's own devices: switched on and off for web push, tried, with what one wants to hear there; agents and requesters.

The worker that shows a push stands at the top of the site, because a browser lets it speak for what lies below it.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.accounts.models import Account
from dreiklang.channels.push import commands, queries
from dreiklang.channels.push.models import Device
from dreiklang.kernel.errors import Invalid
from dreiklang.web import forms
from dreiklang.web.desk.preferences import kinds
from dreiklang.web.portal import frame
from dreiklang.web.portal.finding import visitor
from dreiklang.web.routing import AUDIENCES, actor_of, policy
from dreiklang.web.sign_in.browser import browser_of

WORKER = Path(__file__).parent / "static" / "dreiklang" / "js" / "worker.js"
#: The worker loads nothing but the picture of a notification.
WORKER_CSP = "default-src 'none'; img-src 'self'; connect-src 'self'"


@lru_cache(maxsize=1)
def _worker() -> bytes:
    return WORKER.read_bytes()


@require_GET
@policy("public")
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: the same bytes for everybody. It keeps nothing and answers no request of a page."""
    answer = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    answer["Service-Worker-Allowed"] = "/"
    answer["Cache-Control"] = "no-cache"
    answer["Content-Security-Policy"] = WORKER_CSP
    return answer


@require_http_methods(["GET", "POST"])
@never_cache
@policy("signed_in")
def page(request: HttpRequest) -> HttpResponse:
    """The page, and saving what one wants to hear."""
    if request.method != "POST":
        return _page(request)
    typed = forms.read(request, "quiet_from", "quiet_until", "with_words", lists=["kinds"])
    actor = actor_of(request)
    try:
        commands.choose(
            cast(Account, request.user), actor=actor, kinds=typed["kinds"] if _is_agent(request) else None,
            quiet_from=typed["quiet_from"], quiet_until=typed["quiet_until"], with_words=typed["with_words"] == "on",
        )  # fmt: skip
    except Invalid as refusal:
        return _page(request, typed=typed, problems=refusal.fields)
    messages.success(request, _("Saved."))
    return redirect("devices")


@require_POST
@policy("signed_in")
def switch_on(request: HttpRequest) -> HttpResponse:
    """This browser is told of news from now on."""
    typed = forms.read(request, "endpoint", "key", "auth")
    try:
        commands.switch_on(
            cast(Account, request.user), actor=actor_of(request), name=browser_of(request),
            session_key=request.session.session_key or "", **typed,
        )  # fmt: skip
    except Invalid as refusal:
        return _page(request, problems=refusal.fields)
    messages.success(request, _("News come to this device from now on."))
    return redirect("devices")


@require_POST
@policy("signed_in")
def removal(request: HttpRequest, device_id: int) -> HttpResponse:
    """A device is told no more."""
    actor = actor_of(request)
    commands.switch_off(queries.device(device_id, actor=actor), actor=actor)
    messages.success(request, _("The device is switched off. You can switch it on again there."))
    return redirect("devices")


@require_POST
@policy("signed_in")
def trial(request: HttpRequest, device_id: int) -> HttpResponse:
    """A trial, to see whether it arrives."""
    actor = actor_of(request)
    commands.try_device(queries.device(device_id, actor=actor), actor=actor)
    messages.success(request, _("A trial is on its way. It should appear on the device within seconds."))
    return redirect("devices")


def _is_agent(request: HttpRequest) -> bool:
    return actor_of(request).has(AUDIENCES["desk"])


def _page(
    request: HttpRequest, *, typed: dict[str, Any] | None = None, problems: dict[str, list[str]] | None = None
) -> HttpResponse:
    account, actor = cast(Account, request.user), actor_of(request)
    choice = queries.choice_of(account)
    typed = typed or {
        "quiet_from": choice.quiet_from,
        "quiet_until": choice.quiet_until,
        "with_words": "on" if choice.with_words else "",
        "kinds": choice.kinds,
    }
    context = {
        "devices": [(device, _digest(device), _why_ended(device)) for device in queries.devices_of(actor)],
        "public_key": commands.own_keys().public,
        "typed": typed,
        "problems": problems or {},
        "kinds": kinds() if _is_agent(request) else None,
    }
    status = 422 if problems else 200
    if _is_agent(request):
        return render(request, "web/desk/devices.html", context, status=status)
    return frame.page(request, "devices", context, actor=visitor(request), at=frame.PROFILE, status=status)


def _digest(device: Device) -> str:
    """By this the browser knows its own row; the address itself is not shown again."""
    return bytes(device.digest).hex()


def _why_ended(device: Device) -> str:
    """Why a device is told no more, in words."""
    if device.ended_at is None:
        return ""
    return {
        "gone": _("its browser has given the permission back, or was removed"),
        "signed_out": _("somebody signed out there"),
    }.get(device.ended_because, _("your password was changed, or all sessions were ended"))
