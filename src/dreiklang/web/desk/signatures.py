"""One's own lines under one's answers, a text for each team one belongs to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dreiklang.kernel.permissions import Actor
from dreiklang.teams.commands.members import change_member
from dreiklang.teams.models import Membership
from dreiklang.teams.queries import memberships_on, today
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Sheet, typed

LONGEST = 2_000


class SignatureSheet(Sheet):
    """A field for each team; what the team itself writes below stands beside it."""

    def __init__(self, memberships: list[Membership], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for membership in memberships:
            below = membership.team.signature.strip()
            self.fields[field_of(membership)] = forms.CharField(
                label=membership.team.name, required=False, max_length=LONGEST, initial=membership.signature,
                widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
                help_text=_("Below it, for the whole team: %(lines)s") % {"lines": " · ".join(below.splitlines())}
                if below else "",
            )  # fmt: skip


@require_http_methods(["GET", "POST"])
@policy("desk")
def page(request: HttpRequest) -> HttpResponse:
    """The page, and saving it."""
    actor = actor_of(request)
    memberships = own_memberships(actor)
    form = SignatureSheet(memberships, typed(request))
    if request.method == "POST" and form.carry_out(lambda texts: save(memberships, texts, actor)) is not None:
        messages.success(request, _("Saved."))
        return redirect("desk:signatures")
    context = {"form": form, "memberships": memberships}
    return render(request, "web/desk/signatures.html", context, status=422 if form.errors else 200)


def own_memberships(actor: Actor) -> list[Membership]:
    """The teams that this person belongs to today, in order."""
    own = memberships_on(today()).filter(person_id=actor.id or 0)
    return list(own.select_related("team").order_by("team__level", "team__name"))


@transaction.atomic
def save(memberships: list[Membership], texts: dict[str, str], actor: Actor) -> int:
    """Keep what differs; returns for how many teams."""
    different = [m for m in memberships if texts[field_of(m)].replace("\r\n", "\n").strip() != m.signature]
    for membership in different:
        change_member(membership, signature=texts[field_of(membership)].replace("\r\n", "\n"), actor=actor)
    return len(different)


def field_of(membership: Membership) -> str:
    """The name of a team's field."""
    return f"team-{membership.team_id}"
