"""What every address of the chat widget asks first: which widget, from which page, how often, in which language.

These addresses know no sign-in and read no cookie: what opens a chat is the token of the page that began it (P25).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _

from dreiklang.channels.chat import queries
from dreiklang.channels.chat.models import Chat, Widget
from dreiklang.kernel.allowances import Limit, take
from dreiklang.kernel.errors import Invalid, NotFound, Refusal
from dreiklang.web.middleware import STATUS
from dreiklang.web.sign_in.browser import remote_of

#: Bytes of a message: many times what may be written in one.
LARGEST_WORDS = 64 * 1024
#: Of files with their message.
LARGEST_FILES = 52 * 1024 * 1024
#: From one network address: a whole hospital may stand behind one.
BEGUN_PER_TEN_MINUTES, FILES_PER_TEN_MINUTES = 600, 100
SAID_PER_MINUTE = 120

Asked = dict[str, Any]
Answer = Callable[[HttpRequest, Widget, Asked], HttpResponse]


def for_pages(method: str) -> Callable[[Answer], Callable[..., HttpResponse]]:
    """An address for pages of other origins: only those of the widget, by one method, refusals as JSON."""

    def decorate(view: Answer) -> Callable[..., HttpResponse]:
        @wraps(view)
        def answer(request: HttpRequest, key: str, **named: Any) -> HttpResponse:
            widget = queries.widget_by_key(key[:40])
            origin = request.headers.get("Origin", "")
            if widget is None or origin not in widget.origins:
                return JsonResponse({"error": "This page may not ask here."}, status=403)
            if request.method == "OPTIONS":
                return _shared(HttpResponse(status=204), origin, method)
            if request.method != method:
                return _shared(JsonResponse({"error": "Not this way."}, status=405), origin, method)
            with translation.override(language_of(request, widget)):
                return _shared(_answered(view, request, widget, named), origin, method)

        return answer

    return decorate


def language_of(request: HttpRequest, widget: Widget) -> str:
    """The widget's language; where it has none that of the page."""
    wished = widget.language or request.GET.get("lang", "")[:2].lower()
    return wished if wished in ("de", "en") else "en"


def chat_of(request: HttpRequest, widget: Widget) -> Chat:
    """The chat that the page's token opens. Raises NotFound."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    chat = queries.chat_by_token(token, widget) if token else None
    if chat is None:
        raise NotFound(_("This chat is not known here."), code="no_chat")
    return chat


def count(request: HttpRequest, name: str, calls: int, span: int, key: str = "") -> None:
    """One of what may be done so many times in a span, by a network address or, with ``key``, by that."""
    who = key or hashlib.sha256(remote_of(request).encode()).hexdigest()[:32]
    wait = take([Limit(name, f"chat {name} {who}", calls, span)]).wait
    if wait:
        raise TooOften(wait)


class TooOften(Exception):
    """More than may be done in a while; ``wait`` is in seconds."""

    def __init__(self, wait: int) -> None:
        self.wait = wait


def _answered(view: Answer, request: HttpRequest, widget: Widget, named: Asked) -> HttpResponse:
    try:
        return view(request, widget, {**_asked(request), **named})
    except TooOften as often:
        answer = JsonResponse({"error": _("That is very much at once. Please wait a moment.")}, status=429)
        answer["Retry-After"] = str(often.wait)
        return answer
    except Refusal as refused:
        status = next((code for kind, code in STATUS.items() if isinstance(refused, kind)), 400)
        fields = refused.fields if isinstance(refused, Invalid) else {}
        said = " ".join(str(one) for many in fields.values() for one in many) or str(refused)
        told = {"error": said, "code": refused.code, "fields": sorted(fields)}
        return JsonResponse(told, status=413 if refused.code in ("too_long", "too_large") else int(status))


def _asked(request: HttpRequest) -> Asked:
    """The JSON of the body, or the fields of a form with files. Raises Invalid; nothing large is read."""
    if request.method == "GET":
        return {}
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    is_form = request.content_type == "multipart/form-data"
    if length > (LARGEST_FILES if is_form else LARGEST_WORDS):
        too_long = _("At most 4,000 characters in one message. Please shorten it, or send it as a file.")
        too_large = _("That is too much at once: at most five files, each up to 10 MB.")
        raise Invalid({"text": [too_large if is_form else too_long]}, code="too_long")
    if is_form:
        return {name: request.POST.get(name, "") for name in request.POST}
    try:
        asked = json.loads(request.body or b"{}")
    except ValueError:
        asked = None
    if not isinstance(asked, dict):
        raise Invalid({"": [_("This cannot be read.")]})
    return asked


def text(asked: Asked, name: str) -> str:
    """A text that was sent, or nothing."""
    found = asked.get(name, "")
    return found if isinstance(found, str) else ""


def number(asked: Asked, name: str) -> int:
    """A whole number that was sent, or 0."""
    found = asked.get(name, 0)
    return found if isinstance(found, int) and 0 <= found < 2**31 else 0


def _shared(answer: HttpResponse, origin: str, method: str) -> HttpResponse:
    answer["Access-Control-Allow-Origin"] = origin
    answer["Vary"] = "Origin"
    answer["Cache-Control"] = "no-store"
    answer["Access-Control-Allow-Methods"] = method
    answer["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
    answer["Access-Control-Max-Age"] = "7200"
    return answer
