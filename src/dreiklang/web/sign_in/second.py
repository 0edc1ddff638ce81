"""The second factor: asked after the password or the link; set up and removed on the own account's page."""

from __future__ import annotations

import time
from typing import Any, cast

import segno
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from dreiklang.accounts.commands import second_factor
from dreiklang.accounts.models import Account
from dreiklang.accounts.queries import has_code_app, passkeys_of, pending_secret
from dreiklang.accounts.rules.second_factors import address_of
from dreiklang.kernel.errors import NotAllowed
from dreiklang.kernel.permissions import system
from dreiklang.teams.queries import actor_for
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Sheet, typed
from dreiklang.web.sign_in import browser

DOOR = system("sign_in")
#: Who has given the first factor has this long for the second.
WAITS_SECONDS = 600


class CodeSheet(Sheet):
    """A code."""

    code = forms.CharField(
        label=gettext_lazy("Code of the app, or a recovery code"), max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "none"}),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("code")
@policy("public")
def ask(request: HttpRequest) -> HttpResponse:
    """The code of the app, or a recovery code."""
    account, kept = waiting(request)
    if account is None or kept.get("needs"):
        return redirect("sign_in:password")
    form = CodeSheet(typed(request))
    if request.method == "POST" and form.is_valid():
        fits, wait = second_factor.try_second_factor(
            account, form.cleaned_data["code"], remote=browser.remote_of(request), actor=DOOR
        )
        if fits:
            return go_on(request, account, kept)
        form.add_error("code", browser.wait_words(wait) if wait else _("This code does not fit."))
    context = {"form": form, "has_app": has_code_app(account), "has_passkey": passkeys_of(account).exists()}
    return render(request, "web/sign_in/second.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD"])
@never_cache
@policy("public")
def needed(request: HttpRequest) -> HttpResponse:
    """The role needs a second factor and there is none: it is set up now, and nothing else opens before."""
    account, kept = waiting(request)
    if account is None or not kept.get("needs"):
        return redirect("sign_in:password")
    return render(request, "web/sign_in/needed.html", {"account": account})


def go_on(request: HttpRequest, account: Account, kept: dict[str, Any]) -> HttpResponse:
    """The second factor is given: the session begins."""
    return browser.begin(request, account, str(kept.get("target", "")), via=kept.get("via"))


def owner(request: HttpRequest) -> Account:
    """Who sets a second factor up: whoever is signed in, or has given the first factor and needs a second one."""
    if isinstance(request.user, Account):
        return request.user
    account, kept = waiting(request)
    if account is None or not kept.get("needs"):
        raise NotAllowed(_("Please sign in again."))
    return account


def entered(request: HttpRequest, account: Account, shown: HttpResponse) -> HttpResponse:
    """A page after setting up; for whoever had to, the session begins with it."""
    found, kept = waiting(request)
    if not isinstance(request.user, Account) and found is not None:
        for name, cookie in go_on(request, account, kept).cookies.items():
            shown.cookies[name] = cookie
    return shown


def waiting(request: HttpRequest) -> tuple[Account | None, dict[str, Any]]:
    """Whose first factor was given in this browser a moment ago, and what else was kept of it."""
    kept = request.session.get(browser.WAITING)
    if not isinstance(kept, dict) or time.time() - float(kept.get("at", 0)) > WAITS_SECONDS:
        return None, {}
    account_id, generation = int(kept.get("account", 0)), int(kept.get("generation", 0))
    account = Account.objects.filter(pk=account_id, is_active=True, generation=generation).first()
    return account, kept


@require_POST
@never_cache
@policy("public")
def begin(request: HttpRequest) -> HttpResponse:
    """A fresh secret, as a picture for the app and as letters."""
    account = owner(request)
    second_factor.begin_second_factor(account, actor=actor_for(account))
    return _setting_up(request, account, CodeSheet())


@require_POST
@never_cache
@sensitive_post_parameters("code")
@policy("public")
def confirm(request: HttpRequest) -> HttpResponse:
    """A code shows that the app knows the secret; the recovery codes are shown once, in the answer itself."""
    account, form = owner(request), CodeSheet(typed(request))
    codes = form.carry_out(
        lambda sent: second_factor.confirm_second_factor(account, sent["code"], actor=actor_for(account))
    )
    if codes is None:
        return _setting_up(request, account, form)
    next_url = "/" if not isinstance(request.user, Account) else reverse("sign_in:own")
    shown = render(request, "web/sign_in/recovery.html", {"codes": codes, "next_url": next_url}, status=201)
    return entered(request, account, shown)


@require_POST
@never_cache
@sensitive_post_parameters("code")
@policy("signed_in")
def remove(request: HttpRequest) -> HttpResponse:
    """Without it from now on, if a code proves who asks."""
    account, form = cast(Account, request.user), CodeSheet(typed(request))
    done = form.carry_out(lambda sent: _removed(request, account, sent["code"]))
    if done is None:
        messages.error(request, str(next(iter(form.non_field_errors()), "")) or _("This code does not fit."))
    else:
        messages.success(request, _("The second factor is removed."))
    return redirect("sign_in:own")


def _removed(request: HttpRequest, account: Account, code: str) -> bool:
    second_factor.remove_second_factor(account, actor=actor_of(request), code=code)
    return True


def _setting_up(request: HttpRequest, account: Account, form: CodeSheet) -> HttpResponse:
    secret = pending_secret(account)
    if not secret:
        return redirect("sign_in:own")
    picture = segno.make(address_of(secret, login=account.login, desk="Dreiklang"), error="m")
    context = {
        "picture": picture.png_data_uri(scale=5, border=3), "form": form,
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    }  # fmt: skip
    return render(request, "web/sign_in/second_begin.html", context, status=422 if form.errors else 200)
