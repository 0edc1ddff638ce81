"""Accounts: who may sign in, with which roles; the quick ways to end access."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.accounts import policy as account_policy
from dreiklang.accounts import queries, rules
from dreiklang.accounts.commands import accounts as commands
from dreiklang.accounts.commands import second_factor
from dreiklang.accounts.commands import tokens as token_commands
from dreiklang.accounts.models import Account
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.commands import sign_ins
from dreiklang.organizations.queries import person_of_account
from dreiklang.web.control.pages import control_page
from dreiklang.web.control.paging import page_of
from dreiklang.web.control.role_words import ROLE_WORDS
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Sheet, typed

AT = "accounts"


class AccountSheet(Sheet):
    """Sign-in name and roles."""

    login = forms.CharField(label=gettext_lazy("Sign-in name"), max_length=254)
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"), choices=list(ROLE_WORDS.items()), widget=forms.CheckboxSelectMultiple
    )


@require_GET
@policy("control")
def listed(request: HttpRequest) -> HttpResponse:
    """Accounts by words, role and state."""
    words, role = request.GET.get("q", "").strip()[:100], request.GET.get("role", "")
    rows = account_policy.visible_to(actor_of(request)).select_related("person__organization")
    if words:
        rows = rows.filter(Q(login__icontains=words) | Q(person__name__icontains=words))
    if role in rules.ROLES:
        rows = rows.filter(roles__contains=[role])
    if request.GET.get("disabled") == "1":
        rows = rows.filter(is_active=False)
    context = {
        "page": page_of(request, rows, key="login"), "words": words, "role": role, "role_words": ROLE_WORDS,
        "disabled": request.GET.get("disabled") == "1",
    }  # fmt: skip
    return control_page(request, "accounts", context, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def one(request: HttpRequest, account_id: int) -> HttpResponse:
    """An account: name, roles, tokens; invite, disable, end sessions."""
    actor = actor_of(request)
    account = queries.account(account_id, actor=actor)
    person = person_of_account(account)
    form = AccountSheet(typed(request), initial={"login": account.login, "roles": account.roles})
    if request.method == "POST":
        done = form.carry_out(lambda sent: _change(account, sent["login"], sent["roles"], actor))
        if done is not None:
            messages.success(request, _("Saved. Changed roles hold from the next click on."))
            return redirect("control:account", account.pk)
    context = {
        "form": form, "account": account, "person": person, "tokens": queries.tokens_of(account),
        "has_second": queries.has_code_app(account), "passkeys": queries.passkeys_of(account),
    }  # fmt: skip
    return control_page(request, "account", context, at=AT)


@require_POST
@policy("control")
def access(request: HttpRequest, account_id: int) -> HttpResponse:
    """Disable, enable, end sessions, or mail an invitation: one button each."""
    actor, wanted = actor_of(request), request.POST.get("to", "")
    account = queries.account(account_id, actor=actor)
    if wanted == "disabled":
        commands.disable(account, actor=actor)
        messages.success(request, _("The account is disabled. Sessions and tokens have ended."))
    elif wanted == "enabled":
        commands.enable(account, actor=actor)
        messages.success(request, _("The account may sign in again."))
    elif wanted == "ended":
        commands.end_sessions(account, actor=actor)
        messages.success(request, _("All sessions and tokens of this account have ended."))
    elif wanted == "second_removed":
        second_factor.remove_second_factor(account, actor=actor)
        messages.success(request, _("The second factor is removed."))
    elif wanted == "invited":
        person = person_of_account(account)
        if person is None:
            raise NotFound(code="no_person")
        person.account = account
        sign_ins.invite(person, actor=actor)
        messages.success(request, _("The invitation is on its way. Its link is good for a week."))
    return redirect("control:account", account.pk)


@require_POST
@policy("control")
def revoke_token(request: HttpRequest, account_id: int, token_id: int) -> HttpResponse:
    """End a token of an account."""
    account = queries.account(account_id, actor=actor_of(request))
    token = queries.tokens_of(account).filter(pk=token_id).first()
    if token is None:
        raise NotFound(code="no_token")
    token_commands.revoke_token(token, actor=actor_of(request))
    messages.success(request, _("The token has ended."))
    return redirect("control:account", account.pk)


def _change(account: Account, login: str, roles: list[str], actor: Actor) -> Account:
    """Name and roles together; each writes its own line, and nothing where nothing is different."""
    person = person_of_account(account)
    if set(roles) != set(account.roles):
        if person is not None:
            person.account = account
            account = sign_ins.change_roles(person, roles, actor=actor)
        else:
            account = commands.change_roles(account, roles, actor=actor)
    if rules.folded_login(login) != account.login:
        account = commands.change_login(account, login, actor=actor)
    return account
