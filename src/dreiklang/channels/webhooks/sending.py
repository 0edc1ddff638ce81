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
from django.db.models import Q

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


def _due(at_most: int) -> list[tuple[int, int]]:
    waiting = Delivery.objects.filter(state=State.WAITING, due_at__lte=clock.now(), epoch=instance.epoch())
    may_leave = Q(hook__is_active=True) | Q(code=rules.TEST)
    return list(waiting.filter(may_leave).order_by("due_at", "id").values_list("pk", "hook_id")[:at_most])


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
    with transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(
            state=State.SENT, status=answer.status, answer=answer.words, problem=""
        )
        Hook.objects.filter(pk=delivery.hook_id).exclude(failing_since=None).update(failing_since=None)
    return True


def _put_off(delivery: Delivery, answer: Answer) -> None:
    """Set the next try, or give up; a hook that has taken nothing for days, or is gone, is switched off."""
    now = clock.now()
    wait = rules.wait_after(delivery.tries, random.random())  # noqa: S311 - spreads calls, hides nothing
    if delivery.code == rules.TEST or answer.problem == "gone":
        wait = None
    state = State.WAITING if wait is not None else State.FAILED
    with transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(
            state=state, due_at=now + (wait or timedelta()), status=answer.status, answer=answer.words,
            problem=answer.problem,
        )  # fmt: skip
        if delivery.code == rules.TEST:
            return
        Hook.objects.filter(pk=delivery.hook_id, failing_since=None).update(failing_since=now)
        hook = Hook.objects.get(pk=delivery.hook_id)
        is_long = hook.failing_since is not None and hook.failing_since <= now - rules.PATIENCE
        if hook.is_active and (answer.problem == "gone" or (wait is None and is_long)):
            switch_off(hook, actor=system("webhooks"), why="gone" if answer.problem == "gone" else "failing")
