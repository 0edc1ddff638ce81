"""Rules of the cast, and the jobs that run them, run by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.cast import Cast

from dreiklang.automation.commands.keeping import set_rule
from dreiklang.automation.models import Rule
from dreiklang.automation.queries.documents import rule_from
from dreiklang.channels.models import Mailbox
from dreiklang.kernel import clock, journal, reactions
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.conversation import receive_message
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import Ticket


@pytest.fixture
def mailbox(cast: Cast) -> Mailbox:
    return Mailbox.objects.create(address="desk@haus.example", name="Service Desk", made_at=clock.now())


@pytest.fixture
def write(cast: Cast) -> Callable[..., Rule]:
    """Write a rule down, switched on."""

    def written(name: str = "VIP", *, despite_circles: bool = False, is_active: bool = True, **values: Any) -> Rule:
        usual = {"name": name, "when": "opened", "deeds": [{"deed": "tag", "value": "seen"}]}
        rule = rule_from({**usual, **values})
        return set_rule(rule, actor=cast.actor("ada"), is_active=is_active, despite_circles=despite_circles)

    return written


@pytest.fixture
def opened(cast: Cast) -> Callable[..., Ticket]:
    """Rita's ticket, as a mail opens it."""

    def made(
        subject: str = "Printer", *, text: str = "It does not print.", proven: bool = True, auto: str = "none"
    ) -> Ticket:
        mail = system("mail")
        ticket = open_ticket(cast.rita, actor=mail, subject=subject, channel="mail")
        receive_message(
            ticket, actor=mail, author=cast.rita, text=text, is_sender_proven=proven, auto=auto,
            author_address="rita@klinikum.example",
        )  # fmt: skip
        work_off()
        ticket.refresh_from_db()
        return ticket

    return made


def work_off(most: int = 50) -> int:
    """Run the deferred reactions of this transaction one after the other, with those that they defer."""
    worked: set[int] = set()
    while len(worked) < most:
        waiting = (
            ProcrastinateJob.objects.filter(task_name="kernel.react").exclude(pk__in=worked).order_by("id").first()
        )
        if waiting is None:
            break
        worked.add(waiting.pk)
        reactions.run_by_name(waiting.args["reaction"], journal.line(waiting.args["line_id"]))
    return len(worked)
