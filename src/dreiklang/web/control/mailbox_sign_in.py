"""How a mailbox signs in: by password, or by permission of Microsoft, Google or another provider."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.channels.mail.oauth import commands, providers
from dreiklang.channels.mail.oauth.tokens import consent_of, in_words
from dreiklang.channels.models import Consent, Mailbox
from dreiklang.kernel.errors import NotFound, Refusal
from dreiklang.web.control.pages import control_page
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Sheet, typed

AT = "mailboxes"


class ConsentSheet(Sheet):
    """Who is asked for the permission, and how."""

    provider = forms.ChoiceField(label=gettext_lazy("Mail provider"), choices=Consent.Provider.choices)
    flow = forms.ChoiceField(
        label=gettext_lazy("The permission is given"), choices=Consent.Flow.choices,
        help_text=gettext_lazy("“As an application” needs no person; your administrators permit it once."),
    )  # fmt: skip
    tenant = forms.CharField(
        label=gettext_lazy("Directory (tenant)"), required=False, max_length=100,
        help_text=gettext_lazy("Microsoft only: its number or domain, such as hospital.example."),
    )  # fmt: skip
    client_id = forms.CharField(label=gettext_lazy("Application (client) ID"), required=False, max_length=255)
    client_secret = forms.CharField(
        label=gettext_lazy("Secret of the application"), required=False, max_length=10_000,
        help_text=gettext_lazy(
            "Never shown. Left empty it stays, unless provider or application change. For Google as an application: "
            "the service account's whole key file."
        ),
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    authorize_url = forms.CharField(label=gettext_lazy("Address to ask at"), required=False, max_length=500)
    token_url = forms.CharField(label=gettext_lazy("Address for tokens"), required=False, max_length=500)
    device_url = forms.CharField(label=gettext_lazy("Address for typed codes"), required=False, max_length=500)
    scope = forms.CharField(label=gettext_lazy("Scope"), required=False, max_length=500)


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("client_secret")
@policy("control")
def one(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Whom this mailbox asks, and how the permission stands."""
    mailbox = _mailbox(mailbox_id)
    consent = consent_of(mailbox)
    shown = {n: getattr(consent, n) for n in commands.FIELDS if n != "client_secret"} if consent else None
    form = ConsentSheet(typed(request), initial=shown)
    if request.method == "POST":
        done = form.carry_out(lambda sent: commands.sign_in_by_consent(mailbox, actor=actor_of(request), **sent))
        if done is not None:
            messages.success(request, _("Saved. Now the permission is to be given."))
            return redirect("control:mailbox_sign_in", mailbox.pk)
    context = {
        "form": form, "mailbox": mailbox, "consent": consent, "redirect": _redirect(request),
        "problem": in_words(consent.problem, consent) if consent and consent.problem else "",
        "is_code_shown": bool(consent and consent.user_code),
    }  # fmt: skip
    return control_page(request, "mailbox_sign_in", context, at=AT)


@require_POST
@policy("control")
def password(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Back to user name and password."""
    mailbox = _mailbox(mailbox_id)
    commands.sign_in_by_password(mailbox, actor=actor_of(request))
    messages.success(request, _("The mailbox signs in by user name and password again."))
    return redirect("control:mailbox", mailbox.pk)


@require_POST
@policy("control")
def ask(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Ask for the permission: a link to the provider, a code to type, or at once as an application.

    A link and no redirect, because a form of ours may lead nowhere else (form-action of the policy).
    """
    mailbox = _mailbox(mailbox_id)
    consent = consent_of(mailbox)
    actor = actor_of(request)
    back = redirect("control:mailbox_sign_in", mailbox.pk)
    try:
        if consent is not None and consent.flow == providers.CODE:
            url = commands.ask_in_browser(mailbox, redirect=_redirect(request), actor=actor)
            context = {"mailbox": mailbox, "consent": consent, "provider_url": url}
            return control_page(request, "mailbox_provider", context, at=AT)
        if consent is not None and consent.flow == providers.DEVICE:
            commands.ask_by_device(mailbox, actor=actor)
            return back
        _tell(request, commands.prove_application(mailbox, actor=actor))
    except Refusal as refused:
        messages.error(request, str(refused))
    return back


@require_POST
@policy("control")
def look(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Whether somebody has typed the code meanwhile."""
    mailbox = _mailbox(mailbox_id)
    try:
        _tell(request, commands.look_for_answer(mailbox, actor=actor_of(request)))
    except Refusal as refused:
        messages.error(request, str(refused))
    return redirect("control:mailbox_sign_in", mailbox.pk)


@require_GET
@policy("control")
def answer(request: HttpRequest) -> HttpResponse:
    """Where the provider sends the browser back to, with its answer."""
    said: Any = request.GET
    error = said.get("error_description", "") or said.get("error", "")
    consent = commands.take_answer(
        state=said.get("state", ""), code=said.get("code", ""), error=error,
        redirect=_redirect(request), actor=actor_of(request),
    )  # fmt: skip
    _tell(request, consent)
    return redirect("control:mailbox_sign_in", consent.mailbox_id)


def _tell(request: HttpRequest, consent: Consent) -> None:
    if consent.problem:
        messages.error(request, in_words(consent.problem, consent))
    else:
        messages.success(request, _("The permission is given. Test the connection now."))


def _redirect(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("control:mailbox_answer"))


def _mailbox(mailbox_id: int) -> Mailbox:
    found = Mailbox.objects.filter(pk=mailbox_id).first()
    if found is None:
        raise NotFound(code="no_mailbox")
    return found
