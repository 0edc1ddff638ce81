"""Taking the words out of tickets: what erasure and retention have in common. Part of their commands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet

from dreiklang.exchange.events import TicketEmptied
from dreiklang.exchange.models import EmptiedTicket, Erasure, Import
from dreiklang.exchange.rules.erasing import EMPTIED_OF_TICKET, ERASED, REMOVED_OF_TICKET
from dreiklang.kernel import clock, erasing, files
from dreiklang.kernel.journal import publish_all
from dreiklang.kernel.models import JournalLine, StoredFile
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets.models import Attachment, DraftPicture, Ticket

#: So many tickets go in one statement.
AT_ONCE = 500


def empty_tickets(ids: Sequence[int], *, actor: Actor, erasure: Erasure | None = None) -> int:
    """Take the words out of tickets, out of everything made of them, and out of the journal. Says how many."""
    for start in range(0, len(ids), AT_ONCE):
        _empty(list(ids[start : start + AT_ONCE]), actor, erasure)
    return len(ids)


def _empty(ids: list[int], actor: Actor, erasure: Erasure | None) -> None:
    attached = files_of(Attachment.objects.filter(ticket__in=ids), DraftPicture.objects.filter(ticket__in=ids))
    forget_imported(Q(lines__ticket__in=ids))
    for label, path, values in EMPTIED_OF_TICKET:
        rows_of(label, path, ids).update(**values)
    for label, path in REMOVED_OF_TICKET:
        rows_of(label, path, ids).delete()
    Ticket.objects.filter(pk__in=ids).update(subject=ERASED)
    files.let_go(attached)
    told_beside = Q(plain__ticket_id__in=ids) | Q(plain__ticket__in=ids)
    erasing.empty_words(JournalLine.objects.filter(Q(subject_kind="ticket", subject_id__in=ids) | told_beside))
    now = clock.now()
    EmptiedTicket.objects.bulk_create(
        [EmptiedTicket(ticket_id=pk, emptied_at=now, erasure=erasure) for pk in ids],
        update_conflicts=True, unique_fields=["ticket"], update_fields=["emptied_at", "erasure"],
    )  # fmt: skip
    number = erasure.pk if erasure else None
    publish_all([TicketEmptied(subject_id=pk, erasure_id=number) for pk in ids], actor=actor)


def rows_of(label: str, path: str, ids: Iterable[int]) -> QuerySet[Any]:
    """The rows of a table that belong to some tickets, persons or accounts."""
    rows: QuerySet[Any] = apps.get_model(label)._base_manager.all()
    return rows.filter(**{f"{path}__in": list(ids)})


def files_of(*pointing: QuerySet[Any]) -> list[int]:
    """Records of the files some rows point to."""
    return [pk for rows in pointing for pk in rows.exclude(file=None).values_list("file_id", flat=True)]


def forget_imported(chosen: Q) -> None:
    """Tables that were read in and are done with keep their headings only; their lines say what became of them."""
    over = [Import.State.DONE, Import.State.UNDONE]
    for run in Import.objects.filter(chosen, state__in=over).distinct():
        former = run.file_id
        run.file = _headings_only(run)
        run.save(update_fields=["file"])
        files.let_go([former])


def _headings_only(run: Import) -> StoredFile:
    return files.store((";".join(run.headings) + "\n").encode())
