"""Webhooks: which programs are told of what, what became of each call, and sending one again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.channels.webhooks import commands, queries, rules
from dreiklang.channels.webhooks.models import Delivery, Hook
from dreiklang.kernel.errors import NotFound
from dreiklang.web.control.pages import control_page
from dreiklang.web.control.paging import page_of
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import VersionedSheet, typed

AT = "webhooks"
EVENTS: Mapping[str, Any] = {
    "ticket.opened": gettext_lazy("a ticket is opened"),
    "ticket.classified": gettext_lazy("kind, category, impact or urgency change"),
    "ticket.subject_changed": gettext_lazy("the subject changes"),
    "ticket.requester_changed": gettext_lazy("the requester changes"),
    "ticket.assigned": gettext_lazy("it is assigned"),
    "ticket.moved": gettext_lazy("another team gets it"),
    "ticket.paused": gettext_lazy("it is parked"),
    "ticket.resumed": gettext_lazy("it goes on"),
    "ticket.resolved": gettext_lazy("it is solved"),
    "ticket.reopened": gettext_lazy("it is opened again"),
    "ticket.closed": gettext_lazy("it is closed"),
    "ticket.merged": gettext_lazy("it is merged into another one"),
    "message.received": gettext_lazy("the requester writes"),
    "message.sent": gettext_lazy("an answer has left"),
    "message.failed": gettext_lazy("an answer could not leave"),
    "handover.made": gettext_lazy("it is handed over"),
    "handover.accepted": gettext_lazy("a handover is accepted"),
    "handover.handed_back": gettext_lazy("it is handed back"),
    "promise.near": gettext_lazy("a promise is due soon"),
    "promise.broken": gettext_lazy("a promise is broken"),
    "note.written": gettext_lazy("inside: a note is written"),
    "intervention.logged": gettext_lazy("inside: a step of work is logged"),
    "correspondence.received": gettext_lazy("inside: a third party writes"),
    "correspondence.sent": gettext_lazy("inside: a word to a third party has left"),
    rules.TEST: gettext_lazy("test"),
    rules.BY_RULE: gettext_lazy("called by a rule"),
}
#: Literals of deliveries in words; one that is not here is shown as it is.
PROBLEMS: Mapping[str, Any] = {
    "forbidden_target": gettext_lazy("the address stands inside the network and is not allowed"),
    "unknown_host": gettext_lazy("the name of the host is not known"),
    "no_answer": gettext_lazy("it does not answer"),
    "too_slow": gettext_lazy("it answers too slowly"),
    "certificate": gettext_lazy("its certificate is not valid"),
    "redirect": gettext_lazy("it points to another address, which is not followed"),
    "refused": gettext_lazy("it does not take the call"),
    "gone": gettext_lazy("it says that it is gone for good"),
    "conditions": gettext_lazy("the conditions cannot be read any more"),
}


class HookSheet(VersionedSheet):
    """A program that is told."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    url = forms.CharField(
        label=gettext_lazy("Address"), max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://firm.example/hook", "autocomplete": "off"}),
    )  # fmt: skip
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Is told when"), widget=forms.CheckboxSelectMultiple,
        choices=[(code, EVENTS[code]) for code in rules.OFFERED],
    )  # fmt: skip
    conditions = forms.CharField(
        label=gettext_lazy("If"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "In the words of the search, such as: customer:Klinikum priority:<=2 not is:vip. Empty: every ticket."
        ),
    )  # fmt: skip
    hears_inside = forms.BooleanField(
        label=gettext_lazy("May hear words inside"), required=False,
        help_text=gettext_lazy("Notes, steps of work and words with third parties leave the desk then."),
    )  # fmt: skip
    sees_restricted = forms.BooleanField(
        label=gettext_lazy("May hear of tickets of restricted sight"), required=False
    )  # fmt: skip
    is_active = forms.BooleanField(label=gettext_lazy("Switched on"), required=False, initial=True)


