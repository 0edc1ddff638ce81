"""What all event streams need of ASGI: reading headers, writing a piece, noticing that the browser is gone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

#: Seconds after which a silent stream says that it is still there.
PING = 15.0


def headers_of(scope: Scope) -> dict[str, str]:
    """The request's headers by their small names."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


async def until_gone(receive: Receive) -> None:
    """Until the browser has closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def write(send: Send, text: str) -> None:
    """A piece of a stream."""
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def plain(send: Send, status: int, headers: Sequence[tuple[bytes, bytes]] = ()) -> None:
    """An answer without words."""
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0"), *headers]})
    await send({"type": "http.response.body", "body": b""})
