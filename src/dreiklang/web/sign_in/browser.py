"""What the browser tells: where it calls from, whether an account's owner used it before, where to go on."""

from __future__ import annotations

import os
from typing import cast

from django.conf import settings
from django.contrib.auth import login
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from dreiklang.accounts.models import Account
from dreiklang.accounts.rules import folded_login

KNOWN, SALT = "dreiklang_browser", "known browser"
A_YEAR = 365 * 24 * 3600
MOST_LOGINS = 5
BACKEND = "dreiklang.accounts.backends.PasswordBackend"


def remote_of(request: HttpRequest) -> str:
    """The address of whoever calls: the proxy's word for it, if the desk is told to stand behind one."""
    if os.environ.get("DREIKLANG_BEHIND_PROXY"):
        forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")[-1].strip()
        if forwarded:
            return forwarded
    return str(request.META.get("REMOTE_ADDR", ""))


def is_known(request: HttpRequest, sign_in_name: str) -> bool:
    """Whether somebody signed in to this account in this browser within a year (a signed cookie says so)."""
    return folded_login(sign_in_name) in _known_logins(request)


def enter(request: HttpRequest, account: Account, target: str) -> HttpResponse:
    """Begin a fresh session for an account, remember the browser, and go on to the page wanted."""
    login(request, account, backend=BACKEND)
    response = HttpResponse(status=302, headers={"Location": safe_target(target) or settings.LOGIN_REDIRECT_URL})
    logins = [account.login, *(one for one in _known_logins(request) if one != account.login)]
    response.set_cookie(
        KNOWN,
        signing.dumps(logins[:MOST_LOGINS], salt=SALT),
        max_age=A_YEAR,
        httponly=True,
        samesite="Lax",
        secure=bool(settings.SESSION_COOKIE_SECURE),
        path="/sign-in/",
    )
    return response


def safe_target(target: str) -> str:
    """A page of this desk to go on to, or nothing: never another host, never out of the sign-in pages and back in."""
    fits = target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if fits and not target.startswith("/sign-in/") and len(target) <= 500 else ""


def wanted_target(request: HttpRequest) -> str:
    """The page the person was on the way to."""
    return safe_target(request.POST.get("next", "") or request.GET.get("next", ""))


def _known_logins(request: HttpRequest) -> list[str]:
    try:
        kept = signing.loads(request.COOKIES.get(KNOWN, ""), salt=SALT, max_age=A_YEAR)
    except signing.BadSignature:
        return []
    return cast(list[str], kept) if isinstance(kept, list) else []
