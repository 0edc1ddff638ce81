"""An import is prepared, begun, worked off line by line, and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from dreiklang.exchange import events, policy
from dreiklang.exchange.commands import writing
from dreiklang.exchange.models import Import, ImportLine
from dreiklang.exchange.queries.planning import guessed_mapping, read, refuse_bad_mapping
from dreiklang.exchange.rules.planned import Planned
from dreiklang.kernel import clock, files, reactions
from dreiklang.kernel.command import command, personal
from dreiklang.kernel.errors import Conflict, Invalid, NotFound, Refusal, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations import rules as people
from dreiklang.organizations.queries import person_of_mail

WAYS = {Import.Kind.TICKETS: writing.write_ticket, Import.Kind.ORGANIZATIONS: writing.write_organization}


@command
def prepare_import(content: bytes, *, actor: Actor, kind: str, filename: str) -> Import:
    """Keep a file and guess what its columns mean. Raises Invalid at ``file``. Nothing else is written."""
    require(policy.may_import(actor))
    if kind not in WAYS:
        raise Invalid({"kind": [_("Such tables are not read in here.")]})
    table = read(content)
    run = Import.objects.create(
        kind=kind, by_id=actor.id if actor.kind == "person" else None, file=files.store(content),
        filename=" ".join(filename.split())[-200:] or "table.csv", headings=table.headings,
        mapping=guessed_mapping(kind, table.headings), total=len(table.rows), made_at=clock.now(),
    )  # fmt: skip
    publish(events.ImportPrepared(subject_id=run.pk, kind=kind, filename=run.filename), actor=actor)
    return run


@command
def set_mapping(
    run: Import, *, actor: Actor, mapping: Sequence[str], requester: str = "", makes_persons: bool = False,
    version: int | None = None,
) -> Import:  # fmt: skip
    """Say what the columns mean. ``requester``: address of who asked where a line says nobody; ``makes_persons``: make
    persons of unknown addresses. Raises Invalid by column, Conflict, WrongState."""
    run = _held(run, actor, version)
    _refuse_unless(run, Import.State.PREPARED)
    if len(mapping) != len(run.headings):
        raise Invalid({"mapping": [_("Please say for each column what it means.")]})
    refuse_bad_mapping(run.kind, mapping, run.headings)
    address = people.folded_mail(requester)
    if address and person_of_mail(address) is None:
        raise Invalid({"requester": [_("Nobody here has this address.")]})
    run.mapping, run.options = list(mapping), {"requester": address, "makes_persons": makes_persons}
    run.version += 1
    run.save(update_fields=["mapping", "options", "version"])
    publish(events.ImportPrepared(subject_id=run.pk, kind=run.kind, filename=run.filename), actor=actor)
    return run


@command
def begin_import(run: Import, *, actor: Actor, version: int | None = None) -> Import:
    """Read the table in; it goes on by itself. Raises Invalid where a needed column is not named."""
    run = _held(run, actor, version)
    _refuse_unless(run, Import.State.PREPARED)
    refuse_bad_mapping(run.kind, run.mapping, run.headings)
    run.state, run.begun_at = Import.State.RUNNING, clock.now()
    run.version += 1
    run.save(update_fields=["state", "begun_at", "version"])
    publish(events.ImportBegun(subject_id=run.pk, kind=run.kind, filename=run.filename), actor=actor)
    return run


@personal
def work_lines(run: Import, lines: Sequence[Planned], *, actor: Actor) -> int:
    """Write some lines, those not written yet (P09); what a command refuses is kept with its reason. Says how many.

    Nobody is told and no rule acts: what moves in has happened already.
    """
    run = Import.objects.select_for_update().get(pk=run.pk)
    if run.state != Import.State.RUNNING:
        return 0
    there = set(run.lines.filter(line__in=[one.line for one in lines]).values_list("line", flat=True))
    fresh = [one for one in lines if one.line not in there]
    with reactions.later_ones_withheld():
        for planned in fresh:
            _work(run, planned, actor)
    return len(fresh)


def _work(run: Import, planned: Planned, actor: Actor) -> None:
    kept = ImportLine(run=run, line=planned.line, title=planned.title, reference=planned.reference)
    try:
        if planned.errors:
            raise Invalid({"": list(planned.errors)}, " ".join(planned.errors))
        with transaction.atomic():
            WAYS[Import.Kind(run.kind)](kept, planned, actor)
    except Refusal as refusal:
        kept.outcome, kept.words = ImportLine.Outcome.REFUSED, str(refusal)[:500]
        kept.ticket = kept.person = kept.organization = None
        kept.has_made_person = False
    kept.save()


@command
def finish_import(run: Import, *, actor: Actor) -> Import:
    """All lines are through. Raises WrongState if that was said already."""
    require(actor.is_system)
    run = Import.objects.select_for_update().get(pk=run.pk)
    _refuse_unless(run, Import.State.RUNNING)
    run.state, run.finished_at = Import.State.DONE, clock.now()
    run.save(update_fields=["state", "finished_at"])
    refused = run.lines.filter(outcome=ImportLine.Outcome.REFUSED).count()
    made = run.lines.exclude(outcome=ImportLine.Outcome.REFUSED).count()
    publish(events.ImportFinished(subject_id=run.pk, kind=run.kind, made=made, refused=refused), actor=actor)
    return run


@command
def take_back(run: Import, *, actor: Actor) -> Import:
    """Undo an import, line by line; what is in use by now stays and says so. Raises WrongState."""
    run = _held(run, actor, None)
    _refuse_unless(run, Import.State.DONE)
    run.state, run.undone_at = Import.State.GOING_BACK, clock.now()
    run.version += 1
    run.save(update_fields=["state", "undone_at", "version"])
    publish(events.ImportTakenBack(subject_id=run.pk, kind=run.kind), actor=actor)
    return run


@personal
def undo_lines(run: Import, line_ids: Sequence[int], *, actor: Actor) -> int:
    """Take some lines back, those not taken back yet (P09). Says how many were looked at."""
    waiting = [ImportLine.Outcome.MADE, ImportLine.Outcome.CHANGED]
    found = list(run.lines.select_for_update().filter(pk__in=line_ids, outcome__in=waiting).order_by("-line"))
    with reactions.later_ones_withheld():
        for line in found:
            try:
                with transaction.atomic():
                    writing.unwrite(line, actor)
                line.outcome, line.words = ImportLine.Outcome.UNDONE, ""
            except Refusal as refusal:
                line.outcome, line.words = ImportLine.Outcome.KEPT, str(refusal)[:500]
            line.save(update_fields=["outcome", "words"])
    return len(found)


@personal
def finish_taking_back(run: Import, *, actor: Actor) -> None:
    """Nothing waits to be taken back any more."""
    Import.objects.filter(pk=run.pk, state=Import.State.GOING_BACK).update(state=Import.State.UNDONE)


@command
def forget_import(run: Import, *, actor: Actor) -> None:
    """Forget a file that was only looked at. Raises WrongState."""
    run = _held(run, actor, None)
    _refuse_unless(run, Import.State.PREPARED)
    gone = events.ImportForgotten(subject_id=run.pk, kind=run.kind)
    run.delete()
    publish(gone, actor=actor)


def _held(run: Import, actor: Actor, version: int | None) -> Import:
    require(policy.may_import(actor))
    found = Import.objects.select_for_update().filter(pk=run.pk).first()
    if found is None:
        raise NotFound(code="no_import")
    if version is not None and version != found.version:
        raise Conflict(_("Somebody else changed this in the meantime."), current=found.version)
    return found


def _refuse_unless(run: Import, state: Any) -> None:
    if run.state != state:
        raise WrongState(_("This import has gone on already."), code="import_state")
