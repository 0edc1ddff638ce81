"""The part of a running desk that talks mail: listeners, a fetcher for each mailbox, the sender; a sign of life.

It also listens to telephone systems that do not call by themselves.
"""

from __future__ import annotations

import errno
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Final

from aiosmtpd.controller import Controller
from django.db import DatabaseError, close_old_connections, connection

from dreiklang.channels.doors.fetching import MailboxThread
from dreiklang.channels.doors.imap import Fetcher
from dreiklang.channels.doors.listener import listener
from dreiklang.channels.doors.pop import PopFetcher
from dreiklang.channels.gate.commands import settle_waiting
from dreiklang.channels.mail.outbound import sending
from dreiklang.channels.messengers import sending as messengers
from dreiklang.channels.models import Mailbox
from dreiklang.channels.push import sending as push
from dreiklang.channels.telephony.listening import Listener
from dreiklang.channels.telephony.models import System
from dreiklang.channels.telephony.queries import listened_to
from dreiklang.channels.webhooks import sending as webhooks
from dreiklang.kernel import heartbeats
from dreiklang.kernel.permissions import system

log = logging.getLogger(__name__)

DoorThread = MailboxThread | Listener

PART = "doors"
#: Seconds between two looks at the list of mailboxes, and two searches for mails that were left unsettled.
ROUND, SETTLING = 5.0, 30.0
#: Door → where its ``host:port`` is set, and the usual one; empty: none.
LISTENERS: Final = {"lmtp": ("DREIKLANG_LMTP", "127.0.0.1:8024"), "smtp": ("DREIKLANG_SMTP_IN", "")}

FETCHERS: Final[dict[str, type[MailboxThread]]] = {
    Mailbox.Fetch.IMAP: Fetcher,
    Mailbox.Fetch.POP: PopFetcher,
}


def run(stop: threading.Event | None = None) -> None:
    """Keep the doors open until SIGTERM, SIGINT or ``stop``."""
    stop = stop or _stop_on_signals()
    actor = system("mail")
    problems: dict[str, str] = {}
    listeners: dict[str, Controller] = {}
    senders = [
        threading.Thread(target=_send, args=(stop, what), name=name, daemon=True)
        for name, what in (
            ("sender", sending.run),
            ("webhooks", webhooks.run),
            ("push", push.run),
            ("messengers", messengers.run),
        )
    ]
    for sender in senders:
        sender.start()
    fetchers: dict[str, DoorThread] = {}
    settled_at = 0.0
    try:
        while not stop.is_set():
            close_old_connections()
            _listen(listeners, problems)
            try:
                if time.monotonic() - settled_at >= SETTLING:
                    settle_waiting(actor=actor)
                    settled_at = time.monotonic()
                _look_after(fetchers)
                _sign_of_life(problems)
            except DatabaseError as trouble:
                log.warning("the database does not answer: %s", str(trouble).strip().partition("\n")[0])
                connection.close()
            stop.wait(ROUND)
    finally:
        stop.set()
        _close(listeners, fetchers)
        for sender in senders:
            sender.join(timeout=20)


def _send(stop: threading.Event, what: Callable[[threading.Event], None]) -> None:
    """A sender in its thread; what ends it unforeseen is told, and it begins again."""
    while not stop.is_set():
        try:
            what(stop)
        except Exception:
            log.exception("the sender begins again")
            stop.wait(ROUND)
        finally:
            connection.close()


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()

    def asked(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, asked)
    return stop


def _listen(opened: dict[str, Controller], problems: dict[str, str]) -> None:
    """Open the listeners that are not open yet. A taken port is told once, and tried again every round."""
    for door, (setting, usual) in LISTENERS.items():
        host, _colon, port = os.environ.get(setting, usual).rpartition(":")
        if door in opened or not port.isdecimal():
            continue
        host = host.strip("[]") or "127.0.0.1"
        made = listener(door, host, int(port), actor=system("mail"))
        try:
            made.start()
        except OSError as wrong:
            made.handler.pool.shutdown(wait=False)
            if door not in problems:
                problems[door] = _why_closed(wrong, door, host, port, setting)
                log.warning("%s", problems[door])
        else:
            opened[door] = made
            if problems.pop(door, None):
                log.warning("Port %s on %s is free now: mail comes in by %s.", port, host, door.upper())


def _why_closed(wrong: OSError, door: str, host: str, port: str, setting: str) -> str:
    """One plain line: what is wrong, what follows from it, what to do."""
    why = f"cannot be listened on ({wrong.strerror or wrong})"
    if wrong.errno == errno.EADDRINUSE:
        why = "is in use by another program"
    elif wrong.errno == errno.EACCES:
        why = "may only be used by root"
    return f"Port {port} on {host} {why}: no mail comes in by {door.upper()}. Set another one in {setting}."


def _look_after(threads: dict[str, DoorThread]) -> None:
    """A thread for each active mailbox that is fetched and each telephone system that is listened to; what was
    changed gets a new one."""
    wanted: dict[str, Mailbox | System] = {
        f"mailbox-{mailbox.pk}": mailbox for mailbox in Mailbox.objects.filter(is_active=True, fetch__in=FETCHERS)
    }
    wanted |= {f"asterisk-{phones.pk}": phones for phones in listened_to()}
    for key, thread in list(threads.items()):
        is_current = key in wanted and wanted[key].version == thread.version
        if not is_current:
            thread.stop()
        if not is_current or not thread.is_alive():
            thread.join(timeout=5)
            del threads[key]
    for key, looked_after in wanted.items():
        if key not in threads:
            threads[key] = _thread_for(looked_after)
            threads[key].start()


def _thread_for(looked_after: Mailbox | System) -> DoorThread:
    if isinstance(looked_after, System):
        return Listener(looked_after, actor=system("telephony"))
    return FETCHERS[looked_after.fetch](looked_after, actor=system("mail"))


def _sign_of_life(problems: dict[str, str]) -> None:
    troubled = Mailbox.objects.filter(is_active=True).exclude(last_problem="")
    silent = listened_to().exclude(last_problem="")
    told = [*problems.values(), *(f"{m.address}: {m.last_problem}" for m in troubled)]
    told += [f"{one.name}: {one.last_problem}" for one in silent]
    heartbeats.beat(PART, told)


def _close(listeners: dict[str, Controller], fetchers: dict[str, DoorThread]) -> None:
    for fetcher in fetchers.values():
        fetcher.stop()
    for made in listeners.values():
        made.stop(no_assert=True)
        made.handler.pool.shutdown(wait=True)
    for fetcher in fetchers.values():
        fetcher.join(timeout=10)
    connection.close()
