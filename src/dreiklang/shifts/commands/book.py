"""The book of a team: writing, correcting, settling, reading."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command, personal
from dreiklang.kernel.errors import Conflict, Invalid, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.shifts import events, policy
from dreiklang.shifts.models import BookEntry, BookRead
from dreiklang.teams.models import Team
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.rules import first_words

LONGEST, MOST_TICKETS = 10_000, 30


@command
def write_entry(
    team: Team, *, actor: Actor, text: str, numbers: Iterable[int] = (), is_open: bool = False
) -> BookEntry:
    """Leave something to the next shift. ``numbers``: tickets it is about, of those the writer may see."""
    require(policy.may_write(actor, team.pk))
    _checked(text)
    wanted = list(dict.fromkeys(numbers))
    found = {t.number: t for t in tickets.visible_to(actor).filter(number__in=wanted[:MOST_TICKETS])}
    if missing := [number for number in wanted if number not in found]:
        raise Invalid({"tickets": [_("There is no ticket %(number)s that you may see.") % {"number": missing[0]}]})
    entry = BookEntry.objects.create(
        team=team, author_id=actor.person_id, text=text.strip(), is_open=is_open, made_at=clock.now()
    )
    entry.tickets.set(found.values())
    publish(
        events.BookEntryWritten(subject_id=entry.pk, team_id=team.pk, is_open=is_open, gist=first_words(text)),
        actor=actor,
    )
    return entry


@command
def correct_entry(entry: BookEntry, *, actor: Actor, text: str, version: int | None = None) -> BookEntry:
    """Put one's own entry right. Raises Conflict if it was changed meanwhile."""
    entry = BookEntry.objects.select_for_update().get(pk=entry.pk)
    require(policy.may_write(actor, entry.team_id) and entry.author_id == actor.person_id)
    if version is not None and entry.version != version:
        raise Conflict(_("Somebody else changed this in the meantime."), current=entry.version)
    _checked(text)
    entry.text, entry.version = text.strip(), entry.version + 1
    entry.save(update_fields=["text", "version"])
    publish(events.BookEntryCorrected(subject_id=entry.pk, team_id=entry.team_id, gist=first_words(text)), actor=actor)
    return entry


@command
def settle_point(entry: BookEntry, *, actor: Actor) -> BookEntry:
    """An open point is done; it stays in the book, no longer among what is carried on."""
    entry = BookEntry.objects.select_for_update().get(pk=entry.pk)
    require(policy.may_write(actor, entry.team_id))
    if not entry.is_open or entry.settled_at is not None:
        raise WrongState(_("This point is settled already."), code="already_settled")
    entry.settled_at, entry.settled_by_id = clock.now(), actor.person_id
    entry.save(update_fields=["settled_at", "settled_by"])
    publish(events.OpenPointSettled(subject_id=entry.pk, team_id=entry.team_id), actor=actor)
    return entry


@command
def reopen_point(entry: BookEntry, *, actor: Actor) -> BookEntry:
    """Not settled after all: carried on again."""
    entry = BookEntry.objects.select_for_update().get(pk=entry.pk)
    require(policy.may_write(actor, entry.team_id))
    if entry.settled_at is None:
        raise WrongState(_("This point is open."), code="not_settled")
    entry.settled_at, entry.settled_by_id = None, None
    entry.save(update_fields=["settled_at", "settled_by"])
    publish(events.OpenPointReopened(subject_id=entry.pk, team_id=entry.team_id), actor=actor)
    return entry


@personal
def mark_book_read(team: Team, *, actor: Actor) -> None:
    """Remember that somebody has read a team's book up to its last entry."""
    require(policy.books_of(actor).filter(pk=team.pk).exists())
    last = BookEntry.objects.filter(team=team).order_by("-id").values_list("id", flat=True).first() or 0
    BookRead.objects.update_or_create(
        team=team, person_id=actor.person_id, defaults={"entry_id": last, "read_at": clock.now()}
    )


def _checked(text: str) -> None:
    if not text.strip():
        raise Invalid({"text": [_("There is nothing written yet.")]})
    if len(text) > LONGEST:
        raise Invalid({"text": [_("This text is too long.")]})
