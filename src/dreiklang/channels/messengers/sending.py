"""Answers leave, posts are settled, services that do not call are asked: one round every second, from the doors.

1. The answer is taken: one more try, the next one already set, so that dying here only delays it.
2. Each part is handed over with no transaction open, and its name at the service committed before the next one.
3. What became of it is written down with the message's own mark. A line that fails is let be for the rest of the round.
"""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

from django.db import InterfaceError, OperationalError, connection, transaction

from dreiklang.channels.mail.outbound.rules import next_wait
from dreiklang.channels.messengers import queries, rules
from dreiklang.channels.messengers.adapters import ADAPTERS
from dreiklang.channels.messengers.adapters.interface import File, Refused
from dreiklang.channels.messengers.commands.taking import keep_post, note_problem, settle_due
from dreiklang.channels.messengers.models import Leaving, Line
from dreiklang.channels.messengers.reactions import DOOR
from dreiklang.kernel import clock, files, heartbeats, instance
from dreiklang.kernel.errors import Refusal, Unavailable, WrongState
from dreiklang.tickets.commands import delivery
from dreiklang.tickets.models import Attachment, Message

log = logging.getLogger(__name__)
State = Leaving.State

EVERY_SECONDS, ASKED_EVERY = 1.0, 3.0
RETAKEN_AFTER = timedelta(minutes=2)
AT_ONCE = 50


def run(stop: threading.Event) -> None:
    """One round every second until told to stop. A database that is gone is waited for."""
    rounds = 0
    while not stop.wait(EVERY_SECONDS):
        try:
            heartbeats.beat("messengers")
            settle_due(actor=DOOR)
            send_due()
            if rounds % int(ASKED_EVERY / EVERY_SECONDS) == 0:
                ask_services()
            rounds += 1
        except (OperationalError, InterfaceError) as trouble:
            log.warning("messengers wait for the database: %s", trouble)
            connection.close()
            stop.wait(2)


def ask_services() -> int:
    """Ask the services that do not call us; how many had news."""
    kinds = [kind for kind, adapter in ADAPTERS.items() if adapter.polls]
    return sum(_asked(line) for line in Line.objects.filter(is_active=True, kind__in=kinds))


def _asked(line: Line) -> bool:
    try:
        raw, cursor = ADAPTERS[line.kind].poll(line, line.cursor)
    except Refusal as wrong:
        note_problem(line, wrong.code, str(wrong))
        return False
    if raw:
        keep_post(line, raw, cursor=cursor)
    elif cursor != line.cursor:
        Line.objects.filter(pk=line.pk).update(cursor=cursor)
    return bool(raw)


def send_due(at_most: int = AT_ONCE) -> int:
    """Send what is due now; how many were taken. Several may do this at once."""
    failing: set[int] = set()
    due = Leaving.objects.filter(state=State.WAITING, due_at__lte=clock.now(), epoch=instance.epoch())
    due = due.filter(talk__line__is_active=True).order_by("due_at", "id")
    handled = 0
    for key, line_id in list(due.values_list("pk", "talk__line_id")[:at_most]):
        if line_id in failing:
            continue
        leaving = _taken(key)
        if leaving is None:
            continue
        handled += 1
        if not _sent(leaving):
            failing.add(line_id)
    return handled


def _taken(key: int) -> Leaving | None:
    """The answer, taken for one try; None if another sender has it, it was called back, or one before it waits."""
    now = clock.now()
    with transaction.atomic():
        rows = Leaving.objects.select_for_update(skip_locked=True, of=("self",))
        rows = rows.select_related("talk__line", "message")
        leaving = rows.filter(pk=key, state=State.WAITING, due_at__lte=now).first()
        if leaving is None:
            return None
        before = Leaving.objects.filter(talk=leaving.talk_id, pk__lt=key, state=State.WAITING, epoch=leaving.epoch)
        if before.exists():  # the other side reads answers in their order
            return None
        leaving.tries += 1
        leaving.due_at = now + RETAKEN_AFTER
        leaving.save(update_fields=["tries", "due_at"])
    return leaving


def _sent(leaving: Leaving) -> bool:
    """Hand it over, and write down what became of it; whether the line is well."""
    talk, line = leaving.talk, leaving.talk.line
    if queries.is_window_closed(talk):
        _give_up(leaving, "window_closed", "")
        return True
    try:
        _hand_over(leaving)
    except Unavailable as later:
        note_problem(line, later.code, str(later))
        _put_off(leaving, later)
        return False
    except Refusal as refused:
        _give_up(leaving, refused.code, str(refused))
        return True
    with transaction.atomic():
        # the service may have told of its delivery while we were still writing down that it was sent
        Leaving.objects.filter(pk=leaving.pk, state=State.WAITING).update(state=State.SENT, problem="", answer="")
        Line.objects.filter(pk=line.pk).exclude(problem="").update(problem="", problem_words="", problem_at=None)
        _mark(leaving)
    return True


def _hand_over(leaving: Leaving) -> None:
    """The parts that have not left yet, one after the other."""
    line, handle = leaving.talk.line, leaving.talk.handle
    adapter = ADAPTERS[line.kind]
    parts: list[str | File] = list(rules.parts_of(leaving.message.text, adapter.longest))
    attached = Attachment.objects.filter(message=leaving.message).select_related("file").order_by("id")
    parts += [File(one.filename, one.content_type, files.read(one.file.sha256)) for one in attached]
    if not adapter.takes_files and len(attached):
        raise Refused(queries.why("no_files"), code="no_files")
    for place, part in enumerate(parts[len(leaving.refs) :], len(leaving.refs)):
        key = f"{instance.mark()}-{leaving.pk}-{place}"
        send = adapter.send if isinstance(part, str) else adapter.send_file
        ref = send(line, handle, part, key=key)  # type: ignore[arg-type]
        leaving.refs = [*leaving.refs, ref[:250]]
        leaving.save(update_fields=["refs"])


def _put_off(leaving: Leaving, later: Unavailable) -> None:
    """Set the next try, or give up after two days and say so at the message."""
    wait = next_wait(leaving.tries, clock.now() - leaving.queued_at)
    if wait is None:
        _give_up(leaving, "too_late", str(later))
        return
    Leaving.objects.filter(pk=leaving.pk, state=State.WAITING).update(
        due_at=clock.now() + wait, problem=later.code[:20], answer=_kept(str(later))
    )


def _give_up(leaving: Leaving, problem: str, said: str) -> None:
    with transaction.atomic():
        Leaving.objects.filter(pk=leaving.pk).update(state=State.FAILED, problem=problem[:20], answer=_kept(said))
        _mark(leaving, reason=said or queries.why(problem))


def _mark(leaving: Leaving, *, reason: str = "") -> None:
    """Mark the message itself, by the tickets' own commands."""
    try:
        with transaction.atomic():
            if reason:
                address = leaving.talk.address
                delivery.message_failed(leaving.message_id, actor=DOOR, recipient=address, reason=reason)
            else:
                delivery.message_sent(leaving.message_id, actor=DOOR)
    except WrongState:
        if Message.objects.filter(pk=leaving.message_id, delivery=Message.Delivery.WAITING).exists():
            raise
        log.warning("answer %s of a messenger was settled twice", leaving.pk)


def _kept(said: str) -> str:
    return said[:500].replace("\x00", " ").encode("utf-8", "replace").decode()
