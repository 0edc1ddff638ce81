"""A desk with the usual agreement, and a ticket of Rita's in it."""

import pytest

from dreiklang.calendars.commands import add_standard
from dreiklang.kernel.permissions import system
from dreiklang.sla.commands.agreements import make_usual_agreement
from dreiklang.tickets.commands.opening import open_with_message


@pytest.fixture
def promised(cast, frozen):
    """The agreement for everybody, in office hours."""
    add_standard(actor=system("test"))
    return make_usual_agreement(actor=system("test"))


@pytest.fixture
def ticket(cast, promised):
    """An incident of Rita's with priority 2 or lower, opened Monday 9:00 in Berlin."""
    return open_with_message(
        cast.rita, actor=cast.actor("alan"), subject="No network", text="It is dark.", impact=2, urgency=2
    )
