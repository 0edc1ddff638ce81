"""The forms of sign-in services and directories: what all have, and what each kind needs besides."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dreiklang.identities.models import Source
from dreiklang.organizations.models import Organization
from dreiklang.web.sheet import Lines, VersionedSheet


def _certificates(label: Any, help_text: Any, *, required: bool = False) -> forms.CharField:
    """A text of certificates in PEM form."""
    widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "class": "form-control mono"})
    return forms.CharField(label=label, required=required, max_length=50_000, widget=widget, help_text=help_text)


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


class LdapSheet(SourceSheet):
    """A directory: OpenLDAP, Active Directory and their kin."""

    host = forms.CharField(label=_("Server"), max_length=253)
    port = forms.IntegerField(label=_("Port"), initial=636, min_value=1, max_value=65_535)
    tls = forms.ChoiceField(
        label=_("Protection"), initial="tls",
        choices=[("tls", _("TLS from the first byte")), ("starttls", _("STARTTLS")), ("none", _("Unprotected"))],
    )  # fmt: skip
    authority = _certificates(
        _("Certificate of your own authority"), _("In PEM form. Empty: the authorities that this machine trusts.")
    )
    bind_dn = forms.CharField(
        label=_("The desk signs in as"), max_length=500, required=False,
        help_text=_("A distinguished name that may read people and groups, and nothing else."),
    )  # fmt: skip
    secret = forms.CharField(
        label=_("Password"), required=False, max_length=500, strip=False,
        help_text=_("Never shown. Left empty it stays, unless server or user name change."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    base = forms.CharField(
        label=_("Where people are"), max_length=500,
        widget=forms.TextInput(attrs={"placeholder": "ou=people,dc=klinik,dc=example"}),
    )  # fmt: skip
    user_filter = forms.CharField(label=_("Filter for people"), max_length=1_000, initial="(objectClass=person)")
    login_attributes = forms.CharField(
        label=_("Typed at sign-in"), max_length=200, initial="uid,mail",
        help_text=_("Attributes, by comma. Active Directory: sAMAccountName,userPrincipalName,mail"),
    )  # fmt: skip
    id_attribute = forms.CharField(
        label=_("Name that never changes"), max_length=100, initial="entryUUID",
        help_text=_("Active Directory: objectGUID"),
    )  # fmt: skip
    mail_attribute = forms.CharField(label=_("Mail address"), max_length=100, initial="mail")
    name_attribute = forms.CharField(label=_("Name"), max_length=100, initial="displayName")
    group_base = forms.CharField(
        label=_("Where groups are"), max_length=500, required=False, help_text=_("Empty: where people are.")
    )
    group_filter = forms.CharField(
        label=_("Filter for groups"), max_length=1_000,
        initial="(|(objectClass=group)(objectClass=groupOfNames)(objectClass=groupOfUniqueNames))",
    )  # fmt: skip
    confirms_by_mail = forms.BooleanField(
        label=_("A mailed link confirms the first sign-in"),
        required=False,
        help_text=_("Switch it on if people can change their own mail address in the directory."),
    )


class SamlSheet(SourceSheet):
    """A service that speaks SAML 2.0."""

    entity_id = forms.CharField(label=_("Name of the service (entity ID)"), max_length=500)
    sso_url = forms.CharField(label=_("Address to sign in (HTTP-Redirect)"), max_length=500)
    certificates = _certificates(
        _("Certificates of the service"),
        _("In PEM form; several while it changes them. Others are not believed."),
        required=True,
    )
    mail_attribute = forms.CharField(label=_("Attribute with the mail address"), max_length=200)
    name_attribute = forms.CharField(label=_("Attribute with the name"), max_length=200, required=False)
    confirms_by_mail = forms.BooleanField(
        label=_("A mailed link confirms the first sign-in"), required=False, initial=True,
        help_text=_("Switch it off only for a service of your own house that gives no address to anybody else."),
    )  # fmt: skip
    asks_second_factor = forms.BooleanField(
        label=_("The service asks for a second factor itself"),
        required=False,
        help_text=_("Then the desk asks for none."),
    )


SHEETS: dict[str, type[SourceSheet]] = {
    Source.Kind.OIDC: OidcSheet,
    Source.Kind.SAML: SamlSheet,
    Source.Kind.LDAP: LdapSheet,
}
