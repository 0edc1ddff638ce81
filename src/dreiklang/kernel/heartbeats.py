"""Signs of life of the running parts, for ``check`` and the health page (P10)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from dreiklang.kernel import clock

_BEAT = """
INSERT INTO kernel_heartbeat (part, at, problems) VALUES (%(part)s, %(at)s, %(problems)s)
ON CONFLICT (part) DO UPDATE SET at = EXCLUDED.at, problems = EXCLUDED.problems
WHERE kernel_heartbeat.at < EXCLUDED.at - interval '10 seconds' OR kernel_heartbeat.problems <> EXCLUDED.problems
"""


def beat(part: str, problems: Iterable[str] = ()) -> None:
    """Say that a part is alive, and what hinders it; written at most every ten seconds."""
    with connection.cursor() as cursor:
        cursor.execute(_BEAT, {"part": part, "at": clock.now(), "problems": list(problems)})
