"""The forms of sign-in services and directories: what all have, and what each kind needs besides."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dreiklang.identities.models import Source
from dreiklang.organizations.models import Organization
from dreiklang.web.sheet import Lines, VersionedSheet


def _certificates(label: Any, help_text: Any) -> forms.CharField:
    """A text of certificates in PEM form."""
    widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "class": "form-control mono"})
    return forms.CharField(label=label, required=False, max_length=50_000, widget=widget, help_text=help_text)


class SourceSheet(VersionedSheet):
    """What every source has."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("What the button on the sign-in page says."))
    is_active = forms.BooleanField(label=_("In use"), required=False)
    mail_domains = Lines(
        label=_("Believed for these mail domains"), widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text=_("One a line, whole: klinik.example. Addresses of other domains open nothing."),
    )  # fmt: skip
    organization = forms.ModelChoiceField(
        label=_("Persons whom the desk does not know yet belong to"), required=False,
        queryset=Organization.objects.filter(is_active=True).order_by("sort_key"),
        empty_label=_("nobody: they are refused"),
        help_text=_("They can ask for help, and nothing else."),
    )  # fmt: skip


class OidcSheet(SourceSheet):
    """A service that speaks OpenID Connect."""

    issuer = forms.CharField(
        label=_("Issuer"),
        max_length=500,
        help_text=_("As the service writes it: https://login.example.org/realms/house"),
    )
    client_id = forms.CharField(label=_("Client id"), max_length=300)
    secret = forms.CharField(
        label=_("Client secret"), required=False, max_length=500, strip=False,
        help_text=_("Never shown. Left empty it stays, unless issuer or client id change."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    scopes = forms.CharField(label=_("Scopes"), max_length=300, initial="openid email profile")
    authority = _certificates(
        _("Certificate of your own authority"), _("In PEM form. Empty: the authorities that this machine trusts.")
    )
    confirms_by_mail = forms.BooleanField(
        label=_("A mailed link confirms the first sign-in"), required=False, initial=True,
        help_text=_("Switch it off only for a service of your own house that gives no address to anybody else."),
    )  # fmt: skip
    asks_second_factor = forms.BooleanField(
        label=_("The service asks for a second factor itself"),
        required=False,
        help_text=_("Then the desk asks for none."),
    )


SHEETS: dict[str, type[SourceSheet]] = {Source.Kind.OIDC: OidcSheet}
