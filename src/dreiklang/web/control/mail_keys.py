"""Keys that open encrypted mail: which there are, a new one, away with one."""

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
from dreiklang.channels.models import MailKey
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
        help_text=gettext_lazy("PKCS#12 (.p12, .pfx), or PEM with certificate and private key."),
    )
    password = forms.CharField(
        label=gettext_lazy("Password of the file"), required=False, max_length=500, strip=False,
        help_text=gettext_lazy("Opens the file once; it is not kept."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


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
            messages.success(request, _("The desk opens mail for this certificate from now on."))
            return redirect("control:mail_keys")
    context = {"rows": MailKey.objects.defer("private_key").order_by("name"), "form": form, "now": clock.now()}
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
