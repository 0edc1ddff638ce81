"""One ticket as a conversation: read it, answer in it, say whether it works again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dreiklang.escalation.models import RequesterEscalation
from dreiklang.escalation.policy import may_escalate_as_requester
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Conflict, Invalid, NotAllowed, WrongState
from dreiklang.kernel.permissions import Actor, system
from dreiklang.organizations.models import Address, Person
from dreiklang.tickets import lifecycle, policy, rules
from dreiklang.tickets.commands import conversation, keeping, resolution
from dreiklang.tickets.models import Draft, Ticket
from dreiklang.tickets.queries.complaints import complaint_about, complaint_of
from dreiklang.web import forms, routing
from dreiklang.web.portal.answering import done, fields_of, problems_of, refused
from dreiklang.web.portal.asking import saved_words
from dreiklang.web.portal.cards import standings_of
from dreiklang.web.portal.conversation import OPEN, said_in
from dreiklang.web.portal.finding import is_own, ticket_of
from dreiklang.web.portal.frame import ORGANIZATION, TICKETS, is_fragment, page
from dreiklang.web.portal.words import may_reopen

PLACE = "portal"
REPLY, CONFIRM, REOPEN = "reply", "confirm", "reopen"


@require_http_methods(["GET", "POST"])
@routing.policy("portal")
def ticket(request: HttpRequest, number: int) -> HttpResponse:
    """The conversation; a POST answers, confirms or opens it again."""
    found, actor = ticket_of(request, number)
    if request.method == "GET":
        draft = Draft.objects.filter(person_id=actor.person_id, ticket=found, place=PLACE).first()
        saved_at = int(draft.saved_at.timestamp() * 1000) if draft else 0
        return _page(request, found, actor, draft.content if draft else {}, saved_at=saved_at)
    if not is_own(found, actor):
        raise NotAllowed(_("Only the person who asked can answer here."))
    try:
        typed = forms.read(request, "text", "deed")
        words = _act(request, found, actor, typed)
    except (Invalid, WrongState, Conflict) as refusal:
        status = 422 if isinstance(refusal, Invalid) else 409
        if is_fragment(request):
            return refused(request, refusal, status=status)
        kept = {"text": request.POST.get("text", "")}
        return _page(request, found, actor, kept, problems=fields_of(refusal), status=status)
    keeping.drop_draft(found, actor=actor, place=PLACE)
    messages.success(request, words)
    return done(request, reverse("portal:ticket", args=[number]))


@transaction.atomic
def _act(request: HttpRequest, found: Ticket, actor: Actor, typed: Mapping[str, str]) -> str:
    """Words and deed together or not at all; says what was done."""
    files, deed, text = forms.uploads(request), typed["deed"] or REPLY, typed["text"]
    has_words = bool(text or files)
    if deed == REPLY:
        if not has_words:
            raise Invalid({"text": [_("There is nothing written yet.")]})
        if found.state_group == "settled" and found.state != lifecycle.MERGED:
            raise WrongState(_("Meanwhile it was solved. Your words are kept: say below whether it works again."))
    elif deed not in (CONFIRM, REOPEN):
        raise Invalid({"": [_("Please use one of the buttons.")]})
    if deed == REOPEN:
        resolution.reopen(found, actor=actor)
    if found.state == lifecycle.MERGED and (settled := _settled_survivor(found)):
        resolution.reopen(settled, actor=system("portal"))
    if has_words:
        author = Person.objects.get(pk=actor.person_id)
        conversation.receive_message(found, actor=actor, author=author, text=text, channel="portal", attachments=files)
    if deed == CONFIRM:
        resolution.confirm(found, actor=actor)
    return {
        REPLY: _("Your answer has arrived."),
        CONFIRM: _("Thank you, the ticket is closed."),
        REOPEN: _("The ticket is open again. We go on."),
    }[deed]


@require_http_methods(["GET"])
@routing.policy("portal")
def talk(request: HttpRequest, number: int) -> HttpResponse:
    """How it stands and what was said, anew; the words being typed stay untouched."""
    found, actor = ticket_of(request, number)
    return render(request, "web/portal/parts/talk_anew.html", _talk(found, actor))


@require_POST
@routing.policy("portal")
def draft(request: HttpRequest, number: int) -> HttpResponse:
    """Keep an answer that is being typed."""
    found, actor = ticket_of(request, number)
    if not is_own(found, actor):
        raise NotAllowed(_("Only the person who asked can answer here."))
    saved = keeping.save_draft(found, actor=actor, place=PLACE, content=forms.draft_content(request))
    return HttpResponse(saved_words(saved), content_type="text/plain; charset=utf-8")


def _talk(found: Ticket, actor: Actor) -> dict[str, Any]:
    """What the conversation's template reads."""
    said = said_in(found, actor=actor)
    mine = is_own(found, actor)
    now = clock.now()
    return {
        "ticket": found,
        "standing": standings_of([found], actor=actor)[found.pk],
        "earlier": said[:-OPEN],
        "said": said[-OPEN:],
        "is_mine": mine,
        "may_reply": mine and (found.state_group != "settled" or found.state == lifecycle.MERGED),
        "goes_on_in": _survivor(found, actor),
        "may_confirm": mine and found.state == lifecycle.RESOLVED,
        "may_reopen": mine and may_reopen(found, now),
        "is_over": mine and found.state == lifecycle.CLOSED and not may_reopen(found, now),
    }


