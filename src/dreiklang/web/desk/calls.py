"""The telephone at the desk: what rings now, the list of calls, a card and what is done with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from dreiklang.channels.telephony import commands, queries
from dreiklang.channels.telephony import policy as telephony
from dreiklang.channels.telephony.commands.dialling import place_of
from dreiklang.channels.telephony.models import Call, Transfer
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Invalid, NotFound, Refusal
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations import policy as organizations
from dreiklang.organizations import queries as people
from dreiklang.teams.models import Team
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Category, Ticket
from dreiklang.web import forms
from dreiklang.web.desk import chats
from dreiklang.web.desk.answers import to_ticket
from dreiklang.web.desk.classification import category_choices
from dreiklang.web.desk.composer import saved_words
from dreiklang.web.desk.finding import ticket_of
from dreiklang.web.desk.monitoring import place_in
from dreiklang.web.desk.opening import requester_of
from dreiklang.web.routing import actor_of, policy

#: Everything that stands on a card's form; each deed reads what it needs.
FIELDS = ("requester", "name", "mail", "phone", "organization", "subject", "notes", "category", "outcome")
TRANSFER = ("to_team", "reason", "question")
FILTERS = ("", "open", "missed", "mine")
#: The address of a card.
CARD = re.compile(r"/calls/(\d{1,18})/$")
CHAT = re.compile(r"/chats/(\d{1,18})/$")


@require_GET
@policy("desk")
def now(request: HttpRequest) -> HttpResponse:
    """What stands in the corner of every page: calls and chats that wait, those offered, one's own that run."""
    actor = actor_of(request)
    here = urlsplit(request.headers.get("HX-Current-URL", "")).path
    shown, chat = CARD.search(here), CHAT.search(here)
    at = int(shown[1]) if shown else None  # the card that is open says it all itself
    calls = [call for call in queries.on_screen(actor) if call.pk != at]
    for call in calls:
        call.ticket = _seen(call.ticket, actor)
    context = {
        "calls": calls,
        "transfers": [transfer for transfer in queries.offered_to(actor) if transfer.call_id != at],
        "me_id": actor.id,
        **chats.corner(actor, int(chat[1]) if chat else None),
    }
    return render(request, "web/desk/calls/now.html", context)


@require_GET
@policy("tickets.work")
def listed(request: HttpRequest) -> HttpResponse:
    """All calls the reader may know of, newest first, keyset-paged."""
    actor, only = actor_of(request), request.GET.get("only", "")
    only = only if only in FILTERS else ""
    rows = queries.history(actor, before=place_in(request.GET.get("before", "")), only=only)
    shown = rows[: queries.SHOWN]
    last = shown[-1] if len(rows) > len(shown) else None
    for call in shown:
        call.ticket = _seen(call.ticket, actor)
    context = {
        "rows": shown,
        "older": f"{last.begun_at.isoformat()}~{last.pk}" if last else "",
        "only": only,
        "filters": [
            ("", _("All")),
            ("open", _("Not written up")),
            ("missed", pgettext("call", "Missed")),
            ("mine", _("Mine")),
        ],
        "place": place_of(actor),
        "me_id": actor.id,
    }
    return render(request, "web/desk/calls/list.html", context)


@require_POST
@policy("tickets.work")
def begin(request: HttpRequest) -> HttpResponse:
    """A card by hand: a call on some telephone, or somebody at the counter."""
    actor, typed = actor_of(request), forms.read(request, "channel", "requester")
    caller = people.person(int(key), actor=actor) if (key := forms.whole(typed["requester"])) else None
    call = commands.begin_card(actor=actor, channel=typed["channel"] or Call.Channel.PHONE, caller=caller)
    return redirect("desk:call", call.pk)


@require_POST
@policy("tickets.work")
def dial(request: HttpRequest) -> HttpResponse:
    """Call a number by the telephone system; the card opens at once."""
    actor, typed = actor_of(request), forms.read(request, "number", "requester")
    try:
        who = people.person(int(key), actor=actor) if (key := forms.whole(typed["requester"])) else None
        call = commands.dial(typed["number"], actor=actor, person=who)
    except Refusal as refused:
        messages.error(request, str(refused))
        return redirect("desk:calls")
    return redirect("desk:call", call.pk)


@require_GET
@policy("tickets.work")
def card(request: HttpRequest, call_id: int) -> HttpResponse:
    """The card of a call."""
    return _card(request, queries.call_of(call_id, actor=actor_of(request)))


@require_POST
@policy("tickets.work")
def keep(request: HttpRequest, call_id: int) -> HttpResponse:
    """What is typed, kept while one talks."""
    actor = actor_of(request)
    call = queries.call_of(call_id, actor=actor)
    commands.keep_card(call, actor=actor, **_typed(forms.draft_content(request), call, actor))
    return HttpResponse(saved_words(clock.now()), content_type="text/plain; charset=utf-8")


