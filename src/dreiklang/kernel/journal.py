"""The journal: append-only, sealed in batches, with words apart so that a person can be forgotten.

Lines are hashed over ids, times and salted digests only (RELIABILITY P40, P45): emptying ``JournalWords`` changes
no hash. ``publish`` is the only way a line comes to be.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from dreiklang.kernel import clock, instance, reactions
from dreiklang.kernel.command import scope
from dreiklang.kernel.events import Event, revive
from dreiklang.kernel.models import JournalLine, JournalSeal
from dreiklang.kernel.permissions import Actor
from dreiklang.kernel.questions import Question

CHANNEL = "dreiklang_journal"

_INSERT = f"""
WITH line AS (
    INSERT INTO kernel_journalline
        (at, code, actor_kind, actor_id, subject_kind, subject_id, plain, words_digest, epoch, transaction_id)
    VALUES (%(at)s, %(code)s, %(actor_kind)s, %(actor_id)s, %(subject_kind)s, %(subject_id)s,
            %(plain)s::jsonb, %(digest)s, %(epoch)s, pg_current_xact_id()::text::bigint)
    RETURNING id
), beside AS (
    INSERT INTO kernel_journalwords (line_id, salt, words)
    SELECT id, %(salt)s, %(words)s::jsonb FROM line WHERE %(digest)s::bytea IS NOT NULL
)
SELECT id, pg_notify('{CHANNEL}', id::text) FROM line
"""  # noqa: S608 - the channel is ours

_INSERT_ALL = f"""
WITH line AS (
    INSERT INTO kernel_journalline
        (at, code, actor_kind, actor_id, subject_kind, subject_id, plain, epoch, transaction_id)
    SELECT %s, code, %s, %s, subject_kind, subject_id, plain::jsonb, %s, pg_current_xact_id()::text::bigint
    FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::text[])
        WITH ORDINALITY told(code, subject_kind, subject_id, plain, place)
    ORDER BY place
    RETURNING id
)
SELECT id, pg_notify('{CHANNEL}', id::text) FROM line
"""  # noqa: S608


#: Above every number a transaction can have.
_PAST_ALL = 2**63 - 1


@dataclass(frozen=True)
class Line:
    """A line as reactions and screens read it: who, when, what."""

    id: int
    at: datetime
    actor_kind: str
    actor_id: int | None
    event: Event


def publish(event: Event, *, actor: Actor) -> Line:
    """Write an event into the journal and tell those who react to it. Fourth beat of every command."""
    plain, words = event.split()
    salt = secrets.token_bytes(16)
    at = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            {
                "at": at,
                "code": event.code,
                "actor_kind": actor.kind,
                "actor_id": actor.id,
                "subject_kind": event.subject_kind,
                "subject_id": event.subject_id,
                "plain": canonical(plain),
                "digest": digest_of_words(salt, words) if words else None,
                "salt": salt,
                "words": canonical(words),
                "epoch": instance.epoch(),
            },
        )
        (line_id, _notified) = cursor.fetchone()
    line = Line(line_id, at, actor.kind, actor.id, event)
    scope().count_line()
    reactions.tell(line)
    return line


def publish_all(events: Sequence[Event], *, actor: Actor) -> list[Line]:
    """Publish events that bear no words, in their order, in one statement; for what happens to many at one time."""
    at, epoch = clock.now(), instance.epoch()
    plains = []
    for event in events:
        plain, words = event.split()
        if words:
            raise ValueError(f"{event.code} bears words; publish it by itself")
        plains.append(canonical(plain))
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT_ALL,
            [
                at, actor.kind, actor.id, epoch, [event.code for event in events],
                [event.subject_kind for event in events], [event.subject_id for event in events], plains,
            ],
        )  # fmt: skip
        ids = sorted(line_id for line_id, _notified in cursor.fetchall())
    lines = [Line(line_id, at, actor.kind, actor.id, event) for line_id, event in zip(ids, events, strict=True)]
    for _line in lines:
        scope().count_line()
    reactions.tell_all(lines)
    return lines


def canonical(values: dict[str, Any]) -> str:
    """JSON with sorted keys and no spare blanks: one spelling for one content."""
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest_of_words(salt: bytes, words: dict[str, Any]) -> bytes:
    """Salted digest that stands in the line for words that lie beside it."""
    return hashlib.sha256(salt + canonical(words).encode()).digest()


_about: Question[Any] = Question(
    lambda kind, subjects, after: (
        JournalLine.objects.filter(subject_kind=kind, subject_id__in=subjects, id__gt=after)
        .order_by("id")
        .values_list("id", "at", "actor_kind", "actor_id", "code", "subject_id", "plain", "beside__words")
    )
)


def lines_about(subject_kind: str, subject_ids: Iterable[int], *, after: int = 0) -> Iterator[Line]:
    """Every line about some subjects, in the order of the journal, with the words that still lie beside them.

    ``after``: only lines with a higher number.
    """
    rows = _about(subject_kind, tuple(subject_ids), after)
    for line_id, at, actor_kind, actor_id, code, subject_id, plain, words in rows:
        yield Line(line_id, at, actor_kind, actor_id, revive(code, subject_id, plain, words or {}))


def line(line_id: int) -> Line:
    """One line by its number."""
    row = JournalLine.objects.select_related("beside").get(pk=line_id)
    words = row.beside.words if hasattr(row, "beside") else {}
    return Line(row.id, row.at, row.actor_kind, row.actor_id, revive(row.code, row.subject_id, row.plain, words))


def seal(*, at_most: int = 10_000) -> int:
    """Chain the lines that nothing can precede any more; returns how many. Run by a job, safe to run twice.

    Only lines of transactions below the oldest running one are taken: whatever commits later has a higher number.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [0x5EA1])
        if not cursor.fetchone()[0]:
            return 0
        epoch = instance.epoch()
        former = JournalSeal.objects.order_by("-id").first()
        first = former.before_transaction if former and former.epoch == epoch else 0
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        horizon = cursor.fetchone()[0]
        rows = list(_sealed_rows(epoch, first, horizon, at_most))
        if not rows:
            return 0
        if len(rows) >= at_most:  # whole transactions only, unless one alone fills the batch
            last = rows[-1]["transaction_id"]
            whole = [row for row in rows if row["transaction_id"] < last]
            rows = whole or list(_sealed_rows(epoch, first, last + 1, None))
            horizon = rows[-1]["transaction_id"] + 1
        JournalSeal.objects.create(
            epoch=epoch,
            first_transaction=first,
            before_transaction=horizon,
            lines=len(rows),
            digest=_chain(bytes(former.digest) if former else b"", rows),
            sealed_at=clock.now(),
        )
        return len(rows)


