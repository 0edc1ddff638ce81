"""Live chat at the desk: the queue, one's own chats, a conversation, and handing it on while it runs."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dreiklang.channels.chat import commands, policy, queries, rules
from dreiklang.channels.chat.models import Chat, ChatFile, Line, Transfer
from dreiklang.kernel import files
from dreiklang.kernel.errors import Invalid, NotFound, Refusal
from dreiklang.kernel.live import say_typing
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person
from dreiklang.teams.models import Team
from dreiklang.teams.queries import members_on, today
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Ticket
from dreiklang.web import forms
from dreiklang.web.chatting import sentence_of
from dreiklang.web.desk.monitoring import place_in
from dreiklang.web.files import stored_answer
from dreiklang.web.routing import actor_of
from dreiklang.web.routing import policy as may_open

TRANSFER = ("to", "reason", "question")


@require_GET
@may_open("tickets.work")
def listed(request: HttpRequest) -> HttpResponse:
    """Who waits, what is offered, one's own running chats, and those that are over, keyset-paged."""
    actor = actor_of(request)
    rows = queries.history(actor, before=place_in(request.GET.get("before", "")))
    shown = rows[: queries.SHOWN]
    last = shown[-1] if len(rows) > len(shown) else None
    context = {
        "waiting": queries.waiting_for(actor),
        "offered": queries.offered_to(actor),
        "running": queries.running_of(actor),
        "over": shown,
        "seen": _seen_tickets([chat.ticket for chat in shown], actor),
        "older": f"{last.begun_at.isoformat()}~{last.pk}" if last else "",
        "is_ready": queries.is_ready(actor.person_id) if actor.kind == "person" else False,
    }
    return render(request, "web/desk/chats/list.html", context)


@require_POST
@may_open("tickets.work")
def availability(request: HttpRequest) -> HttpResponse:
    """'I take chats', or no more."""
    is_available = forms.read(request, "wanted")["wanted"] == "yes"
    commands.switch_availability(actor=actor_of(request), is_available=is_available)
    messages.success(request, _("You take chats now.") if is_available else _("You take no chats now."))
    return redirect("desk:chats")


@require_GET
@may_open("tickets.work")
def page(request: HttpRequest, chat_id: int) -> HttpResponse:
    """A conversation."""
    return _page(request, queries.chat_of(chat_id, actor=actor_of(request)))


@require_GET
@may_open("tickets.work")
def lines(request: HttpRequest, chat_id: int) -> HttpResponse:
    """What was said until now; the whole page anew once the chat has another stage or another holder."""
    actor = actor_of(request)
    chat = queries.chat_of(chat_id, actor=actor)
    answer = render(request, "web/desk/chats/lines.html", _said(chat, actor))
    if request.GET.get("was", "") != _state(chat):
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@may_open("tickets.work")
def take(request: HttpRequest, chat_id: int) -> HttpResponse:
    """Answer a chat that waits."""
    actor = actor_of(request)
    return _deed(request, chat_id, lambda: commands.take_chat(queries.chat_of(chat_id, actor=actor), actor=actor))


@require_POST
@may_open("tickets.work")
def say(request: HttpRequest, chat_id: int) -> HttpResponse:
    """An answer; sent twice it is one. A refusal shows the field again with every word."""
    actor = actor_of(request)
    chat, typed = queries.chat_of(chat_id, actor=actor), forms.read(request, "text", "client_id")
    problems: Mapping[str, Any] = {}
    try:
        commands.answer_visitor(
            chat, actor=actor, text=typed["text"], client_id=typed["client_id"] or secrets.token_urlsafe(12),
            uploads=forms.uploads(request, "files"),
        )  # fmt: skip
    except NotFound:
        raise
    except Refusal as refused:
        problems = refused.fields if isinstance(refused, Invalid) else {"": [str(refused)]}
    if not request.headers.get("HX-Request"):
        return _page(request, chat, typed=typed, problems=problems) if problems else redirect("desk:chat", chat.pk)
    chat = queries.chat_of(chat_id, actor=actor)
    context = _said(chat, actor) | {
        "typed": typed if problems else {}, "problems": problems, "answered": True,
        "client_id": typed["client_id"] if problems else secrets.token_urlsafe(12),
    }  # fmt: skip
    return render(request, "web/desk/chats/written.html", context, status=422 if problems else 200)


