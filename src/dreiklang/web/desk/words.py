"""What is written: messages, notes, correspondence, relays, and the drafts of them. A refusal keeps every word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dreiklang.escalation.commands import relaying
from dreiklang.escalation.models import Relay
from dreiklang.kernel.errors import Conflict, Invalid, NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets.commands import conversation, corresponding, keeping, pausing, sharing
from dreiklang.tickets.models import Correspondence, Draft, Message, Ticket
from dreiklang.tickets.rules import UNDO_SECONDS
from dreiklang.web import forms
from dreiklang.web.desk import composer, written
from dreiklang.web.desk.answers import WayBack, done, is_fragment, list_of, told
from dreiklang.web.desk.finding import myself, ticket_of
from dreiklang.web.desk.lists import next_after
from dreiklang.web.desk.meanwhile import difference, version_to_hold
from dreiklang.web.routing import policy


@require_POST
@policy("desk")
def write_message(request: HttpRequest, number: int) -> HttpResponse:
    """Answer the requester; an offered relay becomes the message, in the words that now stand there."""
    ticket, actor = ticket_of(request, number)
    typed = forms.read(request, "text", "html", "relay", "after", "quote")
    try:
        message = _send(request, ticket, actor, typed)
    except (Invalid, Conflict) as refusal:
        return _again(request, ticket, actor, composer.MESSAGE, typed, refusal)
    keeping.drop_draft(ticket, actor=actor, place=composer.MESSAGE)
    return _written(request, ticket, actor, composer.MESSAGE, said=message, goes_on=typed["after"] == "next")


def _send(request: HttpRequest, ticket: Ticket, actor: Actor, typed: Mapping[str, str]) -> Message:
    words = written.words_of(ticket, actor, typed)
    files = [*words.pictures, *forms.uploads(request)]
    relay = Relay.objects.filter(pk=forms.whole(typed["relay"]) or 0, ticket=ticket, state="offered").first()
    if relay is not None:
        message = relaying.use_relay(
            relay, actor=actor, text=words.text, html=words.html, attachments=files, confirmed=True
        )
    else:
        words = written.with_quote(ticket, words) if typed["quote"] else words
        message = conversation.write_message(
            ticket,
            actor=actor,
            text=words.text,
            html=words.html,
            attachments=files,
            version=version_to_hold(request, ticket, actor),
        )
    if typed["after"] == "wait":
        pausing.pause(ticket, actor=actor, reason="requester")
    return message


@require_POST
@policy("desk")
def write_note(request: HttpRequest, number: int) -> HttpResponse:
    """Keep words inside."""
    ticket, actor = ticket_of(request, number)
    typed = forms.read(request, "text", lists=["mentioned"])
    try:
        mentioned = written.mentioned_in(typed["text"], actor)
        conversation.write_note(
            ticket, actor=actor, text=typed["text"], mentioned=mentioned, attachments=forms.uploads(request)
        )
    except Invalid as refusal:
        return _again(request, ticket, actor, composer.NOTE, typed, refusal)
    keeping.drop_draft(ticket, actor=actor, place=composer.NOTE)
    return _written(request, ticket, actor, composer.NOTE)


@require_POST
@policy("desk")
def write_correspondence(request: HttpRequest, number: int) -> HttpResponse:
    """Write to a third party."""
    ticket, actor = ticket_of(request, number)
    typed = forms.read(request, "text", "html", "party_name", "party_address", "reference")
    try:
        words = written.words_of(ticket, actor, typed)
        letter = corresponding.write_to_third_party(
            ticket,
            actor=actor,
            text=words.text,
            html=words.html,
            attachments=[*words.pictures, *forms.uploads(request)],
            **{name: typed[name] for name in ("party_name", "party_address", "reference")},
        )
    except Invalid as refusal:
        return _again(request, ticket, actor, composer.THIRD, typed, refusal)
    keeping.drop_draft(ticket, actor=actor, place=composer.THIRD)
    return _written(request, ticket, actor, composer.THIRD, said=letter)


@require_POST
@policy("desk")
def offer_relay(request: HttpRequest, number: int) -> HttpResponse:
    """Offer an answer to the level below."""
    ticket, actor = ticket_of(request, number)
    typed = forms.read(request, "text")
    try:
        relaying.offer_relay(ticket, actor=actor, text=typed["text"])
    except Invalid as refusal:
        return _again(request, ticket, actor, composer.RELAY, typed, refusal)
    keeping.drop_draft(ticket, actor=actor, place=composer.RELAY)
    return _written(request, ticket, actor, composer.RELAY)


@require_POST
@policy("desk")
def save_draft(request: HttpRequest, number: int, place: str) -> HttpResponse:
    """Keep what is being typed, on every pause; answers when it was kept."""
    ticket, actor = ticket_of(request, number)
    content = forms.draft_content(request)
    if not any(str(v).strip() for k, v in content.items() if k not in ("relay", "after")):
        content = {}
    myself(actor)
    draft = keeping.save_draft(ticket, actor=actor, place=place, content=content)
    return HttpResponse(composer.saved_words(draft.saved_at), content_type="text/plain; charset=utf-8")


@require_POST
@policy("desk")
def share_draft(request: HttpRequest, number: int, place: str) -> HttpResponse:
    """Let colleagues go on with a draft, or no longer; answers with the button as it is now."""
    ticket, actor = ticket_of(request, number)
    typed = forms.read(request, "is_shared")
    draft = sharing.share_draft(ticket, actor=actor, place=place, is_shared=bool(typed["is_shared"]))
    tab = {"words": place, "is_shared": draft.is_shared}
    return render(request, "web/desk/ticket/share.html", {"ticket": ticket, "tab": tab})


@require_POST
@policy("desk")
def take_over_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Go on with a colleague's draft."""
    forms.read(request)
    draft = Draft.objects.select_related("ticket").filter(pk=draft_id, ticket__isnull=False).first()
    if draft is None or draft.ticket is None:
        raise NotFound
    ticket, actor = ticket_of(request, draft.ticket.number)
    taken = sharing.take_over_draft(draft, actor=actor)
    if not is_fragment(request):
        return done(request, ticket)
    shown = composer.composer_of(ticket, actor=actor, opened=taken.place)
    opened = composer.Composer(shown.tabs, taken.place, shown.others)
    return render(request, "web/desk/ticket/composer.html", {"ticket": ticket, "composer": opened})


