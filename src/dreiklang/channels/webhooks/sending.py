"""Calling hooks: what is due, each hook by itself, again and again for three days (P13).

1. The delivery is taken: one more try, and the next one already set, so that dying here only delays it.
2. Its words are put together at the first try and kept: every later try sends the same bytes under the same id.
3. The call; no transaction is open meanwhile.
4. What became of it is written down. A hook that fails is let be for the rest of the round.
"""

from __future__ import annotations

import logging
import random
import threading
from datetime import timedelta

from django.db import InterfaceError, OperationalError, connection, transaction

from dreiklang.channels.webhooks import rules
from dreiklang.channels.webhooks.calling import Answer, call
from dreiklang.channels.webhooks.commands import switch_off
from dreiklang.channels.webhooks.models import Delivery, Hook
from dreiklang.channels.webhooks.payloads import NotForThisHook, payload_of
from dreiklang.kernel import clock, heartbeats, instance
from dreiklang.kernel.permissions import system
from dreiklang.tickets.rules.conditions import Mistake

log = logging.getLogger(__name__)
State = Delivery.State

EVERY_SECONDS = 1.0
RETAKEN_AFTER = timedelta(minutes=2)
AT_ONCE = 50


def run(stop: threading.Event) -> None:
    """Send what is due, every second, until told to stop. A database that is gone is waited for."""
    while not stop.wait(EVERY_SECONDS):
        try:
            heartbeats.beat("webhooks")
            while send_due() and not stop.is_set():
                continue
        except (OperationalError, InterfaceError) as trouble:
            log.warning("webhooks wait for the database: %s", trouble)
            connection.close()
            stop.wait(2)


def send_due(at_most: int = AT_ONCE) -> int:
    """Send what is due now; returns how many were taken. Several may do this at once."""
    failing: set[int] = set()
    handled = 0
    for delivery_id, hook_id in _due(at_most):
        if hook_id not in failing:
            taken = _take(delivery_id)
            handled += taken is not None
            if taken is not None and not _tell(taken):
                failing.add(hook_id)
    return handled


#: The oldest of each hook, then the second ones …: however much is due for one, the others have their turn.
_DUE = """
    SELECT one.id, one.hook_id FROM webhooks_hook hook CROSS JOIN LATERAL (
        SELECT id, hook_id, due_at, row_number() OVER (ORDER BY due_at, id) AS turn FROM webhooks_delivery
        WHERE hook_id = hook.id AND state = 'waiting' AND due_at <= %s AND epoch = %s AND (hook.is_active OR code = %s)
        ORDER BY due_at, id LIMIT %s
    ) one ORDER BY one.turn, one.due_at, one.id LIMIT %s
"""


def _due(at_most: int) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [clock.now(), instance.epoch(), rules.TEST, at_most, at_most])
        due: list[tuple[int, int]] = cursor.fetchall()
    return due


def _take(delivery_id: int) -> Delivery | None:
    """The delivery with its words, taken for one try; None if another sender has it or it is not for its hook."""
    now = clock.now()
    with transaction.atomic():
        found = (
            Delivery.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("hook")
            .filter(pk=delivery_id, state=State.WAITING, due_at__lte=now)
            .first()
        )
        if found is None:
            return None
        if not found.payload:
            try:
                found.payload = payload_of(found)
            except NotForThisHook:
                found.state = State.SKIPPED
            except Mistake:
                found.state, found.problem = State.FAILED, "conditions"
        found.tries += 1
        found.tried_at, found.due_at = now, now + RETAKEN_AFTER
        found.save()
    return found


def _tell(delivery: Delivery) -> bool:
    """Call, and write down what became of it; whether the hook is well."""
    if delivery.state != State.WAITING:
        return True
    answer = call(delivery.hook, delivery)
    if answer.problem:
        _put_off(delivery, answer)
        return False
    with transaction.atomic():  # the hook before its deliveries, as whoever changes it does
        Hook.objects.filter(pk=delivery.hook_id).exclude(failing_since=None).update(failing_since=None)
        Delivery.objects.filter(pk=delivery.pk).update(
            state=State.SENT, status=answer.status, answer=answer.words, problem=""
        )
    return True


def _put_off(delivery: Delivery, answer: Answer) -> None:
    """Set the next try, or give up; a hook that has taken nothing for days, or is gone, is switched off."""
    now = clock.now()
    wait = rules.wait_after(delivery.tries, random.random())  # noqa: S311 - spreads calls, hides nothing
    if delivery.code == rules.TEST or answer.problem == "gone":
        wait = None
    state = State.WAITING if wait is not None else State.FAILED
    with transaction.atomic():
        hook = Hook.objects.select_for_update().filter(pk=delivery.hook_id).first()
        if hook is None:  # removed meanwhile, and its deliveries with it
            return
        Delivery.objects.filter(pk=delivery.pk).update(
            state=state, due_at=now + (wait or timedelta()), status=answer.status, answer=answer.words,
            problem=answer.problem,
        )  # fmt: skip
        if delivery.code == rules.TEST:
            return
        if hook.failing_since is None:
            hook.failing_since = now
            hook.save(update_fields=["failing_since"])
        is_long = hook.failing_since <= now - rules.PATIENCE
        if hook.is_active and (answer.problem == "gone" or (wait is None and is_long)):
            switch_off(hook, actor=system("webhooks"), why="gone" if answer.problem == "gone" else "failing")
