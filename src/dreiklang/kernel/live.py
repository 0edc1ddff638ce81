"""Live news: what the journal tells at once, and who is here, which is told and kept nowhere (P46).

PostgreSQL carries both: ``journal.publish`` sends the number of a line, ``say_presence`` a short sign. The live
process listens and passes on what each listener may know; see ``dreiklang.web.live``.
"""

from __future__ import annotations

import json

from django.db import connection

PRESENCE_CHANNEL = "dreiklang_presence"
#: Somebody types in a talk: told at once, kept nowhere.
TYPING_CHANNEL = "dreiklang_typing"
MODES = ("here", "writing", "gone")


def say_presence(*, ticket_id: int, person_id: int, name: str, mode: str, asking: bool = False) -> None:
    """Tell those who look at the same ticket that somebody is here, is writing, or has gone."""
    if mode not in MODES:
        raise ValueError(mode)
    sign = {"ticket": ticket_id, "person": person_id, "name": name[:100], "mode": mode, "asking": asking}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [PRESENCE_CHANNEL, json.dumps(sign)])


def say_typing(*, subject_kind: str, subject_id: int, reader_id: int | None) -> None:
    """Tell the other side of a talk that somebody types: the person ``reader_id``, or None for whoever asks outside."""
    sign = {"kind": subject_kind, "id": subject_id, "reader": reader_id}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [TYPING_CHANNEL, json.dumps(sign)])
