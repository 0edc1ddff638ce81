"""The forms of signing in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from dreiklang.accounts import rules
from dreiklang.web.sheet import Sheet


class PasswordSheet(Sheet):
    """Sign-in name and password."""

    login = forms.CharField(
        label=_("Mail address or sign-in name"), max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip
    password = forms.CharField(
        label=_("Password"), max_length=1000, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip


class AddressSheet(Sheet):
    """The mail address to which a link is to go."""

    login = forms.CharField(
        label=_("Mail address"), max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip


class LinkWish(AddressSheet):
    """The same, sent from the sign-in form, whose password field does not matter then."""

    password = forms.CharField(required=False, max_length=1000, strip=False)


class NewPasswordSheet(Sheet):
    """A new password, twice."""

    password = forms.CharField(
        label=_("New password"), max_length=1000, strip=False,
        help_text=_("At least 10 characters; a sentence is easier to remember than signs."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label=_("The same once more"), max_length=1000, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Both must be the same."""
        cleaned = super().clean()
        if cleaned.get("password") and cleaned.get("again") and cleaned["password"] != cleaned["again"]:
            self.add_error("again", _("The two are not the same."))
        return cleaned


class OwnPasswordSheet(NewPasswordSheet):
    """A new password for one's own account, with the present one."""

    old = forms.CharField(
        label=_("Present password"), max_length=1000, strip=False, required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip
    field_order = ("old", "password", "again")


class LanguageSheet(Sheet):
    """German or English."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)


SCOPE_WORDS = {
    "tickets.work": _("work on tickets"),
    "tickets.assign_others": _("assign tickets to others"),
    "tickets.see_all": _("see all tickets, restricted ones too"),
    "teams.lead": _("absence and duty of led teams"),
    "control.use": _("change the desk itself: organisations, teams, categories"),
    "control.set_up": _("set up rules, silence, recurring tickets and own fields"),
    "gate.work": _("what came in and what became of it"),
    "portal.use": _("ask for help and see the own tickets"),
    "portal.see_organization": _("see the tickets of the own organisation"),
}


class TokenSheet(Sheet):
    """A new API token."""

    name = forms.CharField(label=_("What for"), max_length=100)
    scopes = forms.MultipleChoiceField(label=_("It may"), widget=forms.CheckboxSelectMultiple)
    days = forms.TypedChoiceField(
        label=_("Ends after"), coerce=int, initial=90,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("a year"))],
    )  # fmt: skip

    def __init__(self, *args: Any, rights: frozenset[str] = frozenset(), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        may = [(scope, SCOPE_WORDS.get(scope, scope)) for scope in sorted(rules.SCOPES & rights)]
        scopes = self.fields["scopes"]
        assert isinstance(scopes, forms.MultipleChoiceField)
        scopes.choices = may
