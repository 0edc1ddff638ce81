"""Scheduled work: tickets that come back, tickets that close after silence. A second run finds nothing to do (P09)."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Exists, OuterRef, Q
from procrastinate.contrib.django import app

from dreiklang.kernel import clock, files
from dreiklang.kernel.errors import NotFound, Refusal, WrongState
from dreiklang.kernel.file_text import FileText, text_of
from dreiklang.kernel.permissions import Actor, system
from dreiklang.tickets.commands.bulk import do_item, finish_bulk, undo_item
from dreiklang.tickets.commands.composing import forget_old_pictures
from dreiklang.tickets.commands.file_words import remember_file
from dreiklang.tickets.commands.learning import learn_handling_times
from dreiklang.tickets.commands.recurring import note_failure, open_due
from dreiklang.tickets.commands.returning import close_after_silence, come_back, wake
from dreiklang.tickets.commands.silence import lapse, remind
from dreiklang.tickets.models import BulkItem, BulkRun, Kinship, Pending, Series, Ticket
from dreiklang.tickets.queries.learning import news_of_handling_times
from dreiklang.tickets.queries.silence import due_closings, due_reminders
from dreiklang.tickets.queries.unread_files import unread_attachments
from dreiklang.tickets.rules.bulk import AT_ONCE as FEW

SCHEDULE = system("schedule")
AT_ONCE = 500
FILES_AT_ONCE = 8


@app.periodic(cron="* * * * *")
@app.task(name="tickets.come_back", queue="schedule", queueing_lock="tickets.come_back")
def bring_back(timestamp: int) -> None:
    """Tickets whose pause has ended go on, each in a transaction of its own.

    Also those whose condition is met: what happened while somebody was just parking the ticket is found here.
    """
    for ticket_id in _due("returns_at"):
        try:
            come_back(ticket_id, actor=SCHEDULE)
        except (WrongState, NotFound):
            continue
    for ticket_id in _met():
        try:
            wake(ticket_id, actor=SCHEDULE)
        except (WrongState, NotFound):
            continue


@app.periodic(cron="*/10 * * * *")
@app.task(name="tickets.close_silent", queue="schedule", queueing_lock="tickets.close_silent")
def close_silent(timestamp: int) -> None:
    """Resolved tickets to whose solution nobody objected close, each in a transaction of its own."""
    for ticket_id in _due("closes_at"):
        try:
            close_after_silence(ticket_id, actor=SCHEDULE)
        except (WrongState, NotFound):
            continue


@app.periodic(cron="17 3 * * *")
@app.task(name="tickets.forget_pictures", queue="schedule", queueing_lock="tickets.forget_pictures")
def forget_pictures(timestamp: int) -> None:
    """Pictures of drafts that nobody finished."""
    forget_old_pictures(actor=SCHEDULE)


@app.periodic(cron="* * * * *")
@app.task(name="tickets.read_files", queue="schedule", queueing_lock="tickets.read_files")
def read_files(timestamp: int) -> None:
    """The words inside attachments become what tickets are found by; each file in a child with limits, few at once."""
    for attachment in unread_attachments(FILES_AT_ONCE):
        try:
            found = text_of(attachment.filename, files.read(attachment.file.sha256))
        except NotFound:
            found = FileText("", "missing")
        remember_file(attachment, actor=SCHEDULE, text=found.text, outcome=found.outcome)


@app.periodic(cron="*/15 * * * *")
@app.task(name="tickets.remind", queue="schedule", queueing_lock="tickets.remind")
def remind_silent(timestamp: int) -> None:
    """Requesters who owe an answer are reminded in their team's hours, each in a transaction of its own."""
    for due in due_reminders()[:AT_ONCE]:
        try:
            if due.has_address:
                remind(due.ticket.pk, actor=SCHEDULE)
        except (WrongState, NotFound):
            continue


@app.periodic(cron="*/10 * * * *")
@app.task(name="tickets.lapse", queue="schedule", queueing_lock="tickets.lapse")
def close_unanswered(timestamp: int) -> None:
    """Tickets whose requester stayed silent after the last reminder close as it said."""
    for ticket in due_closings()[:AT_ONCE]:
        try:
            lapse(ticket.pk, actor=SCHEDULE)
        except (WrongState, NotFound):
            continue


@app.periodic(cron="25 3 * * *")
@app.task(name="tickets.learn_handling_times", queue="schedule", queueing_lock="tickets.learn_handling_times")
def learn(timestamp: int) -> None:
    """What the log of the last half year teaches about handling times. A second run finds nothing new."""
    if news := news_of_handling_times():
        learn_handling_times(news, actor=SCHEDULE)


@app.periodic(cron="* * * * *")
@app.task(name="tickets.recur", queue="schedule", queueing_lock="tickets.recur")
def open_recurring(timestamp: int) -> None:
    """Tickets of series whose time has come, each in a transaction of its own; what fails is told and tried again."""
    due = Series.objects.filter(is_active=True, next_at__lte=clock.now()).order_by("next_at")
    for series_id, problem in list(due.values_list("pk", "problem")[:AT_ONCE]):
        try:
            open_due(series_id, actor=SCHEDULE)
        except (WrongState, NotFound):
            continue
        except Refusal as refused:
            if str(refused)[:300] != problem:
                note_failure(series_id, actor=SCHEDULE, reason=str(refused) or refused.code)


def _due(moment: str) -> list[int]:
    """Tickets whose moment has come, the longest due first."""
    rows = Ticket.objects.filter(**{f"{moment}__lte": clock.now()}).order_by(moment)
    return list(rows.values_list("pk", flat=True)[:AT_ONCE])


def _met() -> list[int]:
    """Tickets that wait for a task that is done, another ticket that is over, or children of which none is open."""
    open_kin = Kinship.objects.filter(parent=OuterRef("ticket"), ended_at=None).exclude(child__state_group="settled")
    met = (
        Q(reason=Pending.Reason.TASK) & (Q(task__done_at__isnull=False) | Q(task=None))
        | Q(reason=Pending.Reason.TICKET) & (Q(other__state_group="settled") | Q(other=None))
        | Q(reason=Pending.Reason.CHILDREN) & ~Exists(open_kin)
    )
    rows = Pending.objects.filter(met, ended_at=None).order_by("ticket_id")
    return list(rows.values_list("ticket_id", flat=True)[:AT_ONCE])


def do_few(run: BulkRun, actor: Actor) -> None:
    """Do a run to its end while somebody waits, if it is small; the job behind it then finds nothing left."""
    if _each_of_few(run, BulkItem.State.WAITING, do_item, actor):
        finish_bulk(run, actor=actor)


def undo_few(run: BulkRun, actor: Actor) -> None:
    """Take a small run back while somebody waits."""
    _each_of_few(run, BulkItem.State.CHANGED, undo_item, actor)


def _each_of_few(run: BulkRun, state: str, deed: Callable[..., str], actor: Actor) -> bool:
    items = list(run.items.filter(state=state).values_list("pk", flat=True)[: FEW + 1])
    if len(items) > FEW:
        return False
    for item_id in items:
        deed(item_id, actor=actor)
    return True
