"""``GET /live/chat?key=WIDGET`` with the chat's token: a stream that says only that there is something to ask for.

The page asks with the number of its last line, so a line that drops loses nothing and doubles nothing (P15); and what
is written into the stream of a page can be nobody else's words, because it holds none (P25).
"""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qs

from dreiklang.channels.chat.queries import chat_by_token, widget_by_key
from dreiklang.web.live.hub import SIGN, Hub, VisitorStream
from dreiklang.web.live.wire import PING, Receive, Scope, Send, headers_of, plain, until_gone, write

_PREFLIGHT = [
    (b"access-control-allow-methods", b"GET"),
    (b"access-control-allow-headers", b"authorization"),
    (b"access-control-max-age", b"7200"),
]


async def serve(hub: Hub, scope: Scope, receive: Receive, send: Send) -> None:
    """One connection of a visitor's page."""
    headers = headers_of(scope)
    key = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("key", [""])[0]
    origin = headers.get("origin", "")
    token = headers.get("authorization", "").removeprefix("Bearer ").strip()
    is_preflight = scope["method"] == "OPTIONS"
    if not is_preflight and scope["method"] != "GET":
        await plain(send, 405)
        return
    allowed, chat_id = await hub.in_thread(_admitted, key, origin, "" if is_preflight else token)
    if not allowed:
        await plain(send, 403)
        return
    shared = [(b"access-control-allow-origin", origin.encode("latin-1")), (b"vary", b"Origin")]
    if is_preflight or chat_id is None:
        await plain(send, 204 if is_preflight else 401, [*shared, *_PREFLIGHT])
        return
    await _stream(hub, VisitorStream(chat_id), shared, receive, send)


def _admitted(key: str, origin: str, token: str) -> tuple[bool, int | None]:
    """Whether pages of this origin may ask for the widget, and which chat the token opens."""
    widget = widget_by_key(key)
    if widget is None or origin not in widget.origins:
        return False, None
    chat = chat_by_token(token, widget) if token else None
    return True, chat.pk if chat else None


async def _stream(
    hub: Hub, stream: VisitorStream, shared: list[tuple[bytes, bytes]], receive: Receive, send: Send
) -> None:
    hub.join_visitor(stream)
    gone = asyncio.ensure_future(until_gone(receive))
    head = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        (b"x-content-type-options", b"nosniff"),
        *shared,
    ]
    try:
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await write(send, SIGN)  # whatever came before anybody listened
        while not gone.done():
            waiting = asyncio.ensure_future(stream.waiting.get())
            await asyncio.wait({waiting, gone}, timeout=PING, return_when=asyncio.FIRST_COMPLETED)
            if not waiting.done():
                waiting.cancel()
                if not gone.done():
                    await write(send, ": still here\n\n")
                continue
            text = waiting.result()
            if text is None:
                break
            await write(send, text)
        if not gone.done():
            await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        gone.cancel()
        hub.leave_visitor(stream)
