"""The second factor: asked after the password or the link; set up and removed on the own account's page."""

from __future__ import annotations

import time
from typing import cast

import segno
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from dreiklang.accounts.commands import second_factor
from dreiklang.accounts.models import Account
from dreiklang.accounts.queries import pending_secret
from dreiklang.accounts.rules.second_factors import address_of
from dreiklang.kernel.permissions import system
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
    account, target = _waiting(request)
    if account is None:
        return redirect("sign_in:password")
    form = CodeSheet(typed(request))
    if request.method == "POST" and form.is_valid():
        fits, wait = second_factor.try_second_factor(
            account, form.cleaned_data["code"], remote=browser.remote_of(request), actor=DOOR
        )
        if fits:
            kept = request.session.pop(browser.WAITING, {})
            return browser.begin(request, account, target, via=kept.get("via"))
        form.add_error("code", browser.wait_words(wait) if wait else _("This code does not fit."))
    return render(request, "web/sign_in/second.html", {"form": form}, status=422 if form.errors else 200)


def _waiting(request: HttpRequest) -> tuple[Account | None, str]:
    """Whose first factor was given in this browser a moment ago, and where they were going."""
    kept = request.session.get(browser.WAITING)
    if not isinstance(kept, dict) or time.time() - float(kept.get("at", 0)) > WAITS_SECONDS:
        return None, ""
    account_id, generation = int(kept.get("account", 0)), int(kept.get("generation", 0))
    account = Account.objects.filter(pk=account_id, is_active=True, generation=generation).first()
    return account, str(kept.get("target", ""))


@require_POST
@never_cache
@policy("signed_in")
def begin(request: HttpRequest) -> HttpResponse:
    """A fresh secret, as a picture for the app and as letters."""
    account = cast(Account, request.user)
    second_factor.begin_second_factor(account, actor=actor_of(request))
    return _setting_up(request, account, CodeSheet())


@require_POST
@never_cache
@sensitive_post_parameters("code")
@policy("signed_in")
def confirm(request: HttpRequest) -> HttpResponse:
    """A code shows that the app knows the secret; the recovery codes are shown once, in the answer itself."""
    account, form = cast(Account, request.user), CodeSheet(typed(request))
    codes = form.carry_out(
        lambda sent: second_factor.confirm_second_factor(account, sent["code"], actor=actor_of(request))
    )
    if codes is None:
        return _setting_up(request, account, form)
    return render(request, "web/sign_in/recovery.html", {"codes": codes}, status=201)


@require_POST
@never_cache
@sensitive_post_parameters("code")
@policy("signed_in")
def remove(request: HttpRequest) -> HttpResponse:
    """Without it from now on, if a code proves who asks."""
    account, form = cast(Account, request.user), CodeSheet(typed(request))
    done = form.carry_out(lambda sent: _removed(request, account, sent["code"]))
    if done is None:
        messages.error(request, _("This code does not fit."))
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
