"""A case for a journey: a requester's mail, put through the gate."""

from __future__ import annotations

import json
from email.message import EmailMessage
from email.utils import make_msgid

from tests.journeys.served import MAILBOX, Served


def opened_case(desk: Served, subject: str, text: str, sender: str = "Rita Weber <rita@klinikum.example>") -> int:
    """The number of a new ticket."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = sender, MAILBOX, subject, make_msgid()
    mail.set_content(text)
    done = desk.command("mail", "deliver", "--json", "-", stdin=mail.as_bytes())
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["outcome"] == "opened", told
    return int(told["ticket"])
