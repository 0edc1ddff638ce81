"""Passkeys: to sign in with, as the second factor, and on the own account's page."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from dreiklang.accounts import questions
from dreiklang.accounts.commands import passkeys, signing_in
from dreiklang.accounts.models import Account, Passkey
from dreiklang.accounts.queries import passkeys_of
from dreiklang.identities.policy import require_open
from dreiklang.kernel.errors import NotFound, Refusal
from dreiklang.kernel.permissions import system
from dreiklang.teams.queries import actor_for
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Sheet
from dreiklang.web.sign_in import browser, second

DOOR = system("sign_in")
#: In the session: the challenge that a device was asked to sign. It is used up by the first answer.
CHALLENGE = "passkey_challenge"


class PasskeySheet(Sheet):
    """A new passkey: its name, and what the device said."""

    name = forms.CharField(label=gettext_lazy("Name of the device"), max_length=60)
    credential = forms.CharField(widget=forms.HiddenInput, max_length=50_000, required=False)


@require_POST
@never_cache
@policy("public")
def ask(request: HttpRequest) -> HttpResponse:
    """What the browser asks the device: for a passkey of this desk, or of who has given the first factor."""
    account, kept = second.waiting(request)
    asked = questions.ask_for_known(account if account is not None and not kept.get("needs") else None)
    return _asked(request, asked)


@require_POST
@never_cache
@policy("public")
def sign_in(request: HttpRequest) -> HttpResponse:
    """A passkey alone signs in: the device has asked its owner for finger, face or number."""
    account, kept = second.waiting(request)
    is_second = account is not None and not kept.get("needs")
    challenge = str(request.session.pop(CHALLENGE, ""))
    try:
        found = passkeys.use_passkey(
            request.POST.get("credential", ""), challenge=challenge, account=account if is_second else None, actor=DOOR
        )
        require_open(found)
    except Refusal as refused:
        messages.error(request, str(refused))
        return redirect("sign_in:second" if is_second else "sign_in:password")
    if is_second:
        return second.go_on(request, found, kept)
    signing_in.note_sign_in(found, by="passkey", actor=DOOR)
    return browser.begin(request, found, browser.wanted_target(request))


@require_POST
@never_cache
@policy("public")
def ask_new(request: HttpRequest) -> HttpResponse:
    """What the browser asks the device: to make a passkey for this account."""
    return _asked(request, questions.ask_for_new(second.owner(request)))


@require_POST
@never_cache
@policy("public")
def add(request: HttpRequest) -> HttpResponse:
    """Keep what the device has made. For whoever had to set up a second factor the session begins with it."""
    account, form = second.owner(request), PasskeySheet(request.POST)
    challenge, was_in = str(request.session.pop(CHALLENGE, "")), isinstance(request.user, Account)
    made = form.carry_out(
        lambda sent: passkeys.add_passkey(
            account, sent["credential"], challenge=challenge, name=sent["name"], actor=actor_for(account)
        )
    )
    if made is None:
        messages.error(request, " ".join(str(sentence) for said in form.errors.values() for sentence in said))
        return redirect("sign_in:own" if was_in else "sign_in:needed")
    messages.success(request, _("The passkey is set up."))
    if was_in:
        return redirect("sign_in:own")
    _account, kept = second.waiting(request)
    return second.go_on(request, account, kept)


@require_POST
@policy("signed_in")
def rename(request: HttpRequest, passkey_id: int) -> HttpResponse:
    """Call one of one's own passkeys something else."""
    found, form = _own(request, passkey_id), PasskeySheet(request.POST)
    if form.carry_out(lambda sent: passkeys.rename_passkey(found, sent["name"], actor=actor_of(request))) is None:
        messages.error(request, " ".join(str(sentence) for said in form.errors.values() for sentence in said))
    return redirect("sign_in:own")


@require_POST
@policy("signed_in")
def remove(request: HttpRequest, passkey_id: int) -> HttpResponse:
    """Remove one of one's own passkeys."""
    passkeys.remove_passkey(_own(request, passkey_id), actor=actor_of(request))
    messages.success(request, _("The passkey is removed. Remove it on the device, too."))
    return redirect("sign_in:own")


def _own(request: HttpRequest, passkey_id: int) -> Passkey:
    found = passkeys_of(cast(Account, request.user)).filter(pk=passkey_id).first()
    if found is None:
        raise NotFound(code="no_passkey")
    return found


def _asked(request: HttpRequest, asked: questions.Asked) -> HttpResponse:
    request.session[CHALLENGE] = asked.challenge
    return HttpResponse(asked.options, content_type="application/json")
