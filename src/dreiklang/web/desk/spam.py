"""Spam: calling a ticket so, and the review of what is held, in which nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.channels.gate import policy as gate
from dreiklang.channels.gate import queries
from dreiklang.channels.gate.commands import call_spam, dismiss_held, not_spam
from dreiklang.channels.models import Held, Incoming
from dreiklang.kernel.errors import Invalid, NotAllowed, Refusal, WrongState
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets.models import Ticket
from dreiklang.web import forms
from dreiklang.web.desk import sheets
from dreiklang.web.desk.held import WHY
from dreiklang.web.routing import actor_of, policy

ROWS, MOST_AT_ONCE = 50, 100


@require_GET
@policy("desk")
def review(request: HttpRequest) -> HttpResponse:
    """What was held as spam, newest first; what waits for a look bears a box to tick."""
    actor = _reviewer(request)
    mails = queries.spam_for_review(actor)
    before = forms.whole(request.GET.get("before", ""))
    found = list((mails.filter(pk__lt=before) if before else mails)[: ROWS + 1])
    context = {
        "rows": [
            {"mail": mail, "why": WHY.get(mail.reason, ""), "is_open": not mail.settlement} for mail in found[:ROWS]
        ],
        "next_before": found[ROWS - 1].pk if len(found) > ROWS else None,
        "is_first": before is None,
        "may_control": gate.may_keep_blocked(actor),
    }
    return render(request, "web/desk/spam.html", context)


@require_POST
@policy("desk")
def settle(request: HttpRequest) -> HttpResponse:
    """The ticked mails are spam, or are none; what was refused is named, the rest is done."""
    actor = _reviewer(request)
    typed = forms.read(request, "deed", lists=["mail"])
    chosen = [number for number in map(forms.whole, typed["mail"][:MOST_AT_ONCE]) if number is not None]
    done = 0
    for mail in queries.spam_for_review(actor).filter(pk__in=chosen):
        try:
            with transaction.atomic():
                _settle_one(mail, typed["deed"], actor)
            done += 1
        except Refusal as refusal:
            messages.warning(request, f"{mail.subject}: {refusal}")
    messages.success(request, ngettext("%(n)d mail decided.", "%(n)d mails decided.", done) % {"n": done})
    return redirect("desk:spam")


def _settle_one(mail: Held, deed: str, actor: Actor) -> None:
    if deed == "good":
        not_spam(mail, actor=actor)
    elif deed == "spam":
        dismiss_held(mail, actor=actor, is_spam=True)
    else:
        raise Invalid({"deed": [_("Please choose what shall become of them.")]})


@require_POST
@policy("desk")
def release(request: HttpRequest, held_id: int) -> HttpResponse:
    """One mail is no spam."""
    actor = actor_of(request)
    forms.read(request)
    ticket = not_spam(queries.held(held_id, actor=actor), actor=actor)
    if ticket is None:
        messages.success(request, _("It is held for another reason: please decide where it belongs."))
        return redirect("desk:held", held_id)
    messages.success(request, _("It came through as if it had just come."))
    return redirect("desk:ticket", ticket.number)


@require_http_methods(["GET", "POST"])
@policy("desk")
def call(request: HttpRequest, number: int) -> HttpResponse:
    """A ticket is spam: close it without a word, and block its sender if that was chosen."""

    def start(ticket: Ticket, actor: Actor) -> Mapping[str, Any]:
        mail = Incoming.objects.filter(ticket=ticket, outcome=Incoming.Outcome.OPENED).order_by("id").first()
        sender = mail.sender if mail else ""
        return {"sender": sender, "domain": sender.rpartition("@")[2], "typed": {"block": ""}}

    def deed(ticket: Ticket, actor: Actor, typed: Mapping[str, Any]) -> str:
        try:
            call_spam(ticket, actor=actor, block=typed["block"] if typed["block"] in ("address", "domain") else "")
        except WrongState as refused:
            raise Invalid({"": [str(refused)]}) from refused
        except Invalid as refused:
            raise Invalid({"": [str(refused)]}) from refused
        return _("Closed as spam. It stands in the review.")

    return sheets.run(request, number, template="web/desk/sheets/spam.html", fields=("block",), deed=deed, start=start)


def _reviewer(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if not gate.may_settle_held(actor):
        raise NotAllowed
    return actor
