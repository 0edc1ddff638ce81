"""Announced outages as pages show them: in the reader's language, with no more than the reader may know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import get_language

from dreiklang.communication.models import AnnouncedOutage
from dreiklang.communication.queries.outages import joined_by, shown_to
from dreiklang.communication.rules.outages import Standing
from dreiklang.kernel.permissions import Actor


@dataclass(frozen=True)
class ShownOutage:
    """An outage as it is read. ``is_joined``: whether the reader said to be hit as well."""

    pk: int
    title: str
    text: str
    is_planned: bool
    is_running: bool
    from_at: datetime
    until_at: datetime | None
    is_joined: bool = False


def shown(outages: Iterable[AnnouncedOutage], *, joined: Iterable[int] = ()) -> list[ShownOutage]:
    """Some outages in the language of the page."""
    language, hit = get_language() or "en", frozenset(joined)
    return [
        ShownOutage(
            pk=one.pk,
            title=one.title_in(language),
            text=one.text_in(language),
            is_planned=one.kind == AnnouncedOutage.Kind.PLANNED,
            is_running=one.standing == Standing.RUNNING,
            from_at=one.from_at,
            until_at=one.until_at,
            is_joined=one.pk in hit,
        )
        for one in outages
    ]


def told(actor: Actor, *, ahead: timedelta) -> list[ShownOutage]:
    """What an agent's banner tells now."""
    return shown(shown_to(actor, ahead=ahead))


def told_with_joining(actor: Actor, *, ahead: timedelta) -> list[ShownOutage]:
    """What a requester's page tells now, and of which they said to be hit."""
    found = shown_to(actor, ahead=ahead)
    return shown(found, joined=joined_by(actor.person_id, found) if found else ())