@require_POST
@may_open("tickets.work")
def typing(request: HttpRequest, chat_id: int) -> HttpResponse:
    """Somebody types an answer: the visitor's page says so."""
    actor = actor_of(request)
    chat = queries.chat_of(chat_id, actor=actor)
    if policy.may_answer(actor, chat):
        say_typing(subject_kind="chat", subject_id=chat.pk, reader_id=None)
    return HttpResponse(status=204)


@require_POST
@may_open("tickets.work")
def end(request: HttpRequest, chat_id: int) -> HttpResponse:
    """End a chat; its ticket goes on."""
    actor = actor_of(request)
    return _deed(request, chat_id, lambda: commands.end_chat(queries.chat_of(chat_id, actor=actor), actor=actor))


@require_POST
@may_open("tickets.work")
def offer(request: HttpRequest, chat_id: int) -> HttpResponse:
    """Offer the running chat to a colleague or another team."""
    actor = actor_of(request)
    chat, typed = queries.chat_of(chat_id, actor=actor), forms.read(request, *TRANSFER)
    try:
        team, person = _receiver(chat, typed["to"], actor)
        commands.offer_transfer(
            chat, actor=actor, to_team=team, to_person=person, reason=typed["reason"], question=typed["question"]
        )
    except NotFound:
        raise
    except Refusal as refused:
        problems = refused.fields if isinstance(refused, Invalid) else {"": [str(refused)]}
        return _page(request, chat, typed=typed, problems=problems)
    return redirect("desk:chat", chat.pk)


@require_POST
@may_open("tickets.work")
def take_offer(request: HttpRequest, chat_transfer_id: int) -> HttpResponse:
    """Take an offered chat over."""
    transfer, actor = _transfer(chat_transfer_id, request), actor_of(request)
    return _deed(request, transfer.chat_id, lambda: commands.take_transfer(transfer, actor=actor))


@require_POST
@may_open("tickets.work")
def decline(request: HttpRequest, chat_transfer_id: int) -> HttpResponse:
    """Not now."""
    transfer, actor = _transfer(chat_transfer_id, request), actor_of(request)
    why = forms.read(request, "why")["why"]
    return _deed(request, transfer.chat_id, lambda: commands.decline_transfer(transfer, actor=actor, why=why))


@require_POST
@may_open("tickets.work")
def call_back(request: HttpRequest, chat_transfer_id: int) -> HttpResponse:
    """Take one's own offer back."""
    transfer, actor = _transfer(chat_transfer_id, request), actor_of(request)
    return _deed(request, transfer.chat_id, lambda: commands.call_back_transfer(transfer, actor=actor))


@require_GET
@may_open("tickets.work")
def file(request: HttpRequest, chat_id: int, chat_file_id: int) -> HttpResponse:
    """A file that came with a line, to be saved."""
    found: ChatFile = queries.file_of(queries.chat_of(chat_id, actor=actor_of(request)), chat_file_id)
    return stored_answer(files.read(found.file.sha256), found.filename)


def corner(actor: Actor, at: int | None) -> dict[str, Any]:
    """What stands in the corner of every page: chats that wait, are offered, or one's own; not the one that is open."""
    return {
        "chats": [chat for chat in queries.on_screen(actor) if chat.pk != at],
        "chat_offers": [offer for offer in queries.offered_to(actor) if offer.chat_id != at],
    }


def _receiver(chat: Chat, to: str, actor: Actor) -> tuple[Team, Person | None]:
    """``team-7`` or ``person-12`` of the form as the command wants it. Raises Invalid."""
    kind, _dash, key = to.partition("-")
    number = forms.whole(key) or 0
    if kind == "person" and (person := _colleagues(chat, actor).filter(pk=number).first()):
        return chat.team, person
    team = Team.objects.filter(pk=number, is_active=True).first() if kind == "team" else None
    if team is None:
        raise Invalid({"to_team": [_("Who shall take the chat?")]})
    return team, None


