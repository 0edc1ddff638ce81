"""Who gets the pages for those who lead."""

from __future__ import annotations

from typing import Final

from dreiklang.kernel.permissions import Actor

#: Leads and managers: load, danger, absence, advice.
LEADING: Final = "tickets.assign_others"
#: Who works inside the house: the wallboard and the numbers of teams.
COUNTING: Final = "tickets.work"


def may_lead(actor: Actor) -> bool:
    """Whether somebody gets the board."""
    return actor.has(LEADING)


def may_count(actor: Actor) -> bool:
    """Whether somebody gets the numbers."""
    return actor.has(COUNTING)
