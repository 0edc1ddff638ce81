"""One's own choices: language, light or dark, density, single keys, which news come by mail."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dreiklang.accounts.commands.preferences import set_language, set_preference
from dreiklang.accounts.models import Account
from dreiklang.communication import rules
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.permissions import Actor
from dreiklang.web import forms, keys
from dreiklang.web.routing import actor_of, policy


@require_http_methods(["GET", "POST"])
@policy("desk")
def page(request: HttpRequest) -> HttpResponse:
    """The page, and saving it."""
    actor = actor_of(request)
    account = Account.objects.get(pk=actor.account_id or 0)
    problems: dict[str, list[str]] = {}
    own: dict[str, str] = account.preference(keys.PREFERENCE, {})
    key_problems: dict[str, str] = {}
    typed: dict[str, Any] = {}
    if request.method == "POST":
        fields = [key.field for key in keys.keys_of(None)]
        typed = forms.read(request, "language", "theme", "density", "single_keys", *fields, lists=["mail"])
        own = {key.usual: typed[key.field] or key.usual for key in keys.keys_of(None)}
        key_problems = keys.wrong_keys(own)
        try:
            if key_problems:
                raise Invalid({"keys": [_("Two keys are in each other's way; nothing was changed.")]})
            _save(account, actor, typed)
            set_preference(account, keys.PREFERENCE, {u: o for u, o in own.items() if u != o}, actor=actor)
        except Invalid as refusal:
            problems = refusal.fields
        else:
            with translation.override(typed["language"]):
                messages.success(request, _("Saved."))
            return redirect("desk:preferences")
    chosen = account.preference("notify.mail")
    context = {
        "languages": settings.LANGUAGES,
        "account": account,
        "problems": problems,
        "own_keys": keys.keys_of(own, key_problems),
        "key_problems": key_problems,
        "theme_now": typed.get("theme") or account.preference("theme", "system"),
        "density_now": typed.get("density") or account.preference("density", "dense"),
        "keys_now": typed["single_keys"] == "on" if typed else account.preference("single_keys", True),
        "kinds": kinds(),
        "mailed": rules.MAILED_BY_DEFAULT if chosen is None else chosen,
        "themes": [("system", _("as the system")), ("light", _("light")), ("dark", _("dark"))],
        "densities": [("dense", _("dense")), ("roomy", _("roomy"))],
    }
    return render(request, "web/desk/preferences.html", context, status=422 if problems else 200)


def _save(account: Account, actor: Actor, typed: dict[str, object]) -> None:
    account = set_language(account, str(typed["language"]), actor=actor)
    set_preference(account, "theme", typed["theme"] or "system", actor=actor)
    set_preference(account, "density", typed["density"] or "dense", actor=actor)
    set_preference(account, "single_keys", typed["single_keys"] == "on", actor=actor)
    wished = typed["mail"] if isinstance(typed["mail"], list) else []
    set_preference(account, "notify.mail", [k for k in rules.KINDS if k in wished], actor=actor)


def kinds() -> list[tuple[str, str]]:
    """Kinds of news in words."""
    return [
        ("assigned", _("a ticket is assigned to me")),
        ("handed_over", _("a ticket is handed to my team")),
        ("handed_back", _("a ticket comes back")),
        ("relayed", _("an answer is offered to my level")),
        ("replied", _("the requester answers")),
        ("mentioned", _("somebody mentions me")),
        ("reopened", _("a ticket is opened again")),
        ("solved", _("a ticket I handed up is solved")),
        ("undelivered", _("a mail of mine cannot be delivered")),
        ("task", _("I am given a task")),
        ("returned", _("a parked ticket comes back")),
        ("followed", _("something happens on a ticket I follow")),
        ("escalated", _("a ticket is escalated to me")),
        ("by_rule", _("a rule asks me to look")),
        ("vendor_silent", _("a vendor is silent")),
        ("promise_near", _("a promise is due soon")),
        ("promise_broken", _("a promise was not kept")),
        ("outage", _("an outage is announced to everybody concerned")),
        ("outage_over", _("such an outage is over")),
    ]
