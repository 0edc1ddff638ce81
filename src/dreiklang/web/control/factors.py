"""Which roles need a second factor; passkeys of accounts, removed for whoever has lost the device."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from dreiklang.accounts import queries, rules
from dreiklang.accounts.commands.passkeys import remove_passkey as remove
from dreiklang.accounts.commands.second_factor import demand_second_factor
from dreiklang.kernel.errors import NotFound
from dreiklang.web.control.pages import control_page
from dreiklang.web.control.role_words import ROLE_WORDS
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Sheet, typed

AT = "factors"


class FactorsSheet(Sheet):
    """The roles."""

    roles = forms.MultipleChoiceField(
        label=gettext_lazy("These roles need a second factor"), required=False, choices=list(ROLE_WORDS.items()),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@policy("control")
def one(request: HttpRequest) -> HttpResponse:
    """Which roles, and how many people lack one."""
    form = FactorsSheet(typed(request), initial={"roles": queries.demanding_roles()})
    if request.method == "POST":
        lacking = form.carry_out(lambda sent: demand_second_factor(sent["roles"], actor=actor_of(request)))
        if lacking is not None:
            said = ngettext(
                "Saved. %(n)d account is led through setting one up at its next sign-in.",
                "Saved. %(n)d accounts are led through setting one up at their next sign-in.", lacking,
            )  # fmt: skip
            messages.success(request, said % {"n": lacking})
            return redirect("control:factors")
    counts = [
        (str(ROLE_WORDS[role]).partition(":")[0], queries.accounts_lacking([role]).count()) for role in rules.ROLES
    ]
    return control_page(request, "factors", {"form": form, "counts": counts}, at=AT)


@require_POST
@policy("control")
def remove_passkey(request: HttpRequest, account_id: int, passkey_id: int) -> HttpResponse:
    """Remove a passkey of an account."""
    account = queries.account(account_id, actor=actor_of(request))
    found = queries.passkeys_of(account).filter(pk=passkey_id).first()
    if found is None:
        raise NotFound(code="no_passkey")
    remove(found, actor=actor_of(request))
    messages.success(request, _("The passkey is removed."))
    return redirect("control:account", account.pk)
