"""Where the chat widget of other pages asks: its script, its words, and what becomes of one visitor's chat."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from dreiklang.channels.chat import commands, queries, rules
from dreiklang.channels.chat.models import Chat, Line, Widget
from dreiklang.kernel import clock, files
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.live import say_typing
from dreiklang.kernel.permissions import system
from dreiklang.web import forms
from dreiklang.web.chatting import sentence_of, words_for_page
from dreiklang.web.files import stored_answer
from dreiklang.web.middleware import live_origin
from dreiklang.web.public.chat_door import (
    BEGUN_PER_TEN_MINUTES,
    FILES_PER_TEN_MINUTES,
    SAID_PER_MINUTE,
    Asked,
    chat_of,
    count,
    for_pages,
    number,
    text,
)
from dreiklang.web.routing import policy

DOOR = system("chat")
SCRIPT = Path(__file__).resolve().parents[1] / "static" / "dreiklang" / "chat" / "widget.js"


@cache
def _script() -> bytes:
    return SCRIPT.read_bytes()


@require_GET
@policy("public")
def script(request: HttpRequest, key: str) -> HttpResponse:
    """The widget itself, for a script tag of any page; on whose pages it then opens is decided when it asks."""
    if queries.widget_by_key(key[:40]) is None:
        raise NotFound
    answer = HttpResponse(_script(), content_type="text/javascript; charset=utf-8")
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer["Cache-Control"] = "public, max-age=600"
    return answer


@csrf_exempt
@policy("public")
@for_pages("GET")
def settings(request: HttpRequest, widget: Widget, asked: Asked) -> HttpResponse:
    """Words and looks of the widget, and whether somebody is there."""
    is_open = bool(queries.takers_of(widget.team, clock.now()))
    language = get_language() or "en"
    live = live_origin(request)
    words = words_for_page(is_open=is_open)
    if is_open and (greeting := widget.greetings.get(language)):
        words["greeting"] = greeting
    return JsonResponse({
        "language": language, "colour": widget.colour, "is_open": is_open, "words": words,
        "privacy": widget.privacy.get(language, ""), "privacy_url": widget.privacy_url,
        "live": f"{live}/live/chat" if live else "",
    })  # fmt: skip


@csrf_exempt
@policy("public")
@for_pages("POST")
def begin(request: HttpRequest, widget: Widget, asked: Asked) -> HttpResponse:
    """A visitor's first words; while nobody is there they become a ticket at once."""
    count(request, "begun", BEGUN_PER_TEN_MINUTES, 600)
    is_open = bool(queries.takers_of(widget.team, clock.now()))
    address = text(asked, "mail")
    proof = {name: text(asked, name) for name in ("person", "until", "signature")}
    if not is_open and not address and not proof["signature"]:
        raise Invalid({"mail": [_("Please give a mail address for the answer.")]})
    visitor = commands.Visitor(
        name=text(asked, "name"), address=address, language=get_language() or "en", page=text(asked, "page"), **proof
    )
    chat = commands.begin_chat(
        widget, visitor, actor=DOOR, token=text(asked, "token"), text=text(asked, "text"), client_id=text(asked, "id")
    )
    if not is_open and chat.stage == rules.WAITING:
        commands.leave_message(chat, actor=DOOR)
        chat.refresh_from_db()
    return _told(chat, 0)


@csrf_exempt
@policy("public")
@for_pages("POST")
def news(request: HttpRequest, widget: Widget, asked: Asked) -> HttpResponse:
    """What was said after the last line that the page has."""
    chat = chat_of(request, widget)
    commands.keep_seen(chat, actor=DOOR)
    return _told(chat, number(asked, "after"))


@csrf_exempt
@policy("public")
@for_pages("POST")
def say(request: HttpRequest, widget: Widget, asked: Asked) -> HttpResponse:
    """A line of the visitor, with files if it comes as a form; what is new comes back with it."""
    chat = chat_of(request, widget)
    count(request, "said", SAID_PER_MINUTE, 60, key=str(chat.pk))
    uploads = forms.uploads(request, "files")
    if uploads:
        count(request, "files", FILES_PER_TEN_MINUTES, 600)
    if not text(asked, "id"):
        raise Invalid({"id": [_("This cannot be read.")]})
    commands.say_as_visitor(chat, actor=DOOR, text=text(asked, "text"), client_id=text(asked, "id"), uploads=uploads)
    after = text(asked, "after")
    return _told(chat_of(request, widget), int(after) if after.isdecimal() else number(asked, "after"))


@csrf_exempt
@policy("public")
@for_pages("POST")
def typing(request: HttpRequest, widget: Widget, asked: Asked) -> HttpResponse:
    """The visitor types: told to whoever has the chat, kept nowhere."""
    chat = chat_of(request, widget)
    if chat.stage == rules.TALKING and chat.agent_id:
        say_typing(subject_kind="chat", subject_id=chat.pk, reader_id=chat.agent_id)
    return JsonResponse({})


@csrf_exempt
@policy("public")
@for_pages("POST")
def address(request: HttpRequest, widget: Widget, asked: Asked) -> HttpResponse:
    """Where the answer may go."""
    chat = chat_of(request, widget)
    count(request, "said", SAID_PER_MINUTE, 60, key=str(chat.pk))
    commands.tell_address(chat, actor=DOOR, address=text(asked, "mail"), name=text(asked, "name"))
    return _told(chat_of(request, widget), number(asked, "after"))


@csrf_exempt
@policy("public")
@for_pages("POST")
def end(request: HttpRequest, widget: Widget, asked: Asked) -> HttpResponse:
    """The visitor ends the chat."""
    commands.end_as_visitor(chat_of(request, widget), actor=DOOR)
    return _told(chat_of(request, widget), number(asked, "after"))


@csrf_exempt
@policy("public")
@for_pages("POST")
def rating(request: HttpRequest, widget: Widget, asked: Asked) -> HttpResponse:
    """How it was."""
    commands.rate_chat(chat_of(request, widget), actor=DOOR, rating=number(asked, "rating"), words=text(asked, "words"))
    return _told(chat_of(request, widget), number(asked, "after"))


@csrf_exempt
@policy("public")
@for_pages("GET")
def file(request: HttpRequest, widget: Widget, asked: Asked) -> HttpResponse:
    """A file of the visitor's own chat, to be saved."""
    found = queries.file_of(chat_of(request, widget), int(asked["file_id"]))
    return stored_answer(files.read(found.file.sha256), found.filename)


def _told(chat: Chat, after: int) -> HttpResponse:
    """The chat as its visitor may know it: never a note, a ticket's state, or who else works on it."""
    lines = queries.lines_after(chat, after)
    missed = chat.stage == rules.MISSED
    return JsonResponse({
        "stage": chat.stage,
        "agent": chat.agent.name if chat.agent and chat.stage == rules.TALKING else "",
        "place": queries.place_of(chat) if chat.stage == rules.WAITING else 0,
        "needs_address": missed and not chat.address and not chat.is_proven,
        "is_rated": chat.rating is not None,
        "lines": [_line(line) for line in lines],
        "more": len(lines) == queries.MOST_LINES,
    })  # fmt: skip


def _line(line: Line) -> dict[str, Any]:
    return {
        "seq": line.seq,
        "side": line.side if not line.code else "desk",
        "name": line.author_name if line.side == Line.Side.AGENT else "",
        "text": sentence_of(line),
        "id": line.client_id if line.side == Line.Side.VISITOR else "",
        "at": line.said_at.isoformat(),
        "files": [{"id": one.pk, "name": one.filename, "size": one.file.size} for one in line.files.all()],
    }
