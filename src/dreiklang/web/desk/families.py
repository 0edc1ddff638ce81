"""Parents and children: put below, taken out, answered and solved together, with a look at who gets what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dreiklang.communication import rules as wording
from dreiklang.communication.wording import template_words
from dreiklang.kernel.errors import Conflict, Invalid
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets.commands import family
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.queries.family import Member, family_of, languages_needed, parent_of, words_for
from dreiklang.web import forms
from dreiklang.web.desk import answers, sheets
from dreiklang.web.desk.answers import WayBack
from dreiklang.web.desk.finding import ticket_of
from dreiklang.web.desk.meanwhile import difference, last_line, version_to_hold
from dreiklang.web.desk.ties import near_ones, other_of
from dreiklang.web.routing import policy

SHOWN = 50


@require_http_methods(["GET", "POST"])
@policy("desk")
def adopt(request: HttpRequest, number: int) -> HttpResponse:
    """Put this ticket below another one."""

    def start(ticket: Ticket, actor: Actor) -> Mapping[str, Any]:
        return {"others": near_ones(ticket, "", actor=actor)}

    def deed(ticket: Ticket, actor: Actor, typed: Mapping[str, Any]) -> Any:
        parent = other_of(typed["other"], actor=actor)
        family.adopt(ticket, actor=actor, parent=parent)
        undo = WayBack(reverse("desk:release", args=[ticket.number]))
        return _("Waits for the solution of %(number)s from now on.") % {"number": parent.number}, undo

    return sheets.run(
        request, number, template="web/desk/sheets/parent.html", fields=("other",), deed=deed, start=start
    )


@require_POST
@policy("desk")
def release(request: HttpRequest, number: int) -> HttpResponse:
    """Take this child out."""
    ticket, actor = ticket_of(request, number)
    forms.read(request)
    parent = parent_of(ticket)
    family.release(ticket, actor=actor)
    undo = WayBack(reverse("desk:parent", args=[number]), {"other": str(parent.number)}) if parent else None
    return answers.done(request, ticket, _("Taken out."), undo=undo)


@require_http_methods(["GET", "POST"])
@policy("desk")
def resolve(request: HttpRequest, number: int) -> HttpResponse:
    """Solve the parent and its children."""
    return _together(request, number, family.resolve_family, is_solving=True)


@require_http_methods(["GET", "POST"])
@policy("desk")
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Answer the requesters of the parent and its children."""
    return _together(request, number, family.answer_family, is_solving=False)


def _together(request: HttpRequest, number: int, command: Callable[..., Any], *, is_solving: bool) -> HttpResponse:
    ticket, actor = ticket_of(request, number)
    members = family_of(ticket, actor=actor)
    if request.method == "GET":
        return _sheet(request, ticket, members, {"taken": None}, is_solving=is_solving)
    typed = _typed(request)
    try:
        done = command(
            ticket,
            actor=actor,
            texts=_texts(typed),
            leave_out=_left_out(members, typed),
            version=version_to_hold(request, ticket, actor),
        )
    except (Invalid, Conflict) as refusal:
        more: dict[str, Any] = (
            {"conflict": difference(request, ticket, actor), "status": 409}
            if isinstance(refusal, Conflict)
            else {"problems": refusal.fields, "status": 422}
        )
        return _sheet(request, ticket, members, typed, is_solving=is_solving, **more)
    message = done.message if is_solving else done
    undo = WayBack(reverse("desk:withdrawal", args=[message.pk])) if message.delivery == "waiting" else None
    words = _("Solved; everybody is told.") if is_solving else _("Everybody is answered.")
    return answers.done(request, ticket, words, undo=undo)


@require_POST
@policy("desk")
def preview(request: HttpRequest, number: int) -> HttpResponse:
    """Who gets which words, in the template of their language, as it is typed now."""
    ticket, actor = ticket_of(request, number)
    typed = _typed(request)
    members = family_of(ticket, actor=actor)
    left_out = _left_out(members, typed)
    rows = [
        (member, _mail(member, typed, is_parent=not place))
        for place, member in enumerate(members[:SHOWN])
        if not member.why_not and member.ticket.pk not in left_out
    ]
    return render(request, "web/desk/family_preview.html", {"rows": rows, "more": max(0, len(members) - SHOWN)})


def _mail(member: Member, typed: Mapping[str, Any], *, is_parent: bool) -> str:
    """The words of a mail with name and text filled in; links and signature are put in when it leaves."""
    key = (
        ("resolved" if is_parent else "together_resolved")
        if typed["solving"]
        else "message"
        if is_parent
        else "together"
    )
    text = words_for(member, _texts(typed))
    if not text:
        return ""
    values = {"text": text, "name": member.ticket.requester.name, "number": str(member.ticket.number), "agent": "…"}
    body = template_words(key, member.language)[1]
    return wording.fill_body(
        body.split("\n-- ")[0], values | dict.fromkeys(("confirm_link", "reopen_link", "closes_on"), "…")
    )


def _typed(request: HttpRequest) -> dict[str, Any]:
    languages = [code for code, _name in settings.LANGUAGES]
    return forms.read(request, "solving", *(f"text-{code}" for code in languages), lists=["taken"])


def _texts(typed: Mapping[str, Any]) -> dict[str, str]:
    return {name.removeprefix("text-"): text for name, text in typed.items() if name.startswith("text-")}


def _left_out(members: list[Member], typed: Mapping[str, Any]) -> frozenset[int]:
    taken = {forms.whole(key) for key in typed["taken"]}
    return frozenset(m.ticket.pk for m in members[1:] if m.ticket.number not in taken)


def _sheet(
    request: HttpRequest,
    ticket: Ticket,
    members: list[Member],
    typed: Mapping[str, Any],
    *,
    is_solving: bool,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    taken = None if typed["taken"] is None else {forms.whole(key) for key in typed["taken"]}
    names = dict(settings.LANGUAGES)
    context = {
        "ticket": ticket,
        "seen": last_line(ticket),
        "is_solving": is_solving,
        "post_url": reverse(f"desk:family_{'resolution' if is_solving else 'messages'}", args=[ticket.number]),
        "children": [(m, taken is None or m.ticket.number in taken) for m in members[1:]],
        "texts": [
            (code, names.get(code, code), typed.get(f"text-{code}", ""))
            for code in languages_needed(members, frozenset())
        ],
        "problems": {},
        **more,
    }
    return answers.sheet(request, "web/desk/sheets/family.html", context, status=status)
