"""One's own page: language, light or dark, the addresses the desk knows, sign-in, sign out."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dreiklang.accounts.commands.preferences import set_language, set_preference
from dreiklang.accounts.models import Account
from dreiklang.exchange.queries.runs import own_disclosures
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Address, Person
from dreiklang.web import forms, routing
from dreiklang.web.portal.answering import problems_of
from dreiklang.web.portal.finding import visitor
from dreiklang.web.portal.frame import PROFILE, page


@require_http_methods(["GET", "POST"])
@routing.policy("portal")
def profile(request: HttpRequest) -> HttpResponse:
    """The page, and what it changes."""
    actor, account = visitor(request), cast(Account, request.user)
    problems: dict[str, list[str]] = {}
    chosen = {"language": account.language, "theme": str(account.preference("theme", "system"))}
    if request.method == "POST":
        try:
            chosen = forms.read(request, "language", "theme")
            account = _save(account, chosen, routing.actor_of(request))
        except Invalid as refusal:
            problems = refusal.fields
        else:
            with translation.override(chosen["language"]):
                messages.success(request, _("Saved."))
            return redirect("portal:profile")
    person = Person.objects.select_related("organization", "site").get(pk=actor.person_id)
    context = {
        "person": person,
        "account": account,
        "addresses": Address.objects.filter(person=person).order_by("kind", "-is_first", "id"),
        "languages": [("de", "Deutsch"), ("en", "English")],
        "themes": [("system", _("as the system")), ("light", _("light")), ("dark", _("dark"))],
        "chosen": chosen,
        "disclosures": own_disclosures(person, actor=actor),
        "problem_list": problems_of(problems),
    }
    return page(request, "profile", context, actor=actor, at=PROFILE, status=422 if problems else 200)


@transaction.atomic
def _save(account: Account, chosen: dict[str, str], actor: Actor) -> Account:
    """Both choices or neither."""
    account = set_language(account, chosen["language"], actor=actor)
    return set_preference(account, "theme", chosen["theme"] or "system", actor=actor)