def _colleagues(chat: Chat, actor: Actor) -> Any:
    of_team = members_on(chat.team, today()).values("person_id")
    return Person.objects.filter(pk__in=of_team, is_active=True).exclude(pk=actor.person_id).order_by("sort_key")


def _chosen(teams: list[Team]) -> list[Team]:
    """Teams with the value that stands for them in the form."""
    for team in teams:
        team.choice = f"team-{team.pk}"  # type: ignore[attr-defined]
    return teams


def _deed(request: HttpRequest, chat_id: int, deed: Callable[[], object]) -> HttpResponse:
    """A deed without words of its own; what it refuses is said above the page, or the list if the chat is gone."""
    try:
        deed()
    except NotFound:
        raise
    except Refusal as refused:
        messages.error(request, str(refused))
    seen = policy.visible_to(actor_of(request)).filter(pk=chat_id).exists()
    return redirect("desk:chat", chat_id) if seen else redirect("desk:chats")


def _transfer(transfer_id: int, request: HttpRequest) -> Transfer:
    seen = policy.visible_to(actor_of(request))
    found = Transfer.objects.select_related("to_team").filter(pk=transfer_id, chat__in=seen).first()
    if found is None:
        raise NotFound(code="no_transfer")
    return found


def _seen_tickets(of_chats: list[Ticket | None], actor: Actor) -> set[int]:
    wanted = [ticket.pk for ticket in of_chats if ticket is not None]
    return {ticket.pk for ticket in tickets.visible_to(actor).filter(pk__in=wanted)} if wanted else set()


def _state(chat: Chat) -> str:
    return f"{chat.stage}-{chat.agent_id or 0}"


def _said(chat: Chat, actor: Actor) -> dict[str, Any]:
    """The lines with their sentences, as the pieces of the page show them; who has the chat has read them now."""
    found = list(chat.lines.prefetch_related("files__file").order_by("-seq")[: queries.MOST_LINES])[::-1]
    for line in found:
        line.sentence = sentence_of(line)  # type: ignore[attr-defined]
        line.is_told = bool(line.code) or line.side == Line.Side.DESK  # type: ignore[attr-defined]
    commands.keep_read(chat, actor=actor, seq=chat.last_seq)
    return {
        "chat": chat,
        "lines": found,
        "state": _state(chat),
        "is_gone": chat.stage in rules.LIVE and queries.is_gone(chat),
        "may_answer": policy.may_answer(actor, chat),
    }


def _page(
    request: HttpRequest, chat: Chat, *, typed: Mapping[str, Any] | None = None,
    problems: Mapping[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    actor = actor_of(request)
    offers = list(chat.transfers.select_related("author", "to_team", "to_person", "ended_by").order_by("-id")[:5])
    open_offer = next((one for one in offers if one.state == Transfer.State.OFFERED), None)
    may_answer = policy.may_answer(actor, chat)
    teams = Team.objects.filter(is_active=True, level__gte=chat.team.level, level__lte=2).exclude(pk=chat.team_id)
    if chat.team.level == 2:
        teams = teams.none()
    context = _said(chat, actor) | {
        "ticket": chat.ticket if chat.ticket is not None and tickets.may_see(actor, chat.ticket) else None,
        "offers": offers,
        "offer": open_offer,
        "may_take": chat.stage == rules.WAITING and policy.may_take(actor, chat),
        "may_take_over": open_offer is not None and policy.may_take_over(actor, open_offer),
        "is_mine": chat.agent_id == actor.id,
        "teams": _chosen(list(teams.order_by("level", "name"))) if may_answer else [],
        "colleagues": list(_colleagues(chat, actor)) if may_answer else [],
        "typed": typed or {},
        "problems": problems or {},
        "client_id": secrets.token_urlsafe(12),
        "stage_words": dict(Chat.Stage.choices)[chat.stage],
        "lines_url": f"{reverse('desk:chat_lines', args=[chat.pk])}?was={_state(chat)}",
    }
    return render(request, "web/desk/chats/page.html", context, status=422 if problems else 200)