def _settled_survivor(found: Ticket) -> Ticket | None:
    """Where a merged ticket goes on, if that is solved: the words of whoever asked here open it again."""
    settled = (lifecycle.RESOLVED, lifecycle.CLOSED)
    return Ticket.objects.filter(pk=policy.survivors_of(found)[-1], state__in=settled).first()


def _about(found: Ticket, actor: Actor) -> Ticket | None:
    """What a complaint is about, if the reader may know of it."""
    complaint = complaint_of(found) if found.kind == rules.COMPLAINT else None
    about = complaint.about if complaint else None
    return about if about and policy.may_see(actor, about) else None


def _survivor(found: Ticket, actor: Actor) -> Ticket | None:
    """The ticket in which a merged one goes on, if the reader may know of it."""
    if found.state != lifecycle.MERGED:
        return None
    last = Ticket.objects.get(pk=policy.survivors_of(found)[-1])
    return last if policy.may_see(actor, last) else None


def _page(
    request: HttpRequest,
    found: Ticket,
    actor: Actor,
    typed: Mapping[str, Any],
    *,
    problems: Mapping[str, Any] | None = None,
    saved_at: int = 0,
    status: int = 200,
) -> HttpResponse:
    if problems:
        found.refresh_from_db(fields=["state", "state_group", "resolved_at", "closed_at", "closes_at", "version"])
    context = {
        **_talk(found, actor),
        "may_escalate": found.state_group != "settled" and may_escalate_as_requester(actor, found),
        "escalated": RequesterEscalation.objects.filter(ticket=found).first(),
        "may_complain": policy.may_file_complaint(actor, found),
        "complained": complaint_about(found) if is_own(found, actor) else None,
        "about": _about(found, actor),
        "typed": typed,
        "problems": problems or {},
        "problem_list": problems_of(problems or {}),
        "saved_at": saved_at,
        "is_sent": "sent" in request.GET and is_own(found, actor),
        "answer_address": Address.objects.filter(person_id=found.requester_id, kind=Address.Kind.MAIL)
        .order_by("-is_first", "id")
        .values_list("value", flat=True)
        .first()
        if is_own(found, actor)
        else "",
    }
    at = TICKETS if is_own(found, actor) else ORGANIZATION
    return page(request, "ticket", context, actor=actor, at=at, status=status)
