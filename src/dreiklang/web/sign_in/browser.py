"""What the browser tells: where it calls from, whether an account's owner used it before, where to go on."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import login
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dreiklang.accounts.commands.sessions import note_session
from dreiklang.accounts.models import Account
from dreiklang.accounts.queries import has_second_factor, lacks_second_factor
from dreiklang.accounts.rules import folded_login
from dreiklang.kernel.permissions import system

KNOWN, SALT = "dreiklang_browser", "known browser"
A_YEAR = 365 * 24 * 3600
MOST_LOGINS = 5
#: In the session: whose first factor was given, while the second one is asked.
WAITING = "second_factor_waiting"
#: In the session: the service by which its owner came, and the token that ends the session there, too.
VIA = "came_by_service"
BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Chrome/", "Chrome"), ("Firefox/", "Firefox"), ("Safari/", "Safari"))
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip
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


def enter(
    request: HttpRequest, account: Account, target: str, *, via: Any = None, has_second: bool = False
) -> HttpResponse:
    """The first factor is given: begin the session, or ask for the second one if the account has it.

    ``via`` names the service by which somebody came; ``has_second`` says that it has asked for a second factor itself.
    """
    needs = not has_second and lacks_second_factor(account)
    if has_second or not (needs or has_second_factor(account)):
        return begin(request, account, target, via=via)
    request.session.flush()
    request.session[WAITING] = {
        "account": account.pk, "generation": account.generation, "at": time.time(), "target": safe_target(target),
        "via": via, "needs": needs,
    }  # fmt: skip
    return redirect("sign_in:needed" if needs else "sign_in:second")


def begin(request: HttpRequest, account: Account, target: str, *, via: Any = None) -> HttpResponse:
    """Begin a fresh session for an account, remember the browser, and go on to the page wanted."""
    request.session.flush()
    login(request, account, backend=BACKEND)
    if via:
        request.session[VIA] = via
    remember_session(request, account)
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


def remember_session(request: HttpRequest, account: Account, *, former: str = "") -> None:
    """Note the session among those of the account; ``former`` is the key it had before it was changed."""
    if request.session.session_key is None:
        request.session.create()
    key = request.session.session_key or ""
    note_session(account, key=key, browser=browser_of(request), former=former, actor=system("sign_in"))


def browser_of(request: HttpRequest) -> str:
    """The kind of browser and machine, no more: enough to recognise one's own, too little to follow anybody."""
    said = request.headers.get("User-Agent", "")
    browser = next((name for sign, name in BROWSERS if sign in said), "")
    system_name = next((name for sign, name in SYSTEMS if sign in said), "")
    return ", ".join(part for part in (browser, system_name) if part)


def wait_words(wait: timedelta) -> str:
    """How long to wait after too many tries."""
    seconds = int(wait.total_seconds()) + 1
    if seconds < 60:
        pause = ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    else:
        minutes = -(-seconds // 60)
        pause = ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    return _("Too many tries. Try again in %(pause)s.") % {"pause": pause}
