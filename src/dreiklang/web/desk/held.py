"""Held mails: who writes without the right to join is looked at by the first level, which decides where it belongs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from dreiklang.channels.gate import queries
from dreiklang.channels.gate.commands import block_sender, dismiss_held, join_held, open_held
from dreiklang.channels.gate.rules import spam
from dreiklang.channels.models import Held
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.permissions import Actor
from dreiklang.kernel.questions import Question
from dreiklang.organizations import policy as people
from dreiklang.organizations.models import Person
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Ticket
from dreiklang.web import forms
from dreiklang.web.routing import actor_of, policy

#: Why a mail was held, as the first level reads it.
WHY = {
    "stranger": gettext_lazy("The sender does not take part in this ticket."),
    "sender_not_proven": gettext_lazy("The sender takes part, but the mail does not prove that it is from there."),
    "unknown_thread": gettext_lazy(
        "It answers a mail that this desk does not know, such as one from before a restore."
    ),
    "agent_by_mail": gettext_lazy("A colleague's address; colleagues answer notifications, which carry a key."),
    "not_the_agent": gettext_lazy("The key belongs to another colleague."),
    "no_right": gettext_lazy("The sender may not work on this ticket now."),
    "no_home": gettext_lazy("No organisation takes senders of this domain."),
    "address_unusable": gettext_lazy("The sender's address cannot be written to."),
    "blocked": gettext_lazy("The sender is blocked."),
    "marked_spam": gettext_lazy("A mail server on the way calls it spam."),
    "spam": gettext_lazy("Somebody called it spam."),
}
MOST_IN_LIST = 20
SHOWN_IN_LIST = ("subject", "sender_name", "sender_address", "claims", "reason", "held_at")


_waiting = Question(lambda actor: queries.held_waiting(actor).select_related(None).only(*SHOWN_IN_LIST)[:MOST_IN_LIST])


@dataclass(frozen=True)
class HeldRow:
    """A held mail in the worklist."""

    mail: Held
    why: Any


def rows_for(actor: Actor) -> list[HeldRow]:
    """The held mails that wait, oldest first, as many as a list shows."""
    return [HeldRow(held, WHY.get(held.reason, "")) for held in _waiting(actor)]


@require_GET
@policy("desk")
def page(request: HttpRequest, held_id: int) -> HttpResponse:
    """One held mail: what it says, what it claims, and the three ways on."""
    actor = actor_of(request)
    mail = queries.held(held_id, actor=actor)
    context = {
        "mail": mail,
        "why": WHY.get(mail.reason, ""),
        "words": queries.words_of_held(mail, actor=actor),
        "needs_requester": mail.reason in ("no_home", "address_unusable"),
        "is_spam": mail.reason in spam.REASONS or mail.settlement == Held.Settlement.SPAM,
        "domain": mail.sender_address.rpartition("@")[2],
    }
    return render(request, "web/desk/held.html", context)


@require_POST
@policy("desk")
def join(request: HttpRequest, held_id: int) -> HttpResponse:
    """It belongs to the ticket it claims, or to the one whose number is given."""
    actor = actor_of(request)
    typed = forms.read(request, "number")
    ticket = None
    if typed["number"]:
        number = forms.whole(typed["number"].strip("[]# "))
        ticket = tickets.visible_to(actor).filter(number=number).first() if number else None
        if ticket is None:
            raise Invalid({"number": [_("There is no ticket with this number.")]})
    joined: Ticket = join_held(queries.held(held_id, actor=actor), actor=actor, ticket=ticket)
    messages.success(request, _("The mail stands in the conversation now."))
    return redirect("desk:ticket", joined.number)


@require_POST
@policy("desk")
def make_ticket(request: HttpRequest, held_id: int) -> HttpResponse:
    """It is a request of its own, of its sender or of the person chosen."""
    actor = actor_of(request)
    typed = forms.read(request, "requester", "name")
    requester: Person | None = None
    if typed["requester"]:
        chosen = forms.whole(typed["requester"])
        requester = people.persons_visible_to(actor).filter(pk=chosen).first() if chosen else None
        if requester is None:
            raise Invalid({"requester": [_("Please choose a person from the list.")]})
    opened = open_held(queries.held(held_id, actor=actor), actor=actor, requester=requester)
    messages.success(request, _("A ticket was opened."))
    return redirect("desk:ticket", opened.number)


@require_POST
@policy("desk")
def dismiss(request: HttpRequest, held_id: int) -> HttpResponse:
    """Nothing becomes of it; its original stays stored. Its sender is blocked if that was chosen."""
    actor = actor_of(request)
    typed = forms.read(request, "is_spam", "block")
    mail = queries.held(held_id, actor=actor)
    with transaction.atomic():
        dismiss_held(mail, actor=actor, is_spam=bool(typed["is_spam"] or typed["block"]))
        if typed["block"] in ("address", "domain"):
            address = mail.sender_address
            block_sender(address if typed["block"] == "address" else "@" + address.rpartition("@")[2], actor=actor)
    messages.success(request, _("Dismissed. The original stays stored."))
    return redirect("desk:start")
