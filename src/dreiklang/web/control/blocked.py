"""Blocked senders: who, why, until when; added and ended here. Their mails wait in the review of spam."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from dreiklang.channels.gate.blocking import blocked_senders
from dreiklang.channels.gate.commands import block_sender, unblock_sender
from dreiklang.channels.models import BlockedSender
from dreiklang.kernel.errors import NotFound
from dreiklang.web.control.pages import control_page
from dreiklang.web.control.paging import page_of
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Sheet, typed

AT = "blocked"


class BlockedSheet(Sheet):
    """A sender to block."""

    pattern = forms.CharField(
        label=gettext_lazy("Address or domain"), max_length=254,
        widget=forms.TextInput(attrs={"placeholder": "@example.com", "autocomplete": "off"}),
        help_text=gettext_lazy("A domain begins with @ and stands for all below it."),
    )  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=200, required=False)
    until = forms.DateField(
        label=gettext_lazy("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("With this day. Empty: until it is undone."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@policy("gate.work")
def listed(request: HttpRequest) -> HttpResponse:
    """Who is blocked, or was; and a form for one more."""
    actor = actor_of(request)
    ended = "ended" in request.GET
    form = BlockedSheet(typed(request))
    if request.method == "POST":
        made = form.carry_out(lambda sent: _block(sent, request))
        if made is not None:
            messages.success(request, _("Blocked. Their mails wait in the review of spam."))
            return redirect("control:blocked")
    page = page_of(request, blocked_senders(actor, ended=ended), key="pk", newest_first=True)
    return control_page(request, "blocked", {"form": form, "page": page, "ended": ended}, at=AT)


def _block(sent: dict[str, Any], request: HttpRequest) -> BlockedSender:
    day = sent["until"]
    until = timezone.make_aware(datetime.combine(day + timedelta(days=1), time())) if day else None
    return block_sender(sent["pattern"], actor=actor_of(request), reason=sent["reason"], until=until)


@require_POST
@policy("gate.work")
def end(request: HttpRequest, sender_id: int) -> HttpResponse:
    """Let their mails through again."""
    found = BlockedSender.objects.filter(pk=sender_id).first()
    if found is None:
        raise NotFound(code="no_sender")
    unblock_sender(found, actor=actor_of(request))
    messages.success(request, _("Mails of %(sender)s come through again.") % {"sender": found.pattern})
    return redirect("control:blocked")