@require_GET
@policy("control")
def listed(request: HttpRequest) -> HttpResponse:
    """All hooks, with how they are."""
    return control_page(request, "webhooks", {"rows": list(queries.hooks(actor_of(request)))}, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def new(request: HttpRequest) -> HttpResponse:
    """Let a program be told. Its secret is shown on the page that answers, and never again."""
    form = HookSheet(typed(request))
    if request.method == "POST":
        made = form.carry_out(lambda sent: _make(sent, request))
        if made is not None:
            return _page(request, made[0], secret=made[1])
    return control_page(request, "webhook", {"form": form, "hook": None}, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def one(request: HttpRequest, hook_id: int) -> HttpResponse:
    """Change a hook; see what it was told."""
    hook = _hook(request, hook_id)
    form = HookSheet(typed(request), initial=_initial(hook))
    if request.method == "POST":
        done = form.carry_out(lambda sent: commands.change_hook(hook, actor=actor_of(request), **sent))
        if done is not None:
            messages.success(request, _("Saved."))
            return redirect("control:webhook", done.pk)
    return _page(request, hook, form=form)


@require_POST
@policy("control")
def secret(request: HttpRequest, hook_id: int) -> HttpResponse:
    """A fresh secret; the former one signs for two days more."""
    hook, fresh = commands.new_secret(_hook(request, hook_id), actor=actor_of(request))
    return _page(request, hook, secret=fresh)


@require_POST
@policy("control")
def test(request: HttpRequest, hook_id: int) -> HttpResponse:
    """Send a test."""
    commands.ask_for_test(_hook(request, hook_id), actor=actor_of(request))
    messages.success(request, _("A test is on its way; its answer stands below in a moment."))
    return redirect("control:webhook", hook_id)


@require_POST
@policy("control")
def removal(request: HttpRequest, hook_id: int) -> HttpResponse:
    """Remove a hook."""
    commands.remove_hook(_hook(request, hook_id), actor=actor_of(request))
    messages.success(request, _("The webhook is removed."))
    return redirect("control:webhooks")


@require_GET
@policy("control")
def delivery(request: HttpRequest, hook_id: int, delivery_id: int) -> HttpResponse:
    """One delivery: what was sent, and what was answered."""
    found = _delivery(request, hook_id, delivery_id)
    context = {
        "hook": found.hook,
        "one": found,
        "sent": _readable(found.payload),
        "what": EVENTS.get(found.code, found.code),
        "why": _why(found),
    }
    return control_page(request, "webhook_delivery", context, at=AT)


@require_POST
@policy("control")
def repetition(request: HttpRequest, hook_id: int, delivery_id: int) -> HttpResponse:
    """Send one again, under the same id."""
    commands.repeat(_delivery(request, hook_id, delivery_id), actor=actor_of(request))
    messages.success(request, _("It is sent again."))
    return redirect("control:webhook", hook_id)


def _page(request: HttpRequest, hook: Hook, *, form: HookSheet | None = None, secret: str = "") -> HttpResponse:
    page = page_of(request, queries.deliveries(hook, actor=actor_of(request)), key="pk", newest_first=True)
    calls = [(one, EVENTS.get(one.code, one.code), _why(one)) for one in page.rows]
    sheet = form or HookSheet(initial=_initial(hook))
    context = {"form": sheet, "hook": hook, "secret": secret, "page": page, "calls": calls}
    return control_page(request, "webhook", context, at=AT)


def _readable(payload: str) -> str:
    """What was sent, a field a line; only for looking, the bytes that were signed have no line breaks."""
    return json.dumps(json.loads(payload), ensure_ascii=False, indent=2) if payload else ""


def _why(delivery: Delivery) -> Any:
    return PROBLEMS.get(delivery.problem, delivery.problem)


def _initial(hook: Hook) -> dict[str, Any]:
    return {name: getattr(hook, name) for name in (*HookSheet.base_fields, "version")}


def _make(sent: dict[str, Any], request: HttpRequest) -> tuple[Hook, str]:
    sent.pop("version")
    return commands.make_hook(sent.pop("name"), actor=actor_of(request), **sent)


def _hook(request: HttpRequest, hook_id: int) -> Hook:
    found = queries.hooks(actor_of(request)).filter(pk=hook_id).first()
    if found is None:
        raise NotFound(code="no_webhook")
    return found


def _delivery(request: HttpRequest, hook_id: int, delivery_id: int) -> Delivery:
    hook = _hook(request, hook_id)
    found = queries.deliveries(hook, actor=actor_of(request)).select_related("hook", "ticket").filter(pk=delivery_id)
    if (delivery := found.first()) is None:
        raise NotFound(code="no_delivery")
    return delivery
