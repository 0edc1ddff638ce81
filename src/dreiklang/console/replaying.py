"""``sla replay``: every clock measured again from the journal."""

from __future__ import annotations

import argparse
import json
import time

from dreiklang.console.answers import ANSWER_IS_NO, DONE, say
from dreiklang.console.desk import open_desk, require_current_tables

_SHOWN = 200


def replay(options: argparse.Namespace) -> int:
    """Report where kept clocks differ from the journal; with ``--repair`` put them right. 1 if some differ."""
    begun = time.monotonic()
    with open_desk():
        require_current_tables()
        from dreiklang.kernel.permissions import system
        from dreiklang.sla.commands.repairing import repair_clocks
        from dreiklang.sla.queries import replaying
        from dreiklang.tickets.models import Ticket

        tickets = 0
        wrong: list[int] = []
        shown: list[replaying.Difference] = []
        for pk, differences in replaying.replay(Ticket.objects.all()):
            tickets += 1
            if differences:
                wrong.append(pk)
                shown += differences[: max(0, _SHOWN - len(shown))]
        repaired = 0
        if options.repair:
            for place in range(0, len(wrong), replaying.BATCH):
                repaired += repair_clocks(wrong[place : place + replaying.BATCH], actor=system("console"))
    answer = {
        "ok": not wrong or repaired == len(wrong),
        "tickets": tickets,
        "differing": len(wrong),
        "repaired": repaired,
        "seconds": round(time.monotonic() - begun, 2),
        "differences": [one._asdict() for one in shown],
    }
    words = [f"{tickets} tickets measured again, {len(wrong)} differ, {repaired} put right."]
    words += [f"  {json.dumps(one._asdict(), ensure_ascii=False)}" for one in shown]
    say(answer, "\n".join(words), as_json=options.json)
    return DONE if answer["ok"] else ANSWER_IS_NO
