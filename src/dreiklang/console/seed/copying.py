"""COPY in PostgreSQL's text format, and numbers taken from sequences in one go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from django.db import connection

from dreiklang.tickets.commands.finding import STEMMERS

#: Table → columns, in an order in which each row finds what it points to.
TABLES: dict[str, tuple[str, ...]] = {
    "tickets_ticket": (
        "id", "number", "kind", "subject", "language", "channel", "state", "state_group", "requester_id",
        "customer_id", "category_id", "impact", "urgency", "priority", "level", "team_id", "assignee_id",
        "is_restricted", "is_direct", "awaits_acceptance", "last_word_by", "last_word_at", "next_promise_at",
        "returns_at", "opened_at", "changed_at", "resolved_at", "closed_at", "closes_at", "trail", "version",
    ),
    "tickets_assignment": ("id", "ticket_id", "level", "team_id", "person_id", "from_at", "until_at"),
    "tickets_pending": ("id", "ticket_id", "reason", "note", "since_at", "until_at", "ended_at"),
    "tickets_message": (
        "id", "ticket_id", "direction", "author_id", "author_name", "author_address", "level", "to", "cc", "subject",
        "text", "html", "channel", "auto", "is_sender_proven", "delivery", "said_at",
    ),
    "tickets_note": ("id", "ticket_id", "author_id", "level", "team_id", "text", "channel", "written_at"),
    "tickets_intervention": (
        "id", "ticket_id", "author_id", "level", "team_id", "kind", "text", "result", "outcome", "minutes", "done_at",
    ),
    "tickets_resolution": (
        "id", "ticket_id", "author_id", "level", "team_id", "text", "message_id", "resolved_at", "confirmed_at",
        "reopened_at",
    ),
    "tickets_ticketwords": ("ticket_id", "outside", "inside"),
    "escalation_handover": (
        "id", "ticket_id", "from_level", "from_team_id", "to_level", "to_team_id", "author_id", "reason",
        "observations", "steps", "ruled_out", "affected", "question", "enclosures", "at_once_because", "missing",
        "handed_at", "accepted_at", "accepted_by_id", "ended_at",
    ),
    "escalation_handback": (
        "id", "ticket_id", "handover_id", "kind", "from_level", "from_team_id", "to_level", "to_team_id", "author_id",
        "reason", "solution", "hint", "handed_at",
    ),
    "sla_clock": (
        "id", "ticket_id", "metric", "level", "round", "version_id", "state", "started_at", "due_at", "target_seconds",
        "used_seconds", "paused_seconds", "met_at", "warns_at", "breached_at", "charged_level", "charged_team_id",
        "next_stage_at", "measured_at",
    ),
    "sla_clocknotice": ("id", "clock_id", "stage", "reached_at", "recorded_at", "line_id"),
    "kernel_journalline": (
        "id", "at", "code", "actor_kind", "actor_id", "subject_kind", "subject_id", "plain", "words_digest", "epoch",
        "transaction_id",
    ),
    "kernel_journalwords": ("line_id", "salt", "words"),
}  # fmt: skip
_WITHOUT_OWN_ID = ("tickets_ticketwords", "kernel_journalwords")

#: The same words as `tickets.commands.finding` keeps, as PostgreSQL writes them.
_LEXEMES = """
SELECT (array_to_tsvector(words) || strip(to_tsvector(%s::regconfig, array_to_string(words, ' '))))::text
FROM (SELECT string_to_array(line, ' ') AS words, place
      FROM unnest(%s::text[]) WITH ORDINALITY given(line, place)) lines
ORDER BY place
"""

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copied(text: str) -> str:
    """A text as a column of COPY's text format."""
    return text.translate(_ESCAPES)


def copy_rows(rows: dict[str, list[str]]) -> None:
    """Write rows, each a finished line of COPY's text format, to their tables."""
    with connection.cursor() as cursor:
        for table, columns in TABLES.items():
            if lines := rows[table]:
                names = ", ".join(f'"{column}"' for column in columns)
                with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                    copy.write("".join(lines).encode())


def take_ids(wanted: dict[str, int]) -> dict[str, Iterator[int]]:
    """Ids in a row for each table, from its own sequence, so that a running desk goes on behind them."""
    return {
        table: take_numbers(f"{table}_id_seq", many)
        for table, many in wanted.items()
        if many and table not in _WITHOUT_OWN_ID
    }


def take_numbers(sequence: str, many: int) -> Iterator[int]:
    """So many numbers of a sequence without a gap; if somebody else takes one in between, it is asked again."""
    numbers = "SELECT min(n), max(n) FROM (SELECT nextval(%s::regclass) AS n FROM generate_series(1, %s)) taken"
    while True:
        first, last = _one_row(numbers, [sequence, many])
        if last - first + 1 == many:
            return count(first)


def transaction_number() -> int:
    """The number of the running transaction, by which the journal is sealed."""
    (number,) = _one_row("SELECT pg_current_xact_id()::text::bigint", [])
    return int(number)


def lexemes_of(lines: Sequence[str], language: str) -> list[str]:
    """What each line (folded words with blanks between) is found by, as a column of COPY's text format."""
    with connection.cursor() as cursor:
        cursor.execute(_LEXEMES, [STEMMERS.get(language, "simple"), list(lines)])
        return [copied(found) for (found,) in cursor.fetchall()]


def _one_row(statement: str, values: list[Any]) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return tuple(cursor.fetchone())
