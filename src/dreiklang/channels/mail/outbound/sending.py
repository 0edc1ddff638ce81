"""Emptying the outbox: lock, put together, hand to the mail server, settle. Bears ``kill -9`` at any line (P08).

1. The row is taken (``sending``, one more try): from here on it cannot be called back.
2. The letter is put together; its Message-ID is committed before the first byte leaves.
3. The server has it. If we die before 4 it is sent again, under the same Message-ID: the only double there is.
4. The row is settled, together with the words' own mark of delivery and the journal.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import InterfaceError, OperationalError, connection, transaction

from dreiklang.channels.mail.outbound import letters, queries, rules
from dreiklang.channels.mail.outbound.composing import MAIL, Dropped, letter_for
from dreiklang.channels.mail.outbound.letters import Letter
from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.channels.mail.outbound.transport import Outcome, Sessions, TryLater
from dreiklang.channels.models import Mailbox
from dreiklang.kernel import clock, failpoints, heartbeats
from dreiklang.kernel.errors import WrongState
from dreiklang.tickets.commands import delivery, silence

log = logging.getLogger(__name__)
State = OutgoingMail.State

_LOCKS = 0x6D61
EVERY_SECONDS = 1.0
RETAKEN_AFTER = timedelta(seconds=30)


def run(stop: threading.Event) -> None:
    """Send what is due, every second, until told to stop. A database that is gone is waited for."""
    while not stop.wait(EVERY_SECONDS):
        try:
            heartbeats.beat("sender")
            while send_due() and not stop.is_set():
                continue
        except (OperationalError, InterfaceError) as trouble:
            log.warning("the outbox waits for the database: %s", trouble)
            connection.close()
            stop.wait(2)


def send_due(at_most: int = 50) -> int:
    """Send what is due now; returns how many mails were settled or put off. Several may do this at once."""
    handled = 0
    with Sessions() as sessions:
        for mail_id in queries.due(clock.now(), at_most):
            handled += _send(mail_id, sessions)
    return handled


def _send(mail_id: int, sessions: Sessions) -> bool:
    with _locked(mail_id) as is_ours:
        if not is_ours or not _taken(mail_id):
            return False
        failpoints.reach("outbox_taken")
        mailbox: Mailbox | None = None
        try:
            mail, letter, mailbox = _composed(mail_id)
            failpoints.reach("outbox_composed")
            left = [address for address in letter.recipients if address not in mail.accepted]
            outcome = sessions.send(
                mailbox, letters.as_bytes(letter), name=letter.message_id, sender=letter.envelope_from, recipients=left
            )
        except Dropped as why:
            _drop(mail_id, str(why))
        except TryLater as why:
            _put_off(mail_id, why.reason, why.answer)
        except (OperationalError, InterfaceError):
            raise  # the database is gone: the row stays taken, and is taken again
        except Exception as broken:  # one mail that cannot be made must not stop the others
            log.exception("mail %s of the outbox cannot be put together", mail_id)
            _put_off(mail_id, "broken", type(broken).__name__)
        else:
            failpoints.reach("outbox_accepted")
            _record_or_settle(mail_id, outcome)
            failpoints.reach("outbox_settled")
        return True


@contextmanager
def _locked(mail_id: int) -> Iterator[bool]:
    """Hold the lock on a mail; the database lets go of it at once if we die."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCKS, mail_id % 2**31])
        is_ours = bool(cursor.fetchone()[0])
    try:
        yield is_ours
    finally:
        if is_ours and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCKS, mail_id % 2**31])


def _taken(mail_id: int) -> bool:
    """Take the row, unless it was called back or settled in the meantime.

    If this try ends without a word (we die, the database goes), the next one comes after half a minute, then ever
    later: whatever is wrong here, nobody is sent the same mail in a stream.
    """
    now = clock.now()
    due = OutgoingMail.objects.filter(pk=mail_id, state__in=[State.WAITING, State.SENDING], leaves_at__lte=now)
    tries = due.values_list("tries", flat=True).first()
    if tries is None:
        return False
    again_at = now + min(RETAKEN_AFTER * (tries + 1), timedelta(hours=1))
    return bool(due.update(state=State.SENDING, tries=tries + 1, settled_at=now, leaves_at=again_at))


@transaction.atomic
def _composed(mail_id: int) -> tuple[OutgoingMail, Letter, Mailbox]:
    """The letter, with everything it needs to be recognised by committed before it leaves."""
    mail = OutgoingMail.objects.select_related(
        "ticket__requester", "said__ticket__requester", "said__author",
        "correspondence__ticket", "correspondence__author", "person__account", "mailbox",
    ).get(pk=mail_id)  # fmt: skip
    mailbox = mail.mailbox if mail.mailbox and mail.mailbox.is_active else queries.mailbox_for(mail.ticket)
    if mailbox is None:
        raise TryLater("no_mailbox")
    _one_at_a_time(mail)
    letter = letter_for(mail, mailbox)
    mail.mailbox = mailbox
    mail.save(update_fields=["message_id", "mailbox", "address", "answer_links"])
    return mail, letter, mailbox


