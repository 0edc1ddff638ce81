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

from dreiklang.kernel.journal import CHANNEL
from dreiklang.kernel.live import PRESENCE_CHANNEL
from dreiklang.web.live import audience

log = logging.getLogger(__name__)
T = TypeVar("T")

#: Seconds in which news are gathered before they are told together.
GATHER = 0.08
LONGEST_QUEUE = 200


@dataclass(eq=False)
class Stream:
    """An open event stream: its listener and what waits to be written to it."""

    listener: audience.Listener
    waiting: asyncio.Queue[str | None] = field(default_factory=lambda: asyncio.Queue(LONGEST_QUEUE))

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


class Hub:
    """All open streams of this process and the one task that hears the database."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()
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
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._hear_for_ever())

    def end(self) -> None:
        """Let every stream end; browsers ask again from where they were."""
        for stream in list(self.streams):
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
            self.end()  # whatever happened while nobody listened: browsers ask again
            while True:
                lines: list[int] = []
                signs: list[str] = []
                async for note in connection.notifies(timeout=5, stop_after=1):
                    (lines if note.channel == CHANNEL else signs).append(note.payload)  # type: ignore[arg-type]
                if lines or signs:
                    async for note in connection.notifies(timeout=GATHER):
                        (lines if note.channel == CHANNEL else signs).append(note.payload)  # type: ignore[arg-type]
                await self._tell(lines, signs)

    async def _tell(self, lines: list[Any], signs: list[str]) -> None:
        ids = [int(line) for line in lines]
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
