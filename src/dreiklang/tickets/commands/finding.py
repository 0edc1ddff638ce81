"""Keeps what tickets can be found by. Part of the commands that write words, in their transaction."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from dreiklang.tickets.models import Ticket
from dreiklang.tickets.rules.words import words_for_index

#: The stemmer that fits a ticket's language; the words as they stand are always kept besides.
STEMMERS = {"de": "german", "en": "english"}

_ADD = """
WITH words AS MATERIALIZED (
    SELECT array_to_tsvector(public) || strip(to_tsvector(stemmer, array_to_string(public, ' '))) AS outside,
           array_to_tsvector(others) || strip(to_tsvector(stemmer, array_to_string(others, ' '))) AS others
    FROM (SELECT %(outside)s::text[] AS public, %(others)s::text[] AS others, %(stemmer)s::regconfig AS stemmer) given
)
INSERT INTO tickets_ticketwords AS kept (ticket_id, outside, inside)
SELECT %(ticket)s, outside, outside || others FROM words
ON CONFLICT (ticket_id) DO UPDATE SET
    outside = kept.outside || excluded.outside,
    inside = kept.inside || excluded.inside
"""


def words_of(ticket: Ticket) -> tuple[str, ...]:
    """What a ticket is found by before anybody has said anything: its number, its subject, who asks."""
    return str(ticket.number), ticket.subject, ticket.requester.name


def remember_words(ticket: Ticket, *, outside: Iterable[str] = (), inside: Iterable[str] = ()) -> None:
    """Let a ticket be found by more words: those the outside may read, and those only the inside may (P28, P31)."""
    public = words_for_index(outside)
    others = words_for_index(inside)
    if not public and not others:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _ADD,
            {
                "ticket": ticket.pk,
                "outside": public,
                "others": others,
                "stemmer": STEMMERS.get(ticket.language.split("-")[0], "simple"),
            },
        )
