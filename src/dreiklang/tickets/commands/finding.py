"""Keeps what tickets can be found by. Part of the commands that write words, in their transaction."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from dreiklang.tickets.models import Ticket
from dreiklang.tickets.rules.words import words_for_index

#: The stemmer that fits a ticket's language; the words as they stand are always kept besides.
STEMMERS = {"de": "german", "en": "english"}

_ADD = """
INSERT INTO tickets_ticketwords AS kept (ticket_id, outside, inside)
VALUES (%(ticket)s,
        array_to_tsvector(%(outside)s::text[]) || strip(to_tsvector(%(stemmer)s, array_to_string(%(outside)s::text[], ' '))),
        array_to_tsvector(%(all)s::text[]) || strip(to_tsvector(%(stemmer)s, array_to_string(%(all)s::text[], ' '))))
ON CONFLICT (ticket_id) DO UPDATE SET
    outside = kept.outside || excluded.outside,
    inside = kept.inside || excluded.inside
"""


def remember_words(ticket: Ticket, *, outside: Iterable[str] = (), inside: Iterable[str] = ()) -> None:
    """Let a ticket be found by more words: those the outside may read, and those only the inside may (P28, P31)."""
    public = words_for_index(outside)
    everything = list(dict.fromkeys([*public, *words_for_index(inside)]))
    if not everything:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _ADD,
            {
                "ticket": ticket.pk,
                "outside": public,
                "all": everything,
                "stemmer": STEMMERS.get(ticket.language.split("-")[0], "simple"),
            },
        )