def unsealed_since() -> datetime | None:
    """When the oldest line was written that is not sealed yet; None if all are."""
    epoch = instance.epoch()
    former = JournalSeal.objects.order_by("-id").first()
    first = former.before_transaction if former and former.epoch == epoch else 0
    left = JournalLine.objects.filter(epoch=epoch, transaction_id__gte=first).order_by("transaction_id", "id")
    return left.values_list("at", flat=True).first()


def seal_to_the_end() -> int:
    """Seal all that is left of an epoch to which nobody writes any more; returns how many lines. See ``seal``."""
    epoch = instance.epoch()
    former = JournalSeal.objects.order_by("-id").first()
    first = former.before_transaction if former and former.epoch == epoch else 0
    rows = list(_sealed_rows(epoch, first, _PAST_ALL, None))
    if rows:
        JournalSeal.objects.create(
            epoch=epoch,
            first_transaction=first,
            before_transaction=rows[-1]["transaction_id"] + 1,
            lines=len(rows),
            digest=_chain(bytes(former.digest) if former else b"", rows),
            sealed_at=clock.now(),
        )
    return len(rows)


@dataclass(frozen=True)
class Damage:
    """Where the chain does not hold: the seal, and what is wrong there."""

    seal_id: int
    reason: str


def verify() -> Damage | None:
    """Recompute the chain; the first seal that does not hold, or None. Reads every line once."""
    former = b""
    for found in JournalSeal.objects.order_by("id").iterator():
        rows = list(_sealed_rows(found.epoch, found.first_transaction, found.before_transaction, None))
        if len(rows) != found.lines:
            return Damage(found.id, f"{found.lines} lines were sealed, {len(rows)} are there")
        if _chain(former, rows) != bytes(found.digest):
            return Damage(found.id, "a line was changed")
        former = bytes(found.digest)
    return None


def _sealed_rows(epoch: int, first: int, before: int, at_most: int | None) -> Iterable[Mapping[str, Any]]:
    rows = (
        JournalLine.objects.filter(epoch=epoch, transaction_id__gte=first, transaction_id__lt=before)
        .order_by("transaction_id", "id")
        .values(
            "id", "at", "code", "actor_kind", "actor_id", "subject_kind", "subject_id",
            "plain", "words_digest", "transaction_id",
        )
    )  # fmt: skip
    return rows if at_most is None else rows[:at_most]


def _chain(former: bytes, rows: Iterable[Mapping[str, Any]]) -> bytes:
    digest = hashlib.sha256(former)
    for row in rows:
        words = row["words_digest"]
        spelled = {**row, "at": row["at"].isoformat(), "words_digest": bytes(words).hex() if words else None}
        digest.update(canonical(spelled).encode() + b"\n")
    return digest.digest()
