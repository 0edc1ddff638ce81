"""A list of persons read in so that it can be taken back: what each line made, and what stood there before."""

from __future__ import annotations

from typing import Any

from dreiklang.exchange import events, policy
from dreiklang.exchange.models import Import, ImportLine
from dreiklang.kernel import clock, files
from dreiklang.kernel.command import command
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.commands.importing import import_persons
from dreiklang.organizations.models import Address, Organization, Person
from dreiklang.organizations.queries import ImportPlan, import_plan
from dreiklang.organizations.queries.import_plan import CREATED, REJECTED, UPDATED


@command
def import_people(
    content: bytes, *, actor: Actor, filename: str, default: Organization | None = None
) -> tuple[ImportPlan, Import]:
    """Read a list of persons in, all in one transaction, and remember how to take it back. Raises Invalid."""
    require(policy.may_import(actor))
    before = {
        line.line: _standing(line.person, {*line.values, *line.changed})
        for line in import_plan(content, actor=actor, default=default).lines
        if line.person is not None and line.outcome == UPDATED
    }
    plan = import_persons(content, actor=actor, default=default)
    now = clock.now()
    run = Import.objects.create(
        kind=Import.Kind.PERSONS, state=Import.State.DONE, by_id=actor.id if actor.kind == "person" else None,
        file=files.store(content), filename=filename[-200:] or "persons.csv", total=len(plan.lines), made_at=now,
        begun_at=now, finished_at=now,
    )  # fmt: skip
    outcomes = {
        CREATED: ImportLine.Outcome.MADE,
        UPDATED: ImportLine.Outcome.CHANGED,
        REJECTED: ImportLine.Outcome.REFUSED,
    }
    ImportLine.objects.bulk_create(
        ImportLine(
            run=run, line=line.line, title=line.name[:200], outcome=outcomes[line.outcome],
            words=" ".join(line.errors)[:500], person=line.person if line.outcome != REJECTED else None,
            version_after=line.person.version if line.person else None, before=before.get(line.line, {}),
        )
        for line in plan.lines if line.outcome in outcomes
    )  # fmt: skip
    counts = plan.counts
    publish(
        events.ImportFinished(
            subject_id=run.pk, kind=run.kind, made=counts[CREATED] + counts[UPDATED], refused=counts[REJECTED]
        ),
        actor=actor,
    )
    return plan, run


def _standing(person: Person, names: set[str]) -> dict[str, Any]:
    """What stands in some fields of a person, as it can be written again."""
    kept: dict[str, Any] = {}
    for name in names:
        if name in ("mails", "phones"):
            kind = Address.Kind.MAIL if name == "mails" else Address.Kind.PHONE
            found = person.addresses.filter(kind=kind).order_by("-is_first", "id")
            kept[name] = list(found.values_list("value", flat=True))
        elif name in ("organization", "site"):
            kept[name] = getattr(person, f"{name}_id")
        else:
            kept[name] = getattr(person, name)
    return kept
