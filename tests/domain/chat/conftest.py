"""A widget of the clinic whose chats Alan answers, with somebody at the desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.cast import Cast

from dreiklang.channels.chat.commands import Visitor, begin_chat, make_widget, switch_availability
from dreiklang.channels.chat.models import Chat, Widget
from dreiklang.kernel.permissions import system

DOOR = system("chat")
Begin = Callable[..., Chat]


@pytest.fixture
def widget(cast: Cast, frozen: object) -> Widget:
    """The clinic's widget; its secret is ``widget.secret``."""
    made, _secret = make_widget(
        "Intranet", actor=DOOR, organization=cast.organizations["clinic"], team=cast.teams["desk"],
        origins=["https://intranet.klinikum.example"],
    )  # fmt: skip
    switch_availability(actor=cast.actor("alan"), is_available=True)
    return made


@pytest.fixture
def begin(widget: Widget) -> Begin:
    """``begin("words")`` → a chat that waits, by a visitor of its own."""

    def begin(text: str = "Drucker geht nicht", number: int = 1, **said: str) -> Chat:
        token = f"{number:048d}"
        return begin_chat(widget, Visitor(language="de", **said), actor=DOOR, token=token, text=text, client_id="1")

    return begin
