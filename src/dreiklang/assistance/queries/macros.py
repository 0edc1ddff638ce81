"""Which macros are run on tickets of a category."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import connection

from dreiklang.assistance.models import LearnedField
from dreiklang.assistance.rules.fields import MACRO
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor
from dreiklang.routines import policy as routines
from dreiklang.routines.models import Macro
from dreiklang.tickets.models import Ticket

LOOKED_BACK: Final = timedelta(days=180)
#: A macro is proposed if it was run on so many tickets of the category, and on so large a share of them.
LEAST_RUNS, LEAST_SHARE = 3, 0.2

_RUNS = """
SELECT t.category_id, (j.plain->>'macro_id')::bigint, count(DISTINCT t.id)
FROM kernel_journalline j JOIN tickets_ticket t ON t.id = j.subject_id AND j.subject_kind = 'ticket'
WHERE j.code = 'macro.run' AND j.at >= %s AND t.category_id IS NOT NULL AND NOT t.is_restricted
GROUP BY 1, 2
"""


@dataclass(frozen=True)
class MacroProposal:
    """A macro with on how many tickets of the category it was run, of how many."""

    macro: Macro
    runs: int
    tickets: int

    @property
    def share(self) -> float:
        """How often it was run, as a share."""
        return self.runs / self.tickets


def macros_by_category() -> dict[str, list[list[int]]]:
    """Category → macro, tickets it was run on, tickets of the category in that time; the most frequent first."""
    since = clock.now() - LOOKED_BACK
    with connection.cursor() as cursor:
        cursor.execute(_RUNS, [since])
        rows = cursor.fetchall()
    found: dict[str, list[list[int]]] = {}
    for category_id, macro_id, runs in sorted(rows, key=lambda row: (-row[2], row[1])):
        of = Ticket.objects.filter(category_id=category_id, opened_at__gte=since, is_restricted=False).count()
        found.setdefault(str(category_id), []).append([macro_id, runs, max(of, runs)])
    return found


def macro_for(category_id: int | None, *, actor: Actor) -> MacroProposal | None:
    """The macro that others mostly run on tickets of this category, if the actor may run it."""
    learned = LearnedField.objects.filter(field=MACRO).defer("content").first()
    rows = learned.figures.get("by_category", {}).get(str(category_id), []) if learned else []
    fitting = {m: (runs, of) for m, runs, of in rows if runs >= LEAST_RUNS and runs >= LEAST_SHARE * of}
    usable = {m.pk: m for m in routines.visible_to(actor, Macro).filter(pk__in=fitting, is_active=True)}
    for macro_id, (runs, of) in fitting.items():
        if macro_id in usable:
            return MacroProposal(usable[macro_id], runs, of)
    return None