def _again(
    request: HttpRequest,
    ticket: Ticket,
    actor: Actor,
    words: str,
    typed: Mapping[str, Any],
    refusal: Invalid | Conflict,
) -> HttpResponse:
    """The same form with every word still in it, and what was wrong."""
    problems: Mapping[str, Sequence[Any]] = refusal.fields if isinstance(refusal, Invalid) else {}
    conflict = difference(request, ticket, actor) if isinstance(refusal, Conflict) else None
    shown = composer.composer_of(
        ticket, actor=actor, typed={words: typed}, problems={words: problems}, conflicts={words: conflict}
    )
    status = 409 if conflict else 422
    return _tab(request, ticket, shown, words, status=status)


def _written(
    request: HttpRequest,
    ticket: Ticket,
    actor: Actor,
    words: str,
    *,
    said: Message | Correspondence | None = None,
    goes_on: bool = False,
) -> HttpResponse:
    """An empty form again; the stream loads itself anew; a message can be called back for ten seconds."""
    if not is_fragment(request):
        return done(request, ticket)
    if goes_on and (address := next_after(ticket, actor=actor, list_key=list_of(request))):
        response = HttpResponse(status=204)
        response["HX-Location"] = address
        back = _undo(said).get("undo_at", "")
        undo = WayBack(back, words=_("Call back")) if back else None
        return told(response, ticket, _("It leaves in a moment.") if back else "", undo=undo)
    ticket.refresh_from_db()
    shown = composer.composer_of(ticket, actor=actor)
    return told(_tab(request, ticket, shown, words, **_undo(said)), ticket)


def _undo(said: Message | Correspondence | None) -> dict[str, Any]:
    """Where words that wait are called back, and until when (milliseconds)."""
    if said is None or said.delivery != Message.Delivery.WAITING:
        return {}
    name = "withdrawal" if isinstance(said, Message) else "correspondence_withdrawal"
    until = int((said.said_at + timedelta(seconds=UNDO_SECONDS)).timestamp() * 1000)
    return {"undo_at": reverse(f"desk:{name}", args=[said.pk]), "undo_until": until}


def _tab(
    request: HttpRequest, ticket: Ticket, shown: composer.Composer, words: str, *, status: int = 200, **more: Any
) -> HttpResponse:
    tab = next((t for t in shown.tabs if t.words == words), None)
    if tab is None:
        raise NotFound
    opened = composer.Composer(shown.tabs, words)
    context = {"ticket": ticket, "composer": opened, "tab": tab, **more}
    template = "web/desk/ticket/write_answer.html" if is_fragment(request) else "web/desk/write_page.html"
    return render(request, template, context, status=status)
