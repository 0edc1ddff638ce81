"""Telling people, and what they have read."""

from __future__ import annotations

from collections.abc import Iterable

from dreiklang.communication import rules
from dreiklang.communication.events import PersonsNotified, PersonsToldOf
from dreiklang.communication.models import Notification
from dreiklang.kernel import clock
from dreiklang.kernel.command import command, fleeting, personal
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person
from dreiklang.tickets.commands.keeping import mark_read
from dreiklang.tickets.models import Ticket


@command
def notify(
    ticket_id: int, *, actor: Actor, kind: str, line_id: int, persons: Iterable[int], by_name: str = ""
) -> list[Notification]:
    """Tell persons of a journal line about a ticket, each once however often this runs.

    Who gets a mail besides follows from each person's preferences (``notify.mail``: list of kinds).
    """
    wanted = sorted(set(persons))
    told = Notification.objects.bulk_create(
        (
            Notification(
                person_id=person_id,
                ticket_id=ticket_id,
                kind=kind,
                line_id=line_id,
                by_name=by_name[:200],
                made_at=clock.now(),
            )
            for person_id in wanted
        ),
        ignore_conflicts=True,
    )
    publish(
        PersonsNotified(
            subject_id=ticket_id,
            kind=kind,
            line_id=line_id,
            persons=tuple(wanted),
            mailed=tuple(_wants_mail(wanted, kind)),
        ),
        actor=actor,
    )
    return told


@command
def notify_of(
    about: str, about_id: int, *, actor: Actor, kind: str, line_id: int, persons: Iterable[int], by_name: str = ""
) -> None:
    """Tell persons of a journal line about something that is no ticket (``queries/subjects.py``), each once."""
    wanted = sorted(set(persons))
    now = clock.now()
    Notification.objects.bulk_create(
        [
            Notification(
                person_id=person_id,
                subject_kind=about,
                subject_id=about_id,
                kind=kind,
                line_id=line_id,
                by_name=by_name[:200],
                made_at=now,
            )
            for person_id in wanted
        ],
        ignore_conflicts=True,
    )
    publish(
        PersonsToldOf(
            subject_id=line_id,
            about=about,
            about_id=about_id,
            kind=kind,
            persons=tuple(wanted),
            mailed=tuple(_wants_mail(wanted, kind)),
        ),
        actor=actor,
    )


@personal
def mark_read_of(about: str, about_id: int, *, actor: Actor) -> None:
    """Opening what news are about reads them."""
    news = Notification.objects.filter(subject_kind=about, subject_id=about_id, person_id=actor.person_id)
    news.filter(read_at=None).update(read_at=clock.now())


def _wants_mail(person_ids: list[int], kind: str) -> Iterable[int]:
    """Those whose preferences, or the usual ones, say that this kind comes by mail."""
    rows = Person.objects.filter(pk__in=person_ids, account__is_active=True).values_list("pk", "account__preferences")
    for person_id, preferences in rows:
        chosen = preferences.get("notify.mail")
        if kind in (rules.MAILED_BY_DEFAULT if chosen is None else chosen):
            yield person_id


@personal
def mark_notifications_read(*, actor: Actor, up_to: int) -> int:
    """Remember that one's own notifications up to a number were read; returns how many."""
    own = Notification.objects.filter(person_id=actor.person_id, pk__lte=up_to, read_at=None)
    return own.update(read_at=clock.now())


@fleeting
def read_ticket(ticket: Ticket, *, actor: Actor) -> None:
    """Opening a ticket reads it, and the news about it."""
    mark_read(ticket, actor=actor)
    news = Notification.objects.filter(person_id=actor.person_id, ticket_id=ticket.pk, read_at=None)
    news.update(read_at=clock.now())
