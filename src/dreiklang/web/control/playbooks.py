"""Playbooks: what is to be done with security incidents, VIPs and complaints, in the desk's own words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from dreiklang.kernel.errors import NotFound
from dreiklang.tickets.commands.playbooks import change_playbook
from dreiklang.tickets.models import Playbook
from dreiklang.tickets.queries.complaints import playbook_text
from dreiklang.web.control.pages import control_page
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import VersionedSheet, typed

AT = "playbooks"


class PlaybookSheet(VersionedSheet):
    """The text in each language; an empty one is the usual text."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in settings.LANGUAGES:
            self.fields[code] = forms.CharField(
                label=name, required=False, max_length=10_000,
                widget=forms.Textarea(attrs={"rows": 9, "class": "form-control", "lang": code}),
            )  # fmt: skip

    @property
    def language_fields(self) -> list[Any]:
        """The fields by language."""
        return [self[code] for code, _name in settings.LANGUAGES]


@require_GET
@policy("control")
def listed(request: HttpRequest) -> HttpResponse:
    """The playbooks, and which are the desk's own."""
    own = set(Playbook.objects.values_list("occasion", flat=True))
    rows = [(occasion, name, occasion in own) for occasion, name in Playbook.Occasion.choices]
    return control_page(request, "playbooks", {"rows": rows}, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def one(request: HttpRequest, occasion: str) -> HttpResponse:
    """Word a playbook anew."""
    if occasion not in Playbook.Occasion.values:
        raise NotFound(code="no_playbook")
    own = Playbook.objects.filter(occasion=occasion).first()
    texts = {code: playbook_text(occasion, code, own.texts if own else None) for code, _name in settings.LANGUAGES}
    form = PlaybookSheet(typed(request), initial={**texts, "version": own.version if own else 0})
    if request.method == "POST":
        done = form.carry_out(lambda sent: _change(occasion, sent, request))
        if done is not None:
            messages.success(request, _("Saved. It stands beside every such ticket at once."))
            return redirect("control:playbook", occasion)
    name = dict(Playbook.Occasion.choices)[occasion]
    return control_page(request, "playbook", {"form": form, "own": own, "name": name, "occasion": occasion}, at=AT)


def _change(occasion: str, sent: dict[str, Any], request: HttpRequest) -> bool:
    version = sent.pop("version")
    change_playbook(occasion, actor=actor_of(request), texts=sent, version=version)
    return True