def _one_at_a_time(mail: OutgoingMail) -> None:
    """Automatic mails are counted before they leave; two senders must not count at the same moment."""
    if mail.kind in rules.AUTOMATIC:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCKS])


def _record_or_settle(mail_id: int, outcome: Outcome) -> None:
    """Record what the server said; if somebody who listens to that cannot, at least do not send it again."""
    try:
        _record(mail_id, outcome)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("what became of mail %s of the outbox cannot be recorded", mail_id)
        _settle(mail_id, State.SENT, reason="unrecorded")


def _record(mail_id: int, outcome: Outcome) -> None:
    """What the server said, recipient by recipient."""
    for_good = outcome.refused_for_good()
    for_now = {who: said for who, said in outcome.refused.items() if who not in for_good}
    with transaction.atomic():
        mail = OutgoingMail.objects.get(pk=mail_id)
        is_for_somebody = bool(mail.accepted or outcome.accepted)
        mail.accepted = [*mail.accepted, *outcome.accepted, *for_good]  # neither is tried again
        mail.last_answer = "; ".join(for_good.values())
        mail.save(update_fields=["accepted", "last_answer"])
        if is_for_somebody and not for_now:
            _tell(mail, sent=True)
        for recipient, answer in for_good.items():
            _tell(mail, recipient=recipient, reason=answer)
        if not for_now:
            _close(mail, State.SENT if is_for_somebody else State.FAILED, "refused" if for_good else "")
    if for_now:
        code, said = next(iter(for_now.values()))
        _put_off(mail_id, "refused_for_now", f"{code} {said}")


def _put_off(mail_id: int, reason: str, answer: str) -> None:
    """Try again later, or give up after two days and say so on the ticket."""
    with transaction.atomic():
        mail = OutgoingMail.objects.get(pk=mail_id)
        wait = rules.next_wait(mail.tries, clock.now() - mail.queued_at)
        mail.reason, mail.last_answer = reason, answer[:1000]
        if wait is not None:
            mail.state, mail.leaves_at = State.WAITING, clock.now() + wait
            mail.save(update_fields=["state", "reason", "last_answer", "leaves_at"])
            return
        left = [address for address in _recipients(mail) if address not in mail.accepted]
        _tell(mail, recipient=", ".join(left), reason=answer or reason)
        _close(mail, State.FAILED, reason)


def _recipients(mail: OutgoingMail) -> list[str]:
    """The addresses of the words themselves, also where no letter could be made of them."""
    if mail.said is not None:
        return [str(one.get("address", "")) for one in (*mail.said.to, *mail.said.cc)]
    return [mail.correspondence.party_address] if mail.correspondence else [mail.address]


def _settle(mail_id: int, state: str, *, reason: str) -> None:
    with transaction.atomic():
        _close(OutgoingMail.objects.get(pk=mail_id), state, reason)


def _drop(mail_id: int, reason: str) -> None:
    """It shall not leave. Where the words stand in a conversation, they say so."""
    with transaction.atomic():
        mail = OutgoingMail.objects.get(pk=mail_id)
        if mail.said is not None and reason != "withdrawn":
            _tell(mail, recipient=", ".join(_recipients(mail)), reason=reason)
        _close(mail, State.DROPPED, reason)


def _close(mail: OutgoingMail, state: str, reason: str) -> None:
    """Settle a row. The secrets in its text are forgotten: they lie hashed with their links."""
    mail.state, mail.reason, mail.settled_at, mail.answer_links = state, reason, clock.now(), ""
    mail.save(update_fields=["state", "reason", "settled_at", "answer_links"])


def _tell(mail: OutgoingMail, *, sent: bool = False, recipient: str = "", reason: str = "") -> None:
    """Mark the words themselves, by the tickets' own commands."""
    try:
        with transaction.atomic():
            if mail.said_id is not None:
                if sent:
                    delivery.message_sent(mail.said_id, actor=MAIL)
                else:
                    delivery.message_failed(mail.said_id, actor=MAIL, recipient=recipient, reason=reason)
            elif mail.kind == rules.REMINDER:
                if sent:
                    silence.reminder_sent(int(mail.what), actor=MAIL)
                else:
                    silence.reminder_failed(int(mail.what), actor=MAIL, recipient=recipient, reason=reason)
            elif mail.correspondence_id is not None:
                if sent:
                    delivery.correspondence_sent(mail.correspondence_id, actor=MAIL)
                else:
                    delivery.correspondence_failed(
                        mail.correspondence_id, actor=MAIL, recipient=recipient, reason=reason
                    )
    except WrongState:
        log.warning("mail %s was settled twice", mail.pk)
