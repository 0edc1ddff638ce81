"""The cast with a mailbox, and a ticket of Rita's to write about."""

from __future__ import annotations

import pytest
from tests.cast import Cast, make_cast

from dreiklang.channels.mail.settings.commands import make_mailbox
from dreiklang.channels.models import Mailbox
from dreiklang.kernel.permissions import system


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def mailbox(cast: Cast) -> Mailbox:
    return make_mailbox(
        "desk@haus.example",
        name="Service Desk",
        team=cast.teams["desk"],
        is_catch_all=True,
        authserv_id="mx.haus.example",
        actor=system("test"),
    )
