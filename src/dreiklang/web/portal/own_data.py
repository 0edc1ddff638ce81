"""What the desk holds about oneself: asked for in the profile, fetched there."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dreiklang.exchange.commands.disclosing import ask_disclosure, fetch_disclosure
from dreiklang.exchange.queries.runs import disclosure_of
from dreiklang.kernel.errors import WrongState
from dreiklang.organizations.models import Person
from dreiklang.web import forms, routing
from dreiklang.web.files import zip_answer
from dreiklang.web.portal.finding import visitor


@require_POST
@routing.policy("portal")
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for one's own data."""
    actor = visitor(request)
    forms.read(request)
    try:
        ask_disclosure(Person.objects.get(pk=actor.person_id), actor=actor)
    except WrongState as refused:
        messages.info(request, str(refused))
    else:
        messages.success(request, _("It is being put together; the file can be fetched here shortly, for a week."))
    return redirect("portal:profile")


@require_GET
@routing.policy("portal")
def fetch(request: HttpRequest, disclosure_id: int) -> HttpResponse:
    """The file."""
    actor = visitor(request)
    return zip_answer(fetch_disclosure(disclosure_of(disclosure_id, actor=actor), actor=actor), "dreiklang.zip")