@require_POST
@policy("tickets.work")
def caller(request: HttpRequest, call_id: int) -> HttpResponse:
    """Who calls was chosen, or nobody again: the part of the card that shows it, and what they have open."""
    actor = actor_of(request)
    call = queries.call_of(call_id, actor=actor)
    key = forms.whole(request.POST.get("requester", ""))
    commands.keep_card(call, actor=actor, caller=people.person(key, actor=actor) if key else None)
    return _card(request, queries.call_of(call_id, actor=actor), template="web/desk/calls/people.html")


@require_GET
@policy("tickets.work")
def script(request: HttpRequest, call_id: int) -> HttpResponse:
    """What to say and ask for the category that was chosen."""
    queries.call_of(call_id, actor=actor_of(request))
    found = queries.script_for(_category(request.GET.get("category", "")))
    return render(request, "web/desk/calls/script.html", {"script": found})


@require_POST
@policy("tickets.work")
def open_ticket(request: HttpRequest, call_id: int) -> HttpResponse:
    """A ticket from the card."""

    def deed(call: Call, actor: Actor, typed: Mapping[str, Any]) -> HttpResponse:
        ticket = commands.open_ticket_from(_written(call, actor, typed), actor=actor)
        messages.success(request, _("Ticket %(number)s is open.") % {"number": ticket.number})
        return redirect("desk:call", call.pk)

    return _run(request, call_id, deed)


@require_POST
@policy("tickets.work")
def join(request: HttpRequest, call_id: int, number: int) -> HttpResponse:
    """The call is about a ticket that runs."""

    def deed(call: Call, actor: Actor, typed: Mapping[str, Any]) -> HttpResponse:
        ticket, _actor = ticket_of(request, number)
        commands.join_ticket(_written(call, actor, typed), ticket, actor=actor)
        messages.success(request, _("What was said stands at ticket %(number)s.") % {"number": number})
        return redirect("desk:call", call.pk)

    return _run(request, call_id, deed)


@require_POST
@policy("tickets.work")
def wrap_up(request: HttpRequest, call_id: int) -> HttpResponse:
    """Done: back to where the next call comes from."""

    def deed(call: Call, actor: Actor, typed: Mapping[str, Any]) -> HttpResponse:
        done = commands.wrap_up(_written(call, actor, typed), actor=actor, outcome=typed["outcome"])
        messages.success(request, _("The card is done with."))
        ticket = _seen(done.ticket, actor)
        return redirect(to_ticket(ticket.number)) if ticket else redirect("desk:calls")

    return _run(request, call_id, deed)


@require_POST
@policy("tickets.work")
def take(request: HttpRequest, call_id: int) -> HttpResponse:
    """'I am talking to them.'"""
    actor = actor_of(request)
    return _deed(request, call_id, lambda: commands.take_call(queries.call_of(call_id, actor=actor), actor=actor))


@require_POST
@policy("tickets.work")
def take_up(request: HttpRequest, call_id: int) -> HttpResponse:
    """A card that was done with is taken up again."""
    actor = actor_of(request)
    return _deed(request, call_id, lambda: commands.take_up_again(queries.call_of(call_id, actor=actor), actor=actor))


@require_POST
@policy("tickets.work")
def offer(request: HttpRequest, call_id: int) -> HttpResponse:
    """Offer the running call to a team of a higher level."""

    def deed(call: Call, actor: Actor, typed: Mapping[str, Any]) -> HttpResponse:
        team = Team.objects.filter(pk=forms.whole(typed["to_team"]) or 0, is_active=True).first()
        if team is None:
            raise Invalid({"to_team": [_("Which team shall take the call?")]})
        commands.offer_transfer(
            _written(call, actor, typed), actor=actor, to_team=team, reason=typed["reason"], question=typed["question"]
        )
        return redirect("desk:call", call.pk)

    return _run(request, call_id, deed)


@require_POST
@policy("tickets.work")
def take_offer(request: HttpRequest, transfer_id: int) -> HttpResponse:
    """Take an offered call: the card, and with it the ticket, are one's own."""
    transfer, actor = _transfer(transfer_id, request), actor_of(request)
    return _deed(request, transfer.call_id, lambda: commands.take_transfer(transfer, actor=actor))


@require_POST
@policy("tickets.work")
def decline(request: HttpRequest, transfer_id: int) -> HttpResponse:
    """Say that one cannot take it now."""
    transfer, actor = _transfer(transfer_id, request), actor_of(request)
    why = forms.read(request, "why")["why"]
    try:
        commands.decline_transfer(transfer, actor=actor, why=why)
    except Refusal as refused:
        messages.error(request, str(refused))
    return redirect("desk:calls")


@require_POST
@policy("tickets.work")
def call_back(request: HttpRequest, transfer_id: int) -> HttpResponse:
    """Take one's own offer back."""
    transfer, actor = _transfer(transfer_id, request), actor_of(request)
    return _deed(request, transfer.call_id, lambda: commands.call_back_transfer(transfer, actor=actor))


