"""The sender as it runs: a thread of the doors that empties the outbox until it is told to stop."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from tests.cast import Cast

from dreiklang.channels.mail.outbound import sending
from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.kernel import clock
from dreiklang.kernel.models import Heartbeat
from dreiklang.tickets.commands.conversation import write_message
from dreiklang.tickets.models import Ticket


@pytest.mark.django_db(transaction=True)
def test_the_sender_empties_the_outbox_and_shows_a_sign_of_life(cast: Cast, ticket: Ticket, sink) -> None:
    stop = threading.Event()

    def send() -> None:
        try:
            sending.run(stop)
        finally:
            connection.close()

    sender = threading.Thread(target=send)
    sender.start()
    try:
        write_message(ticket, actor=cast.actor("alan"), text="Since when?")
        OutgoingMail.objects.update(leaves_at=clock.now() - timedelta(seconds=1))
        for _wait in range(200):
            if sink.taken:
                break
            time.sleep(0.1)
        assert len(sink.taken) == 1
        assert Heartbeat.objects.filter(part="sender").exists()
    finally:
        stop.set()
        sender.join(20)
    assert not sender.is_alive()
