"""The dry run asks tickets as they were."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from tests.cast import Cast

from dreiklang.automation.models import Rule
from dreiklang.automation.queries.trying import trial_of
from dreiklang.escalation.commands.handing_over import accept, hand_over
from dreiklang.escalation.rules import Case, Step
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.classification import classify
from dreiklang.tickets.commands.conversation import write_message
from dreiklang.tickets.commands.opening import open_ticket


@pytest.fixture
def _past(cast: Cast, frozen: datetime) -> None:
    """A ticket that was opened, answered, made heavier, handed up and accepted, an hour between each."""
    alan, berta = cast.actor("alan"), cast.actor("berta")
    ticket = open_ticket(cast.rita, actor=system("mail"), subject="Drucker")
    for hours in range(1, 5):
        with clock.standing_at(frozen + timedelta(hours=hours)):
            ticket.refresh_from_db()
            if hours == 1:
                write_message(ticket, actor=alan, text="Wir sehen nach.")
            elif hours == 2:
                classify(ticket, actor=alan, impact=1, urgency=1)
            elif hours == 3:
                case = Case("Rechte", "steht", (Step("Neustart", "nichts"),), "Papier", "4A", "Weg prüfen")
                made = hand_over(ticket, actor=alan, to_team=cast.teams["workplace"], case=case)
            else:
                accept(made, actor=berta, person=cast.berta)


@pytest.mark.usefixtures("_past")
@pytest.mark.parametrize(
    ("conditions", "met"),
    [
        ("state:new", 1), ("state:open", 0), ("level:1", 1), ("level:2", 0), ("prio:1", 0), ("prio:>1", 1),
        ("team:service", 1), ("not team:service", 0), ("is:free", 1), ("is:free drucker", 1), ("is:free beamer", 0),
        ("(level:2 or prio:>1) is:open", 1), ("assignee:none", 1), ("drucker", 1),
    ],
)  # fmt: skip
def test_conditions_are_asked_of_the_moment(
    cast: Cast, write: Callable[..., Rule], frozen: datetime, conditions: str, met: int
) -> None:
    cast.teams["desk"].name = "Service"
    cast.teams["desk"].save()
    rule = write(when="opened", conditions=conditions, is_active=False)
    with clock.standing_at(frozen + timedelta(days=1)):
        trial = trial_of(rule)
    assert (trial.occasions, trial.count, len(trial.met)) == (met, met, met)
