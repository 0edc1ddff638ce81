"""Public pages of articles: on or off."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from dreiklang.knowledge.commands.opening_up import set_public_pages
from dreiklang.knowledge.models import Edition
from dreiklang.knowledge.policy import is_open_to_all
from dreiklang.web.control.pages import control_page
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Sheet, typed

AT = "public_pages"


class PublicPagesSheet(Sheet):
    """Whether there are any."""

    is_on = forms.BooleanField(
        label=gettext_lazy("Articles for everybody are read without signing in"), required=False
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@policy("control")
def page(request: HttpRequest) -> HttpResponse:
    """The switch, and how many articles it opens."""
    form = PublicPagesSheet(typed(request), initial={"is_on": is_open_to_all()})
    if request.method == "POST":
        kept = form.carry_out(lambda sent: set_public_pages(actor=actor_of(request), **sent))
        if kept is not None:
            messages.success(request, _("Public pages are on.") if kept.is_on else _("Public pages are off."))
            return redirect("control:public_pages")
    public = Edition.objects.filter(audience=Edition.Audience.PUBLIC, is_published=True)
    context = {"form": form, "count": public.count(), "is_on": is_open_to_all()}
    return control_page(request, "public_pages", context, at=AT)
