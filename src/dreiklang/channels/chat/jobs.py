"""Scheduled work of the chat door."""

from __future__ import annotations

from procrastinate.contrib.django import app

from dreiklang.channels.chat.commands import end_silent, give_up_waiting
from dreiklang.kernel.permissions import system


@app.periodic(cron="* * * * *")
@app.task(name="chat.watch", queue="schedule", queueing_lock="chat.watch")
def watch(timestamp: int) -> None:
    """Chats that nobody took become tickets; those whose visitor is long gone end. Safe to run twice."""
    give_up_waiting(actor=system("chat"))
    end_silent(actor=system("chat"))
