"""What the desk holds about a person: asked for on the person's page, fetched there by whoever asked."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from dreiklang.exchange.commands.disclosing import ask_disclosure, fetch_disclosure
from dreiklang.exchange.queries.runs import disclosure_of
from dreiklang.organizations import queries
from dreiklang.web.files import zip_answer
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Sheet


class DisclosureSheet(Sheet):
    """What shall come along."""

    with_inside = forms.BooleanField(
        label=gettext_lazy("With notes from inside"), required=False,
        help_text=gettext_lazy(
            "What agents wrote among themselves may speak of others; look through it before you give it away."
        ),
    )  # fmt: skip


@require_POST
@policy("control")
def ask(request: HttpRequest, person_id: int) -> HttpResponse:
    """Ask for it; it is put together in the background."""
    actor = actor_of(request)
    person = queries.person(person_id, actor=actor)
    form = DisclosureSheet(request.POST, prefix="disclosure")
    made = form.carry_out(lambda sent: ask_disclosure(person, actor=actor, **sent))
    if made is None:
        messages.error(request, " ".join(str(e) for errors in form.errors.values() for e in errors))
    else:
        messages.success(request, _("It is being put together; the file can be fetched here shortly, for a week."))
    return redirect("control:person", person.pk)


@require_GET
@policy("control")
def fetch(request: HttpRequest, disclosure_id: int) -> HttpResponse:
    """The file, for whoever asked."""
    actor = actor_of(request)
    found = disclosure_of(disclosure_id, actor=actor)
    return zip_answer(fetch_disclosure(found, actor=actor), f"person-{found.person_id}.zip")
