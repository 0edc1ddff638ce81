"""How much somebody may ask for: so many calls in a span, refilled steadily, the same on every web node.

The generic cell rate algorithm (ITU-T I.371): one moment per key says when the whole allowance is there again. A call
moves it by ``span / calls``; what would move it further than one span ahead of now is refused and moves nothing. The
moment lies in PostgreSQL and its clock is the one that counts, so two web nodes share one allowance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from django.db import connection

from dreiklang.kernel.models import Allowance

# A count that a machine without power forgets harms nobody, so calls do not wait for the disk here, nor for each other:
# all of one account meet at its row.
_TAKE = """
INSERT INTO kernel_allowance AS had (key, free_at)
SELECT key, clock_timestamp() + step * interval '1 second'
FROM unnest(%(keys)s::text[], %(steps)s::float8[]) AS wanted(key, step) ORDER BY key
ON CONFLICT (key) DO UPDATE
SET free_at = greatest(had.free_at, clock_timestamp()) + (EXCLUDED.free_at - clock_timestamp())
WHERE greatest(had.free_at, clock_timestamp()) + (EXCLUDED.free_at - clock_timestamp())
      <= clock_timestamp() + (SELECT span * interval '1 second'
                              FROM unnest(%(keys)s::text[], %(spans)s::float8[]) AS limits(key, span)
                              WHERE limits.key = EXCLUDED.key)
RETURNING key, extract(epoch FROM free_at - clock_timestamp()), set_config('synchronous_commit', 'off', true)
"""
_AHEAD = "SELECT key, extract(epoch FROM free_at - clock_timestamp()) FROM kernel_allowance WHERE key = ANY(%s)"


@dataclass(frozen=True)
class Limit:
    """``calls`` in ``span`` seconds for whoever bears the key; ``name`` is what the caller reads."""

    name: str
    key: str
    calls: int
    span: int = 60

    @property
    def step(self) -> float:
        """Seconds after which one call more is allowed."""
        return self.span / self.calls


@dataclass(frozen=True)
class Standing:
    """What is left of the limit that binds most. ``wait``: whole seconds until a refused call fits, else 0."""

    limit: Limit
    left: int
    wait: int = 0


def take(limits: Sequence[Limit]) -> Standing:
    """Take one call from each of some limits, and say how the nearest to its end stands. One statement if it fits.

    If one of them is used up, ``wait`` says for how long; the others have lost a call then, which refills.
    """
    by_key = {limit.key: limit for limit in limits}
    with connection.cursor() as cursor:
        keys = list(by_key)
        cursor.execute(
            _TAKE,
            {"keys": keys, "steps": [by_key[k].step for k in keys], "spans": [by_key[k].span for k in keys]},
        )
        taken = {key: float(ahead) for key, ahead, _setting in cursor.fetchall()}
        if missing := [key for key in keys if key not in taken]:
            cursor.execute(_AHEAD, [missing])
            ahead = {key: float(seconds) for key, seconds in cursor.fetchall()}
            waits = {key: ahead.get(key, 0) + by_key[key].step - by_key[key].span for key in missing}
            longest = max(missing, key=lambda key: waits[key])
            return Standing(by_key[longest], 0, max(1, ceil(waits[longest])))
    left = {key: int((by_key[key].span - seconds) / by_key[key].step + 1e-6) for key, seconds in taken.items()}
    nearest = min(left, key=lambda key: left[key])
    return Standing(by_key[nearest], max(0, left[nearest]))


def forget_full() -> int:
    """Drop the rows of those whose allowance is whole again; returns how many. Safe to run twice."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {Allowance._meta.db_table} WHERE free_at < clock_timestamp()")  # noqa: S608
        return int(cursor.rowcount)
