"""A machine that answers every mail of ours, with whatever headers it has left: the loop ends by itself (P06)."""

import itertools
from datetime import timedelta
from email.message import EmailMessage

import pytest
from tests.cast import Cast

from dreiklang.channels.gate.commands import take_in
from dreiklang.channels.mail.outbound.sending import send_due
from dreiklang.channels.models import Mailbox
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import system
from dreiklang.tickets.models import Message, Ticket

RITA = "rita@klinikum.example"
SAYS_SO = (
    {},
    {"Auto-Submitted": "auto-replied"},
    {"Precedence": "bulk"},
    {"X-Auto-Response-Suppress": "All"},
    {"X-Autoreply": "yes"},
    {"X-Dreiklang-Loop": "0123456789ab"},
)
#: What the machine keeps of our mail (its references, the number in the subject), what it says, whether it is proven.
VARIANTS = [
    (refers, tagged, headers, not headers)
    for refers, tagged, headers in itertools.product((True, False), (True, False), SAYS_SO)
] + [(refers, tagged, {}, False) for refers, tagged in itertools.product((True, False), (True, False))]


@pytest.mark.parametrize(("refers", "tagged", "headers", "proven"), VARIANTS)
def test_p06_a_machine_that_answers_everything_comes_to_an_end(
    cast: Cast, mailbox: Mailbox, sink, refers: bool, tagged: bool, headers: dict[str, str], proven: bool
) -> None:
    Mailbox.objects.filter(pk=mailbox.pk).update(authserv_id="mx.haus.example", has_plus_addresses=False)
    moment, answered, words = clock.now(), 0, 0
    with clock.standing_at(moment):
        first = _mail("Out of paper", "first@klinikum.example", {}, proven)
        take_in(first, mailbox=mailbox.address, actor=system("mail"))
    for step in range(60):
        moment += timedelta(seconds=20)
        with clock.standing_at(moment):
            send_due()
            for taken in sink.taken[answered:]:
                ours = taken.mail
                kept = {"In-Reply-To": ours["Message-ID"], "References": ours["Message-ID"]} if refers else {}
                subject = ours["Subject"] if tagged else f"Received {step}"
                words += 1
                take_in(
                    _mail(subject, f"{step}.{words}@klinikum.example", headers | kept, proven),
                    mailbox=mailbox.address, actor=system("mail"),
                )  # fmt: skip
            if answered == len(sink.taken):
                break
            answered = len(sink.taken)
    assert 1 <= len(sink.taken) == answered <= 10
    assert Ticket.objects.exists()
    assert Message.objects.filter(direction="in").exists()


def _mail(subject: str, message_id: str, headers: dict[str, str], proven: bool) -> bytes:
    mail = EmailMessage()
    if proven:
        mail["Authentication-Results"] = "mx.haus.example; dmarc=pass header.from=klinikum.example"
    mail["From"], mail["To"], mail["Subject"] = RITA, "desk@haus.example", subject
    mail["Message-ID"], mail["Date"] = f"<{message_id}>", "Mon, 16 Nov 2026 08:00:00 +0000"
    for name, value in headers.items():
        mail[name] = value
    mail.set_content(f"Your mail was received: {message_id}")
    return mail.as_bytes()
