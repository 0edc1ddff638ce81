"""Decisions about outgoing mail from plain values: when to try again, how much is too much. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

MESSAGE, CORRESPONDENCE, RECEIVED, CLOSED, NOTIFICATION, LINK, REMINDER, SERVICE, APPROVAL, OUTAGE = (
    "message",
    "correspondence",
    "received",
    "closed",
    "notification",
    "link",
    "reminder",
    "service",
    "approval",
    "outage",
)
#: Mails nobody typed. They say so in their headers (RFC 3834), and are counted.
AUTOMATIC: Final = frozenset({RECEIVED, CLOSED, NOTIFICATION, LINK, REMINDER, SERVICE, APPROVAL, OUTAGE})

#: Waits after the first, second … failed attempt; the last one repeats until the mail is given up.
WAITS: Final = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
)
GIVEN_UP_AFTER: Final = timedelta(hours=48)

HOUR: Final = timedelta(hours=1)
#: Automatic mails to one address about one ticket in one hour (P06).
PER_TICKET_AND_HOUR: Final = {
    MESSAGE: 2, RECEIVED: 2, CLOSED: 2, NOTIFICATION: 20, LINK: 20, REMINDER: 1, SERVICE: 20, APPROVAL: 5,
    OUTAGE: 20,
}  # fmt: skip
#: Acknowledgements to one address in one hour: whoever proved the address may file several cases; anybody else
#: could have typed a victim's (P21).
ACKNOWLEDGED_PROVEN: Final = 10
ACKNOWLEDGED_UNPROVEN: Final = 1

#: Channels whose new tickets are acknowledged: the requester did it alone and wonders whether it arrived.
ACKNOWLEDGED_CHANNELS: Final = frozenset({"mail", "portal"})


def next_wait(tries: int, age: timedelta) -> timedelta | None:
    """How long to wait after so many failed attempts of a mail of this age; None: give it up."""
    wait = WAITS[min(max(tries, 1), len(WAITS)) - 1]
    return wait if age + wait <= GIVEN_UP_AFTER else None


def is_for_good(code: int) -> bool:
    """Whether an SMTP reply code means that trying again is of no use (RFC 5321 section 4.2.1)."""
    return 500 <= code < 600


def too_many_about_ticket(kind: str, sent_within_hour: int) -> bool:
    """Whether one more automatic mail to this address about this ticket is too many."""
    return sent_within_hour >= PER_TICKET_AND_HOUR[kind]


def too_many_acknowledged(sent_within_hour: int, *, is_proven: bool) -> bool:
    """Whether one more acknowledgement to this address is too many, whatever the tickets."""
    return sent_within_hour >= (ACKNOWLEDGED_PROVEN if is_proven else ACKNOWLEDGED_UNPROVEN)


def shown_sender(person: str, mailbox: str) -> str:
    """The sender's name: 'Alan Yildiz via Service Desk', or the mailbox's own for what nobody wrote."""
    return f"{person} via {mailbox}" if person and mailbox else person or mailbox
