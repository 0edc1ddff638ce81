"""What is done with a view: pinned, copied, removed and brought back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dreiklang.kernel.errors import NotFound
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.commands import views as commands
from dreiklang.tickets.queries.views import view_of
from dreiklang.web import forms
from dreiklang.web.routing import actor_of, policy


@require_POST
@policy("desk")
def pin(request: HttpRequest, view_id: int) -> HttpResponse:
    """Into one's rail."""
    actor = actor_of(request)
    forms.read(request, "from")
    commands.pin_view(view_of(view_id, actor=actor), actor=actor)
    return _back(request, view_id)


@require_POST
@policy("desk")
def unpin(request: HttpRequest, view_id: int) -> HttpResponse:
    """Out of one's rail."""
    actor = actor_of(request)
    forms.read(request, "from")
    commands.unpin_view(view_of(view_id, actor=actor), actor=actor)
    return _back(request, view_id)


def _back(request: HttpRequest, view_id: int) -> HttpResponse:
    if request.POST.get("from") == "list":
        return redirect("desk:views")
    return redirect("desk:view", view_id=view_id)


@require_POST
@policy("desk")
def copy(request: HttpRequest, view_id: int) -> HttpResponse:
    """A view of one's own like this one, ready to be changed."""
    actor = actor_of(request)
    forms.read(request)
    copied = commands.copy_view(view_of(view_id, actor=actor), actor=actor)
    messages.success(request, _("Copied. This one is yours."))
    return redirect("desk:view_settings", view_id=copied.pk)


@require_POST
@policy("desk")
def remove(request: HttpRequest, view_id: int) -> HttpResponse:
    """Take a view away; the page offers the way back."""
    actor = actor_of(request)
    forms.read(request)
    view = commands.remove_view(view_of(view_id, actor=actor), actor=actor)
    request.session["removed_view"] = view.pk
    return redirect("desk:views")


@require_POST
@policy("desk")
def restore(request: HttpRequest, view_id: int) -> HttpResponse:
    """Bring a removed view back."""
    actor = actor_of(request)
    forms.read(request)
    view = tickets.views_visible_to(actor).filter(pk=view_id).exclude(removed_at=None).first()
    if view is None:
        raise NotFound(code="no_view")
    commands.restore_view(view, actor=actor)
    messages.success(request, _("It is back."))
    return redirect("desk:view", view_id=view.pk)
