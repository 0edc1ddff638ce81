"""Keys that open encrypted mail, and whose signatures count: which there are, a new one, away with one."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from dreiklang.channels.mail.settings.keys import LARGEST, add_mail_key, remove_mail_key
from dreiklang.channels.mail.settings.signers import add_known_signer, forget_signer
from dreiklang.channels.models import KnownSigner, MailKey
from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotFound
from dreiklang.web.control.pages import control_page
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Sheet, typed

AT = "mailboxes"


class KeySheet(Sheet):
    """A key file and the password that opens it."""

    file = forms.FileField(
        label=gettext_lazy("Key file"),
        help_text=gettext_lazy("PKCS#12 (.p12, .pfx), PEM with certificate and private key, or an OpenPGP secret key."),
    )
    password = forms.CharField(
        label=gettext_lazy("Password of the file"), required=False, max_length=500, strip=False,
        help_text=gettext_lazy("Opens the file once and is not kept; of an OpenPGP key it is kept encrypted."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


class SignerSheet(Sheet):
    """The public part of somebody who signs."""

    certificate = forms.FileField(
        label=gettext_lazy("Certificate or public key"),
        help_text=gettext_lazy("PEM, .cer, .crt, or an OpenPGP public key in armour (.asc)."),
    )


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password")
@policy("control")
def listed(request: HttpRequest) -> HttpResponse:
    """All keys, and a new one."""
    form = KeySheet(typed(request), request.FILES or None)
    if request.method == "POST":
        done = form.carry_out(
            lambda sent: add_mail_key(
                sent["file"].read(LARGEST + 1), password=sent["password"], actor=actor_of(request)
            )
        )
        if done is not None:
            messages.success(request, _("The desk opens mail for this key from now on."))
            return redirect("control:mail_keys")
    return _page(request, form, SignerSheet())


@require_POST
@policy("control")
def signers(request: HttpRequest) -> HttpResponse:
    """Somebody whose signatures count from now on."""
    form = SignerSheet(typed(request), request.FILES or None)
    done = form.carry_out(lambda sent: add_known_signer(sent["certificate"].read(LARGEST + 1), actor=actor_of(request)))
    if done is None:
        return _page(request, KeySheet(), form)
    messages.success(request, _("Mail signed by it is checked from now on."))
    return redirect("control:mail_keys")


def _page(request: HttpRequest, form: KeySheet, signer_form: SignerSheet) -> HttpResponse:
    context = {
        "rows": MailKey.objects.defer("private_key", "password").order_by("name", "id"), "form": form,
        "signers": KnownSigner.objects.defer("certificate").order_by("name", "id"), "signer_form": signer_form,
        "now": clock.now(),
    }  # fmt: skip
    return control_page(request, "mail_keys", context, at=AT)


@require_POST
@policy("control")
def removed(request: HttpRequest, key_id: int) -> HttpResponse:
    """Destroy one."""
    key = MailKey.objects.filter(pk=key_id).first()
    if key is None:
        raise NotFound(code="no_key")
    remove_mail_key(key, actor=actor_of(request))
    messages.success(request, _("The key is destroyed."))
    return redirect("control:mail_keys")


@require_POST
@policy("control")
def forgotten(request: HttpRequest, signer_id: int) -> HttpResponse:
    """Believe one no longer."""
    signer = KnownSigner.objects.filter(pk=signer_id).first()
    if signer is None:
        raise NotFound(code="no_signer")
    forget_signer(signer, actor=actor_of(request))
    messages.success(request, _("Its signatures count no longer."))
    return redirect("control:mail_keys")
