"""One's own account: language, password, sessions, API tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from dreiklang.accounts.commands import accounts, passwords, tokens
from dreiklang.accounts.commands.sessions import end_session as end_one_session
from dreiklang.accounts.models import Account
from dreiklang.accounts.queries import has_code_app, must_have_second_factor, passkeys_of, sessions_of, tokens_of
from dreiklang.channels.push.commands import end_devices_of_session, follow_session
from dreiklang.identities.queries import buttons, identities_of
from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotFound
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import typed
from dreiklang.web.sign_in import browser, forms
from dreiklang.web.sign_in.second import CodeSheet


@require_http_methods(["GET", "HEAD"])
@never_cache
@policy("signed_in")
def page(request: HttpRequest) -> HttpResponse:
    """The page."""
    return _page(request)


@require_POST
@never_cache
@sensitive_post_parameters()
@policy("signed_in")
def password(request: HttpRequest) -> HttpResponse:
    """Set a new password; this session stays, every other ends."""
    account, form = _account(request), forms.OwnPasswordSheet(typed(request))
    done = form.carry_out(
        lambda sent: passwords.set_password(account, sent["password"], old=sent["old"], actor=actor_of(request))
    )
    if done is None:
        return _page(request, password=form, status=422)
    _keep_session(request, done)
    messages.success(request, _("Your new password is set. All other sessions have ended."))
    return redirect("sign_in:own")


@require_POST
@policy("signed_in")
def sessions(request: HttpRequest) -> HttpResponse:
    """End every other session and every token."""
    account = accounts.end_sessions(_account(request), actor=actor_of(request))
    _keep_session(request, account)
    messages.success(request, _("All other sessions and all tokens have ended."))
    return redirect("sign_in:own")


@require_POST
@never_cache
@policy("desk")
def make_token(request: HttpRequest) -> HttpResponse:
    """Make an API token and show it once, in the answer itself: it is kept nowhere in plain."""
    account = _account(request)
    form = forms.TokenSheet(typed(request), rights=account.rights)
    made = form.carry_out(
        lambda sent: tokens.make_token(
            account, name=sent["name"], scopes=sent["scopes"], actor=actor_of(request),
            expires_at=clock.now() + timedelta(days=sent["days"]),
        )
    )  # fmt: skip
    if made is None:
        return _page(request, token=form, status=422)
    return _page(request, secret=made[1], status=201)


@require_POST
@policy("desk")
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    """End one of one's own tokens."""
    token = tokens_of(_account(request)).filter(pk=token_id).first()
    if token is None:
        raise NotFound(code="no_token")
    tokens.revoke_token(token, actor=actor_of(request))
    messages.success(request, _("The token has ended."))
    return redirect("sign_in:own")


@require_POST
@policy("signed_in")
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """End one of one's own sessions; the others stay."""
    found = sessions_of(_account(request)).filter(pk=session_id).first()
    if found is None:
        raise NotFound(code="no_session")
    end_devices_of_session(found.key)
    end_one_session(found, actor=actor_of(request))
    messages.success(request, _("The session has ended."))
    return redirect("sign_in:own")


def _keep_session(request: HttpRequest, account: Account) -> None:
    """This session stays, under another key."""
    former = request.session.session_key or ""
    update_session_auth_hash(request, account)
    browser.remember_session(request, account, former=former)
    follow_session(account, former=former, key=request.session.session_key or "", actor=actor_of(request))


def _account(request: HttpRequest) -> Account:
    return cast(Account, request.user)


def _page(
    request: HttpRequest,
    *,
    password: forms.OwnPasswordSheet | None = None,
    token: forms.TokenSheet | None = None,
    secret: str = "",
    status: int = 200,
) -> HttpResponse:
    account = _account(request)
    context = {
        "account": account,
        "password_form": password or forms.OwnPasswordSheet(),
        "token_form": token or forms.TokenSheet(rights=account.rights),
        "tokens": tokens_of(account) if actor_of(request).has("desk.use") else None,
        "scope_words": forms.SCOPE_WORDS,
        "secret": secret,
        "sessions": sessions_of(account),
        "this_key": request.session.session_key,
        "identities": identities_of(account),
        "services": buttons(),
        "has_app": has_code_app(account),
        "passkeys": passkeys_of(account),
        "must_have_second": must_have_second_factor(account),
        "code_form": CodeSheet(auto_id="second_%s"),
    }
    return render(request, "web/sign_in/own.html", context, status=status)
