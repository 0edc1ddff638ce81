"""The language model: which endpoint, which model, for what; off until somebody switches a function on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from dreiklang.assistance.commands.machine import set_language_model
from dreiklang.assistance.queries.machine import language_model
from dreiklang.web.control.pages import control_page
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Sheet, typed

AT = "language_model"
TASK_WORDS = (
    ("summary", gettext_lazy("Summary for the next level")),
    ("draft", gettext_lazy("Draft of an answer in the requester's language")),
    ("translation", gettext_lazy("Translation of what the requester wrote last")),
)


class ModelSheet(Sheet):
    """The endpoint and what it may be asked."""

    url = forms.CharField(
        label=gettext_lazy("Address"), max_length=500,
        help_text=gettext_lazy(
            "An endpoint that speaks as OpenAI's does, up to /v1. In the own network it must be allowed first."
        ),
    )  # fmt: skip
    model = forms.CharField(label=gettext_lazy("Model"), max_length=200)
    secret = forms.CharField(
        label=gettext_lazy("API key"), required=False, max_length=500, strip=True,
        help_text=gettext_lazy("Kept encrypted, never shown. Empty: the kept one stays, unless the host changes."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    functions = forms.MultipleChoiceField(
        label=gettext_lazy("What it may be asked"), required=False, choices=TASK_WORDS,
        widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("With none of them nothing ever leaves."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@policy("control")
def one(request: HttpRequest) -> HttpResponse:
    """Which endpoint, and what for."""
    known = language_model()
    initial: dict[str, Any] = {"url": known.url, "model": known.model, "functions": known.functions} if known else {}
    form = ModelSheet(typed(request), initial=initial)
    if request.method == "POST":
        kept = form.carry_out(lambda values: set_language_model(actor=actor_of(request), **values))
        if kept is not None:
            messages.success(request, _("Saved."))
            return redirect("control:language_model")
    has_key = bool(known and known.secret)
    return control_page(request, "language_model", {"form": form, "has_key": has_key, "known": known}, at=AT)