def _run(
    request: HttpRequest, call_id: int, deed: Callable[[Call, Actor, Mapping[str, Any]], HttpResponse]
) -> HttpResponse:
    """Read the card's form, do the deed in one transaction; a refusal shows the card again with every word."""
    actor = actor_of(request)
    call = queries.call_of(call_id, actor=actor)
    typed = forms.read(request, *FIELDS, *TRANSFER)
    try:
        with transaction.atomic():
            return deed(call, actor, typed)
    except NotFound:
        raise
    except Refusal as refused:
        problems = refused.fields if isinstance(refused, Invalid) else {"": [str(refused)]}
        if telephony.may_write_on(actor, call):
            _kept(call, actor, typed)
        return _card(request, queries.call_of(call_id, actor=actor), typed=typed, problems=problems, status=422)


def _deed(request: HttpRequest, call_id: int, deed: Callable[[], object]) -> HttpResponse:
    """A deed without a form; what it refuses is said above the card, or above the list if that is gone from sight."""
    try:
        deed()
    except NotFound:
        raise
    except Refusal as refused:
        messages.error(request, str(refused))
    seen = telephony.visible_to(actor_of(request)).filter(pk=call_id).exists()
    return redirect("desk:call", call_id) if seen else redirect("desk:calls")


def _written(call: Call, actor: Actor, typed: Mapping[str, Any]) -> Call:
    """The card with what the form says; a person who is not known yet is added."""
    values = _typed(typed, call, actor)
    if values.get("caller") is None and typed.get("name"):
        values["caller"] = requester_of(actor, typed)
    return commands.keep_card(call, actor=actor, **values)


def _kept(call: Call, actor: Actor, typed: Mapping[str, Any]) -> None:
    """What was typed survives the refusal."""
    try:
        commands.keep_card(call, actor=actor, **_typed(typed, call, actor))
    except Refusal:
        return


def _typed(typed: Mapping[str, Any], call: Call, actor: Actor) -> dict[str, Any]:
    """What a form or draft says about the card, as the command wants it; what it does not mention stays."""
    found: dict[str, Any] = {name: str(typed[name]) for name in ("subject", "notes") if name in typed}
    if "category" in typed:
        found["category"] = _category(str(typed["category"]))
    if key := forms.whole(str(typed.get("requester", ""))):
        seen = organizations.persons_visible_to(actor)
        found["caller"] = seen.filter(pk=key).first() or call.caller
    return found


def _category(text: str) -> Category | None:
    return Category.objects.filter(pk=forms.whole(text) or 0, is_active=True).first()


def _seen(ticket: Ticket | None, actor: Actor) -> Ticket | None:
    """The ticket of a call, if the reader may know of it: whose call it was need not see what became of it."""
    return ticket if ticket is not None and tickets.may_see(actor, ticket) else None


def _transfer(transfer_id: int, request: HttpRequest) -> Transfer:
    seen = telephony.visible_to(actor_of(request))
    found = Transfer.objects.select_related("to_team").filter(pk=transfer_id, call__in=seen).first()
    if found is None:
        raise NotFound(code="no_transfer")
    return found


def _card(
    request: HttpRequest, call: Call, *, template: str = "web/desk/calls/card.html",
    typed: Mapping[str, Any] | None = None, problems: Mapping[str, Any] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    actor = actor_of(request)
    offers = list(call.transfers.select_related("author", "to_team", "ended_by").order_by("-id")[:5])
    open_offer = next((one for one in offers if one.state == Transfer.State.OFFERED), None)
    callers = [] if call.caller else queries.callers_of(call, actor=actor)
    before = queries.missed_before(call)
    context = {
        "call": call,
        "ticket": _seen(call.ticket, actor),
        "typed": {
            "subject": call.subject,
            "notes": call.notes,
            "category": str(call.category_id or ""),
            **(typed or {}),
        },
        "problems": problems or {},
        "may_write": telephony.may_write_on(actor, call),
        "is_mine": call.agent_id == actor.id and actor.kind == "person",
        "callers": callers,
        "open_tickets": queries.open_tickets_of(call.caller, actor=actor),
        "before": _seen(before.ticket, actor) if before else None,
        "script": queries.script_for(call.category),
        "categories": category_choices(),
        "organizations": organizations.visible_to(actor).filter(is_active=True).order_by("sort_key"),
        "teams": Team.objects.filter(is_active=True, level__gte=2).order_by("level", "name"),
        "offers": offers,
        "offer": open_offer,
        "may_take": open_offer is not None and telephony.may_take(actor, open_offer),
        "saved_at": int(call.noted_at.timestamp() * 1000) if call.noted_at else 0,
        "stage_words": dict(Call.Stage.choices)[call.stage],
    }
    return render(request, template, context, status=status)
