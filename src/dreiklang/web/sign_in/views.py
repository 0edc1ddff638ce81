"""Signing in: by password, by a mailed link, by an invitation; a forgotten password; signing out; the language."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from dreiklang.accounts import rules
from dreiklang.accounts.commands import links, passwords, signing_in
from dreiklang.accounts.commands.preferences import set_language
from dreiklang.accounts.errors import DeadLink
from dreiklang.accounts.models import Account
from dreiklang.accounts.queries import live_link
from dreiklang.channels.push.commands import end_devices_of_session
from dreiklang.identities.models import Source
from dreiklang.identities.queries import buttons
from dreiklang.identities.rules import Claim
from dreiklang.kernel.errors import Invalid, Refusal
from dreiklang.kernel.permissions import system
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Sheet, typed
from dreiklang.web.sign_in import browser, demo, forms, outside
from dreiklang.web.sign_in import passwords as directory_passwords

DOOR = system("sign_in")
ENTRY = require_http_methods(["GET", "HEAD", "POST"])


@ENTRY
@never_cache
@sensitive_post_parameters("password")
@policy("public")
def by_password(request: HttpRequest) -> HttpResponse:
    """The sign-in page. Wrong name and wrong password are answered alike (P22)."""
    target = browser.wanted_target(request)
    if request.user.is_authenticated and request.method != "POST":
        return redirect(target or settings.LOGIN_REDIRECT_URL)
    form = forms.PasswordSheet(typed(request))
    if request.method == "POST" and form.is_valid():
        answer = directory_passwords.tried(request, form.cleaned_data["login"], form.cleaned_data["password"])
        if isinstance(answer, tuple):
            return _by_directory(request, *answer, target)
        if answer.account is not None:
            return browser.enter(request, answer.account, target)
        form.add_error(
            None, _wait_words(answer.wait) if answer.wait else _("This sign-in name and password do not fit together.")
        )
    return _page(request, "password", form, target, _front())


@ENTRY
@never_cache
@sensitive_post_parameters("password")
@policy("public")
def ask_for_link(request: HttpRequest) -> HttpResponse:
    """'Mail me a link' on the sign-in page: the same answer whether or not anybody has the address (P22)."""
    if request.method != "POST":
        return redirect("sign_in:password")
    target, form = browser.wanted_target(request), forms.LinkWish(typed(request))
    if not form.is_valid():
        shown = forms.PasswordSheet({"login": request.POST.get("login", "")})
        shown.errors.clear()
        for name, sentences in form.errors.items():
            for sentence in sentences:
                shown.add_error(name if name == "login" else None, sentence)
        return _page(request, "password", shown, target, _front())
    return _mailed(request, form.cleaned_data["login"], rules.SIGN_IN, target)


@ENTRY
@never_cache
@policy("public")
def forgotten(request: HttpRequest) -> HttpResponse:
    """A forgotten password: where to mail the link that sets a new one."""
    form = forms.AddressSheet(typed(request))
    if request.method == "POST" and form.is_valid():
        return _mailed(request, form.cleaned_data["login"], rules.RESET, "")
    return _page(request, "forgotten", form, "")


@ENTRY
@never_cache
@policy("public")
def by_link(request: HttpRequest, secret: str) -> HttpResponse:
    """A mailed sign-in link: opened it only shows a button, since mail scanners open links too."""
    target = browser.wanted_target(request)
    if request.method == "POST":
        account = signing_in.sign_in_by_link(secret, purpose=rules.SIGN_IN, actor=DOOR)
        return browser.enter(request, account, target)
    return _link_page(request, "link", secret, rules.SIGN_IN, Sheet(), target)


@ENTRY
@never_cache
@sensitive_post_parameters("password", "again")
@policy("public")
def by_invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """An invitation: choose a password, or go on without one (then a link is mailed each time)."""
    without = request.POST.get("without") in ("1", "passkey")
    form = Sheet() if without else forms.NewPasswordSheet(typed(request))
    if request.method == "POST" and (without or form.is_valid()):
        answer = _use_link(request, secret, rules.INVITATION, "invitation", form, without=without)
        if request.POST.get("without") == "passkey" and isinstance(request.user, Account):
            answer["Location"] = reverse("sign_in:own") + "#own-passkeys"
        return answer
    return _link_page(request, "invitation", secret, rules.INVITATION, form, "")


@ENTRY
@never_cache
@sensitive_post_parameters("password", "again")
@policy("public")
def new_password(request: HttpRequest, secret: str) -> HttpResponse:
    """A mailed reset link: a new password, which ends every other session (P23)."""
    form = forms.NewPasswordSheet(typed(request))
    if request.method == "POST" and form.is_valid():
        return _use_link(request, secret, rules.RESET, "reset", form, without=False)
    return _link_page(request, "reset", secret, rules.RESET, form, "")


@require_POST
@policy("signed_in")
def out(request: HttpRequest) -> HttpResponse:
    """Sign out and end the session."""
    via = request.session.get(browser.VIA)
    end_devices_of_session(request.session.session_key or "")
    logout(request)
    if (there := outside.farewell(via)) is not None:
        return render(request, "web/sign_in/signed_out.html", there)
    messages.success(request, _("You are signed out."))
    return redirect("sign_in:password")


@require_POST
@policy("public")
def language(request: HttpRequest) -> HttpResponse:
    """German or English: kept with the account, or in a cookie as long as nobody is signed in."""
    form = forms.LanguageSheet(typed(request))
    target = request.POST.get("next", "")
    response = redirect(target if target.startswith("/sign-in/") else browser.safe_target(target) or "sign_in:password")
    if not form.is_valid():
        return response
    chosen = form.cleaned_data["language"]
    if isinstance(request.user, Account):
        set_language(request.user, chosen, actor=actor_of(request))
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=browser.A_YEAR, samesite="Lax", httponly=True)
    return response


@require_POST
@policy("public")
def as_demo_person(request: HttpRequest) -> HttpResponse:
    """One click in the demo: sign in as one of the people shown."""
    account = demo.account(request.POST.get("account", ""))
    signing_in.note_sign_in(account, by="demo", actor=DOOR)
    return browser.enter(request, account, browser.wanted_target(request))


def _by_directory(request: HttpRequest, source: Source, claim: Claim, target: str) -> HttpResponse:
    """A directory has taken the password; whether that opens an account here is decided as for any other source."""
    request.session[outside.WANTED] = target
    try:
        return outside.enter(request, source, claim)
    except Refusal as refused:
        return render(request, "web/sign_in/refused.html", {"sentence": str(refused)}, status=403)


def _front() -> dict[str, Any]:
    """What the sign-in page offers besides its form."""
    return {"demo_people": demo.people() if demo.is_on() else [], "services": buttons()}


def _use_link(
    request: HttpRequest, secret: str, purpose: str, page: str, form: Sheet, *, without: bool
) -> HttpResponse:
    """Use a link up and set the password, both or neither: a weak password must not cost the link."""
    try:
        with transaction.atomic():
            account = signing_in.sign_in_by_link(secret, purpose=purpose, actor=DOOR)
            if not without:
                account = passwords.set_password(account, form.cleaned_data["password"], actor=DOOR)
    except DeadLink:
        raise
    except Invalid as weak:
        form.show(weak)
        return _link_page(request, page, secret, purpose, form, "")
    return browser.enter(request, account, browser.wanted_target(request))


def _mailed(request: HttpRequest, address: str, purpose: str, target: str) -> HttpResponse:
    links.ask_for_link(
        address, purpose=purpose, remote=browser.remote_of(request), target=target,
        language=get_language() or "", actor=DOOR,
    )  # fmt: skip
    return render(request, "web/sign_in/mailed.html", {"address": address, "purpose": purpose})


def _link_page(request: HttpRequest, page: str, secret: str, purpose: str, form: Sheet, target: str) -> HttpResponse:
    link = live_link(secret, purpose=purpose)
    if link is None or link.account is None:
        return render(request, "web/sign_in/dead.html", {"purpose": purpose}, status=410)
    return _page(request, page, form, target, {"account": link.account})


def _page(
    request: HttpRequest, name: str, form: Sheet, target: str, more: dict[str, Any] | None = None
) -> HttpResponse:
    context = {"form": form, "target": target, **(more or {})}
    return render(request, f"web/sign_in/{name}.html", context, status=422 if form.errors else 200)


def _wait_words(wait: timedelta) -> str:
    seconds = int(wait.total_seconds()) + 1
    if seconds < 60:
        pause = ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    else:
        minutes = -(-seconds // 60)
        pause = ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    return _("Too many tries. Try again in %(pause)s, or have a link mailed to you.") % {"pause": pause}
