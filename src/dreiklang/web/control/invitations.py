"""Invitations that nobody has used yet: sent again, or taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dreiklang.accounts import queries
from dreiklang.accounts.commands.links import revoke_invitation
from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotFound
from dreiklang.organizations.commands import sign_ins
from dreiklang.organizations.queries import person_of_account
from dreiklang.web.control.pages import control_page
from dreiklang.web.control.paging import page_of
from dreiklang.web.routing import actor_of, policy

AT = "invitations"


@require_GET
@policy("control")
def listed(request: HttpRequest) -> HttpResponse:
    """Who was invited and has not come, newest first."""
    page = page_of(request, queries.invitations(actor=actor_of(request)), key="made_at", newest_first=True)
    return control_page(request, "invitations", {"page": page, "now": clock.now()}, at=AT)


@require_POST
@policy("control")
def one(request: HttpRequest, account_id: int) -> HttpResponse:
    """Send an invitation again, or take it back: one button each."""
    actor, wanted = actor_of(request), request.POST.get("to", "")
    account = queries.account(account_id, actor=actor)
    if wanted == "revoked":
        revoke_invitation(account, actor=actor)
        messages.success(request, _("The invitation is taken back. Its link opens nothing any more."))
    elif wanted == "again":
        person = person_of_account(account)
        if person is None:
            raise NotFound(code="no_person")
        person.account = account
        sign_ins.invite(person, actor=actor)
        messages.success(request, _("A new invitation is on its way; the former link opens nothing any more."))
    return redirect("control:invitations")
