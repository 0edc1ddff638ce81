"""What a requester's open page hears: that something changed, never that something was done inside (P31)."""

from __future__ import annotations

import time

from tests.cast import Cast

from dreiklang.tickets.models import Ticket
from dreiklang.web.live.audience import Listener, lines_since


def hears(cast: Cast, who: str) -> list[str]:
    listener = Listener("", actor=cast.actor(who), checked_at=time.monotonic())
    return [str(line["code"]) for line in lines_since(listener, 0)]


def test_p31_a_requester_hears_of_changes_without_their_names(cast: Cast, inside_words: Ticket) -> None:
    heard = hears(cast, "rita")
    assert set(heard) == {"ticket.changed"}
    inside = hears(cast, "berta")
    assert "note.written" in inside
    assert len(heard) < len(inside)


def test_p27_a_stranger_hears_nothing(cast: Cast, inside_words: Ticket) -> None:
    assert hears(cast, "zoe") == []
