"""A call in two beats, as a mail at the gate: kept as it came and committed, then read and settled."""

from __future__ import annotations

import json
import logging
from collections import Counter
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from dreiklang.channels.monitoring.commands.alerts import take_signal
from dreiklang.channels.monitoring.events import CallRefused, CallSettled
from dreiklang.channels.monitoring.inbound import Unreadable, read
from dreiklang.channels.monitoring.models import Call, Source
from dreiklang.channels.monitoring.rules import Step
from dreiklang.kernel import clock
from dreiklang.kernel.command import command, done_again_if_lost
from dreiklang.kernel.errors import Refusal, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require

log = logging.getLogger(__name__)

#: A call that lies unread for so long has lost its process.
ABANDONED_AFTER = timedelta(seconds=20)
KEPT = timedelta(days=14)
NOTED_EVERY = timedelta(seconds=10)


def keep_call(source: Source, raw: bytes, *, call_id: str | None = None) -> tuple[Call, bool]:
    """Keep the bytes of a call, committed when this returns; whether it is new. The same ``call_id`` is kept once."""
    now = clock.now()
    with transaction.atomic():
        if call_id is None:
            return Call.objects.create(source=source, raw=raw, received_at=now), True
        # Two deliveries of one call meet at the unique key; the second finds the first.
        kept = Call(source=source, raw=raw, call_id=call_id[:200], received_at=now)
        Call.objects.bulk_create([kept], ignore_conflicts=True)
        found = Call.objects.get(source=source, call_id=call_id[:200])
        return found, found.received_at == now and bytes(found.raw) == raw


@command
def settle_call(call: Call, *, actor: Actor) -> Call:
    """Read a kept call and do what it says. Raises WrongState if that was done before."""
    require(actor.is_system)
    done_again_if_lost()  # the call itself is kept already: `settle_waiting` would find it unread
    call = Call.objects.select_for_update(of=("self",)).select_related("source").get(pk=call.pk)
    if call.state != Call.State.STORED:
        raise WrongState(_("This call was read before."), code="already_settled")
    try:
        found = read(call.source.kind, _payload(bytes(call.raw)), received_at=call.received_at,
                     mapping=call.source.mapping)  # fmt: skip
    except Unreadable as wrong:
        return _refused(call, wrong, actor=actor)
    steps = Counter(take_signal(call.source, signal, actor=actor) for signal in found)
    call.state, call.signals, call.problem, call.where = Call.State.SETTLED, len(found), "", ""
    call.save(update_fields=["state", "signals", "problem", "where"])
    _note_call(call)
    publish(
        CallSettled(
            subject_id=call.pk, raised=steps[Step.RAISE], cleared=steps[Step.CLEAR],
            repeated=steps[Step.REPEAT], stale=steps[Step.STALE],
        ),
        actor=actor,
    )  # fmt: skip
    return call


def _note_call(call: Call) -> None:
    """Remember when the source last called, to ten seconds: calls that come at once do not wait for one row."""
    last = call.source.last_call_at
    if last is None or call.received_at - last > NOTED_EVERY:
        Source.objects.filter(pk=call.source_id).update(last_call_at=call.received_at)


def settle_waiting(*, actor: Actor, at_most: int = 500) -> int:
    """Settle calls whose process died between the beats; how many. Safe to run twice and beside itself."""
    before = clock.now() - ABANDONED_AFTER
    waiting = Call.objects.filter(state=Call.State.STORED, received_at__lt=before).order_by("id")
    done = 0
    for call in waiting.defer("raw")[:at_most]:
        try:
            settle_call(call, actor=actor)
            done += 1
        except Refusal:
            log.exception("call %s of monitoring could not be settled", call.pk)
    return done


def forget_calls() -> int:
    """Drop the bytes of calls older than two weeks; what they said stays with alerts and tickets."""
    return Call.objects.filter(received_at__lt=clock.now() - KEPT).delete()[0]


def _refused(call: Call, wrong: Unreadable, *, actor: Actor) -> Call:
    call.state, call.problem, call.where = Call.State.REFUSED, wrong.code, wrong.where[:100]
    call.save(update_fields=["state", "problem", "where"])
    publish(CallRefused(subject_id=call.pk, reason=wrong.code, where=call.where), actor=actor)
    return call


def _payload(raw: bytes) -> object:
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as wrong:
        raise Unreadable("not_json") from wrong
