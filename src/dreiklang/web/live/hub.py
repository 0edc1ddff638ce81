"""Hears the database, tells the listeners. One connection listens; short batches keep a busy desk quiet."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

import psycopg
from django.db import close_old_connections
from procrastinate.contrib.django import connector_params

from dreiklang.channels.chat.queries import chats_of_lines
from dreiklang.kernel.journal import CHANNEL
from dreiklang.kernel.live import PRESENCE_CHANNEL, TYPING_CHANNEL
from dreiklang.web.live import audience

log = logging.getLogger(__name__)
T = TypeVar("T")

#: Seconds in which news are gathered before they are told together.
GATHER = 0.08
LONGEST_QUEUE = 200


#: What a visitor's page is told: that there is something, never what. It asks for the lines after its last one.
SIGN, TYPES = "event: chat\ndata:\n\n", "event: typing\ndata:\n\n"


@dataclass(eq=False)
class Waiting:
    """An open event stream and what waits to be written to it."""

    waiting: asyncio.Queue[str | None] = field(default_factory=lambda: asyncio.Queue(LONGEST_QUEUE), kw_only=True)

    def tell(self, text: str) -> None:
        """Queue an event; a browser that does not read fast enough is let go and asks again from where it was."""
        try:
            self.waiting.put_nowait(text)
        except asyncio.QueueFull:
            self.end()

    def end(self) -> None:
        """Let the stream end after what is queued."""
        while self.waiting.full():
            self.waiting.get_nowait()
        self.waiting.put_nowait(None)


@dataclass(eq=False)
class Stream(Waiting):
    """The stream of a browser at the desk or portal, with its listener."""

    listener: audience.Listener


@dataclass(eq=False)
class VisitorStream(Waiting):
    """The stream of a visitor's page: it hears of its one chat."""

    chat_id: int


class Hub:
    """All open streams of this process and the one task that hears the database."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self.visitors: dict[int, set[VisitorStream]] = {}
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="live")
        self._task: asyncio.Task[None] | None = None

    async def in_thread(self, function: Callable[..., T], *args: Any) -> T:
        """Run a database question beside the loop."""

        def run() -> T:
            close_old_connections()
            return function(*args)

        return await asyncio.get_running_loop().run_in_executor(self._threads, run)

    def join(self, stream: Stream) -> None:
        """Add a stream; the first one starts the listening."""
        self.streams.add(stream)
        self._listen()

    def join_visitor(self, stream: VisitorStream) -> None:
        """Add a visitor's stream."""
        self.visitors.setdefault(stream.chat_id, set()).add(stream)
        self._listen()

    def leave_visitor(self, stream: VisitorStream) -> None:
        """Forget a visitor's stream."""
        of_chat = self.visitors.get(stream.chat_id, set())
        of_chat.discard(stream)
        if not of_chat:
            self.visitors.pop(stream.chat_id, None)

    def _listen(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._hear_for_ever())

    def end(self) -> None:
        """Let every stream end; browsers ask again from where they were."""
        streams: list[Waiting] = [*self.streams, *(one for many in self.visitors.values() for one in many)]
        for stream in streams:
            stream.end()

    def leave(self, stream: Stream) -> None:
        """Forget a stream."""
        self.streams.discard(stream)

    async def _hear_for_ever(self) -> None:
        while True:
            try:
                await self._hear()
            except (psycopg.Error, OSError) as lost:
                log.warning("live news: the database is away (%s), trying again", lost)
                await asyncio.sleep(2)

    async def _hear(self) -> None:
        connection = await psycopg.AsyncConnection.connect(**connector_params(), autocommit=True)
        async with connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            await connection.execute(f"LISTEN {PRESENCE_CHANNEL}")
            await connection.execute(f"LISTEN {TYPING_CHANNEL}")
            self.end()  # whatever happened while nobody listened: browsers ask again
            while True:
                heard: dict[str, list[str]] = {CHANNEL: [], PRESENCE_CHANNEL: [], TYPING_CHANNEL: []}
                async for note in connection.notifies(timeout=5, stop_after=1):
                    heard[note.channel].append(note.payload)
                if any(heard.values()):
                    async for note in connection.notifies(timeout=GATHER):
                        heard[note.channel].append(note.payload)
                for sign in heard[TYPING_CHANNEL]:
                    self._tell_typing(json.loads(sign))
                await self._tell([int(line) for line in heard[CHANNEL]], heard[PRESENCE_CHANNEL])

    def _tell_typing(self, sign: dict[str, Any]) -> None:
        """To the one who is typed to; asks the database nothing, as it comes with many keys."""
        if sign["reader"] is None:
            for visitor in self.visitors.get(int(sign["id"]), ()):
                visitor.tell(TYPES)
            return
        for stream in self.streams:
            actor = stream.listener.actor
            if actor is not None and actor.kind == "person" and actor.id == sign["reader"]:
                stream.tell(event_text("typing", {"id": sign["id"]}))

    async def _tell_visitors(self, ids: list[int]) -> None:
        """One question for all visitors together, however many there are."""
        if ids and self.visitors:
            for chat_id in await self.in_thread(chats_of_lines, ids):
                for visitor in self.visitors.get(chat_id, ()):
                    visitor.tell(SIGN)

    async def _tell(self, ids: list[int], signs: list[str]) -> None:
        await self._tell_visitors(ids)
        for stream in list(self.streams):
            told = await self.in_thread(audience.lines_for, stream.listener, ids)
            if told is None:
                stream.end()
                continue
            for row in told:
                stream.tell(event_text("news", row, row["id"]))
            for sign in signs:
                await self._tell_presence(stream, json.loads(sign))

    async def _tell_presence(self, stream: Stream, sign: dict[str, Any]) -> None:
        if await self.in_thread(audience.hears_presence, stream.listener, int(sign["ticket"])):
            stream.tell(event_text("presence", sign))


def event_text(kind: str, values: Mapping[str, Any], number: int | None = None) -> str:
    """An event as it goes over the wire (HTML standard, section 9.2, server-sent events)."""
    head = f"id: {number}\n" if number else ""
    return f"{head}event: {kind}\ndata: {json.dumps(dict(values), separators=(',', ':'))}\n\n"
