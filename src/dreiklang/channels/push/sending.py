"""Pushing: what is due, device by device, each at most for twelve hours.

1. The push is taken: one more try, and the next one already set, so that dying here only delays it.
2. Its words are put together with the rights of this moment, sealed for the device, and sent through the one door out
   (P35); no transaction is open meanwhile.
3. What became of it is written down. A device that its push service no longer knows ends.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from datetime import timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction

from dreiklang.channels.models import Mailbox
from dreiklang.channels.push import rules, sealing
from dreiklang.channels.push.commands import end_device, own_keys
from dreiklang.channels.push.models import Device, Push
from dreiklang.channels.push.words import NotForThisDevice, payload_of
from dreiklang.kernel import clock, heartbeats, instance
from dreiklang.kernel.errors import Refusal
from dreiklang.kernel.outgoing import ask
from dreiklang.kernel.permissions import system

log = logging.getLogger(__name__)
State = Push.State

EVERY_SECONDS = 1.0
RETAKEN_AFTER = timedelta(minutes=2)
AT_ONCE = 50
TIMEOUT = 10.0


def run(stop: threading.Event) -> None:
    """Push what is due, every second, until told to stop. A database that is gone is waited for."""
    while not stop.wait(EVERY_SECONDS):
        try:
            heartbeats.beat("push")
            while push_due() and not stop.is_set():
                continue
        except (OperationalError, InterfaceError) as trouble:
            log.warning("pushes wait for the database: %s", trouble)
            connection.close()
            stop.wait(2)


def push_due(at_most: int = AT_ONCE) -> int:
    """Push what is due now; returns how many were taken. Several may do this at once."""
    due = Push.objects.filter(state=State.WAITING, due_at__lte=clock.now(), epoch=instance.epoch())
    handled = 0
    for push_id in list(due.order_by("due_at", "id").values_list("pk", flat=True)[:at_most]):
        push = _take(push_id)
        if push is not None:
            handled += 1
            _push(push)
    return handled


def _take(push_id: int) -> Push | None:
    now = clock.now()
    with transaction.atomic():
        found = (
            Push.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("device__account", "ticket")
            .filter(pk=push_id, state=State.WAITING, due_at__lte=now)
            .first()
        )
        if found is not None:
            found.tries += 1
            found.due_at = now + RETAKEN_AFTER
            found.save(update_fields=["tries", "due_at"])
    return found


def _push(push: Push) -> None:
    device = push.device
    if device.ended_at is not None:
        return _settle(push, State.SKIPPED, device.ended_because)
    try:
        said = json.dumps(payload_of(push), ensure_ascii=False).encode()
    except NotForThisDevice as why:
        if str(why) == "access":
            end_device(device, actor=system("push"), why="access")
        return _settle(push, State.SKIPPED, str(why))
    try:
        answer = ask(
            device.endpoint, method="POST", body=sealing.sealed(said, key=device.key, auth=device.auth),
            headers=_headers(push), timeout=TIMEOUT,
        )  # fmt: skip
    except Refusal as refused:
        return _put_off(push, refused.code)
    if 200 <= answer.status < 300:
        Device.objects.filter(pk=device.pk).update(told_at=clock.now())
        return _settle(push, State.SENT, "")
    if answer.status in rules.GONE:
        end_device(device, actor=system("push"), why="gone")
        return _settle(push, State.FAILED, "gone")
    if rules.is_for_good(answer.status):
        return _settle(push, State.FAILED, f"refused_{answer.status}")
    return _put_off(push, f"busy_{answer.status}", answer.headers.get("retry-after", ""))


def _headers(push: Push) -> dict[str, str]:
    keys = own_keys()
    urgent = push.kind in rules.URGENT or push.kind == rules.TRIAL
    signed = sealing.authorization(
        push.device.endpoint, private=keys.private, public=keys.public, contact=_contact(), now=clock.now()
    )
    headers = {
        "Authorization": signed,
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int(rules.LIVES.total_seconds())),
        "Urgency": "high" if urgent else "normal",
    }
    if push.ticket_id is not None:
        headers["Topic"] = _topic(push)
    return headers


def _topic(push: Push) -> str:
    """While a phone is off, newer news of a ticket replace older ones; the push service learns no number from it."""
    about = f"{instance.mark()}.{push.device_id}.{push.ticket_id}.{push.kind == rules.ANSWER}"
    return sealing.letters(hashlib.sha256(about.encode()).digest()[:24])


def _contact() -> str:
    """Whom the push service may write to: the desk's first mailbox, else its address."""
    mailbox = Mailbox.objects.filter(is_active=True).order_by("id").values_list("address", flat=True).first()
    return f"mailto:{mailbox}" if mailbox else settings.PUBLIC_URL


def _settle(push: Push, state: str, problem: str) -> None:
    Push.objects.filter(pk=push.pk).update(state=state, problem=problem[:30])


def _put_off(push: Push, problem: str, asked: str = "") -> None:
    now = clock.now()
    wait = None if push.kind == rules.TRIAL else rules.next_wait(push.tries, now - push.made_at, asked)
    state = State.WAITING if wait is not None else State.FAILED
    Push.objects.filter(pk=push.pk).update(state=state, due_at=now + (wait or timedelta()), problem=problem[:30])
