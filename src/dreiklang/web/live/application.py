"""The live server as an ASGI application: ``GET /live/?since=LINE`` with the desk's session cookie."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

from django.conf import settings

from dreiklang.web.live import audience, visitors
from dreiklang.web.live.hub import Hub, Stream, event_text
from dreiklang.web.live.wire import PING, Receive, Scope, Send, headers_of, plain, until_gone, write


class Live:
    """Answers event streams; everything else is not found."""

    policy = "signed_in"

    def __init__(self) -> None:
        self.hub = Hub()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
        if scope["type"] == "lifespan":
            self._end_streams_on_stop()
            await _lifespan(receive, send)
            return
        if scope["type"] == "http" and scope["path"].rstrip("/").endswith("/live/chat"):
            await visitors.serve(self.hub, scope, receive, send)
            return
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].rstrip("/").endswith("/live"):
            await plain(send, 404)
            return
        headers = headers_of(scope)
        if not _is_own_origin(headers):
            await plain(send, 403)
            return
        stream = Stream(audience.Listener(_session_key(headers)))
        if await self.hub.in_thread(stream.listener.refresh) is None:
            await plain(send, 401, _shared_with_origin(headers))
            return
        await self._serve(stream, _since(scope, headers), headers, receive, send)

    def _end_streams_on_stop(self) -> None:
        """The server waits for open answers when it is to stop, and these never end by themselves.

        SIGTERM ends them first; SIGINT, which the server takes for the same, then goes on with what it does.
        """
        if threading.current_thread() is threading.main_thread():
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._stop)

    def _stop(self) -> None:
        self.hub.end()
        os.kill(os.getpid(), signal.SIGINT)

    async def _serve(self, stream: Stream, since: int, headers: dict[str, str], receive: Receive, send: Send) -> None:
        self.hub.join(stream)
        gone = asyncio.ensure_future(until_gone(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": _stream_headers(headers)})
            await write(send, "retry: 3000\n: hello\n\n")
            if since:
                for row in await self.hub.in_thread(audience.lines_since, stream.listener, since):
                    await write(send, event_text("news", row, row["id"]))
            while not gone.done():
                waiting = asyncio.ensure_future(stream.waiting.get())
                await asyncio.wait({waiting, gone}, timeout=PING, return_when=asyncio.FIRST_COMPLETED)
                if not waiting.done():
                    waiting.cancel()
                    if gone.done() or await self.hub.in_thread(stream.listener.refresh) is None:
                        break
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
            self.hub.leave(stream)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def _stream_headers(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        (b"x-content-type-options", b"nosniff"),
        *_shared_with_origin(headers),
    ]


def _shared_with_origin(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    origin = headers.get("origin")
    if not origin:
        return []
    return [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"Origin"),
    ]


def _is_own_origin(headers: dict[str, str]) -> bool:
    """The page that asks is the desk's: the same host on whatever port, or the public address."""
    origin = headers.get("origin")
    if not origin:
        return True
    asking = urlsplit(origin).hostname
    own = urlsplit("//" + headers.get("host", "")).hostname
    return asking is not None and asking in (own, urlsplit(settings.PUBLIC_URL).hostname)


def _session_key(headers: dict[str, str]) -> str:
    try:
        cookies = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return ""
    found = cookies.get(settings.SESSION_COOKIE_NAME)
    return found.value if found else ""


def _since(scope: Scope, headers: dict[str, str]) -> int:
    asked = (
        headers.get("last-event-id")
        or parse_qs(scope.get("query_string", b"").decode("latin-1")).get("since", ["0"])[0]
    )
    return int(asked) if asked.isdecimal() and len(asked) < 19 else 0
