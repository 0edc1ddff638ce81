"""One deed for many tickets: tried beforehand, done ticket by ticket, taken back by new lines.

Every ticket is changed by the ordinary commands, with the rights of who began it: what one may not do to a single
ticket is refused here, too, and named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command, personal
from dreiklang.kernel.errors import Invalid, NotFound, Refusal, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person
from dreiklang.organizations.policy import persons_visible_to
from dreiklang.teams.models import Team
from dreiklang.tickets import policy
from dreiklang.tickets.commands import assignment, classification, own_fields, pausing, resolution, tagging
from dreiklang.tickets.events.bulk import BulkBegun, BulkTakenBack
from dreiklang.tickets.models import BulkItem, BulkRun, Category, OwnValue, Ticket
from dreiklang.tickets.rules import bulk as rules
from dreiklang.tickets.rules import own_fields as field_rules

Before = dict[str, Any]


@command
def begin_bulk(ticket_ids: Sequence[int], *, actor: Actor, deed: str, value: str = "", source: str = "") -> BulkRun:
    """Begin one deed for tickets the actor sees, at most 5,000. Raises Invalid for an unknown deed or missing value."""
    require(policy.may_keep_views(actor))
    _refuse_bad_deed(deed, value)
    seen = list(policy.visible_to(actor).filter(pk__in=ticket_ids).order_by("pk").values_list("pk", flat=True))
    if not seen or len(seen) > rules.MOST:
        raise Invalid({"ticket": [_("Between 1 and 5,000 tickets at once.")]})
    run = BulkRun.objects.create(
        person_id=actor.person_id, deed=deed, value=value[:2000], source=source[:40], made_at=clock.now()
    )
    BulkItem.objects.bulk_create([BulkItem(run=run, ticket_id=pk) for pk in seen])
    publish(BulkBegun(subject_id=run.pk, deed=deed.partition(".")[0], tickets=len(seen)), actor=actor)
    return run


def _refuse_bad_deed(deed: str, value: str) -> None:
    if not rules.is_deed(deed):
        raise Invalid({"deed": [_("This cannot be done to several tickets.")]})
    if deed not in rules.WITHOUT_VALUE and not deed.startswith(rules.FIELD) and not value.strip():
        raise Invalid({"value": [_("Please say to what.")]})


@personal
def do_item(item_id: int, *, actor: Actor) -> str:
    """Do the deed to one waiting ticket, in a transaction of its own; a refusal is kept with its reason.

    Returns what became of it. One that is done already, or that somebody else does now, is left alone (P09).
    """
    item = (
        BulkItem.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("run", "ticket")
        .filter(pk=item_id, state=BulkItem.State.WAITING)
        .first()
    )
    if item is None:
        return ""
    try:
        with transaction.atomic():
            item.before = _deeds()[_kind(item.run.deed)](item.ticket, item.run, actor)
        item.state = BulkItem.State.CHANGED
        item.version_after = Ticket.objects.filter(pk=item.ticket_id).values_list("version", flat=True).get()
    except Refusal as refusal:
        item.state, item.words = BulkItem.State.REFUSED, str(refusal)[:300]
    item.save(update_fields=["state", "words", "before", "version_after"])
    return item.state


@personal
def finish_bulk(run: BulkRun, *, actor: Actor) -> None:
    """Note that nothing of a run waits any more."""
    BulkRun.objects.filter(pk=run.pk, finished_at=None).update(finished_at=clock.now())


@command
def take_back(run: BulkRun, *, actor: Actor) -> BulkRun:
    """Ask to take a finished run back. Raises WrongState where something has left the house, or it is back already."""
    run = BulkRun.objects.select_for_update().get(pk=run.pk)
    require(run.person_id == actor.person_id)
    if not rules.may_be_undone(run.deed) or run.undone_at is not None or run.finished_at is None:
        raise WrongState(_("This cannot be taken back."))
    run.undone_at = clock.now()
    run.save(update_fields=["undone_at"])
    publish(BulkTakenBack(subject_id=run.pk, deed=run.deed.partition(".")[0]), actor=actor)
    return run


@personal
def undo_item(item_id: int, *, actor: Actor) -> str:
    """Take the deed back for one ticket, by new lines; one that was changed since stays as it is, and says so."""
    item = (
        BulkItem.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("run", "ticket")
        .filter(pk=item_id, state=BulkItem.State.CHANGED)
        .first()
    )
    if item is None:
        return ""
    try:
        if item.ticket.version != item.version_after:
            raise WrongState(_("It was changed again since."))
        with transaction.atomic():
            _ways_back()[_kind(item.run.deed)](item.ticket, item, actor)
        item.state, item.words = BulkItem.State.UNDONE, ""
    except Refusal as refusal:
        item.state, item.words = BulkItem.State.KEPT, str(refusal)[:300]
    item.save(update_fields=["state", "words"])
    return item.state


#: So many are tried before they are undone: an undoing lets go of the tickets for others, and of all kept plans.
_TRIED_TOGETHER = 50


class _Tried(Exception):
    """Ends a trial, so that nothing of it stays."""


@personal
def try_bulk(ticket_ids: Sequence[int], *, actor: Actor, deed: str, value: str) -> list[tuple[int, str]]:
    """What would be refused, and why: the deed is done to the first 200 tickets and undone again at once.

    Returns (number, reason) pairs. Raises Invalid for an unknown deed or a missing value.
    """
    _refuse_bad_deed(deed, value)
    run = BulkRun(person_id=actor.person_id, deed=deed, value=value)
    refused: list[tuple[int, str]] = []
    seen = list(policy.visible_to(actor).filter(pk__in=ticket_ids).order_by("pk")[: rules.TRIED])
    for first in range(0, len(seen), _TRIED_TOGETHER):
        try:
            with transaction.atomic():
                refused += _refused(seen[first : first + _TRIED_TOGETHER], run, actor)
                raise _Tried
        except _Tried:
            continue
    return refused


def _refused(tickets: Sequence[Ticket], run: BulkRun, actor: Actor) -> list[tuple[int, str]]:
    refused = []
    for ticket in tickets:
        try:
            with transaction.atomic():
                _deeds()[_kind(run.deed)](ticket, run, actor)
        except Refusal as refusal:
            refused.append((ticket.number, str(refusal)))
    return refused


def _kind(deed: str) -> str:
    return rules.FIELD if deed.startswith(rules.FIELD) else deed


# -- the deeds


def _take(ticket: Ticket, run: BulkRun, actor: Actor) -> Before:
    before = {"person": ticket.assignee_id}
    if ticket.assignee_id == actor.person_id:
        raise WrongState(_("It is yours already."))
    assignment.assign(ticket, actor=actor, person=Person.objects.get(pk=actor.person_id))
    return before


def _assign(ticket: Ticket, run: BulkRun, actor: Actor) -> Before:
    before = {"person": ticket.assignee_id}
    assignment.assign(ticket, actor=actor, person=_found(persons_visible_to(actor), run.value))
    return before


def _release(ticket: Ticket, run: BulkRun, actor: Actor) -> Before:
    if ticket.assignee_id is None:
        raise WrongState(_("Nobody has it."))
    before = {"person": ticket.assignee_id}
    assignment.assign(ticket, actor=actor, person=None)
    return before


def _team(ticket: Ticket, run: BulkRun, actor: Actor) -> Before:
    before = {"team": ticket.team_id, "person": ticket.assignee_id}
    assignment.move_to_team(ticket, actor=actor, team=_found(Team.objects.all(), run.value))
    return before


def _classify(ticket: Ticket, run: BulkRun, actor: Actor) -> Before:
    name = run.deed
    before = {name: ticket.category_id if name == rules.CATEGORY else getattr(ticket, name)}
    classification.classify(ticket, actor=actor, **_classes(name, run.value))
    return before


def _classes(name: str, value: Any) -> dict[str, Any]:
    if name == rules.CATEGORY:
        return {"category": _found(Category.objects.all(), str(value))}
    if name == rules.KIND:
        return {"kind": str(value)}
    return {name: int(value) if str(value).isdigit() and len(str(value)) == 1 else 0}


def _tag(ticket: Ticket, run: BulkRun, actor: Actor) -> Before:
    tagging.tag(ticket, actor=actor, name=run.value)
    return {}


def _untag(ticket: Ticket, run: BulkRun, actor: Actor) -> Before:
    tagging.untag(ticket, actor=actor, name=run.value)
    return {}


def _pause(ticket: Ticket, run: BulkRun, actor: Actor) -> Before:
    if ticket.state_group == "pending":
        raise WrongState(_("It waits already."))
    try:
        day = field_rules.as_day(run.value.strip())
    except field_rules.NotOfItsKind:
        raise Invalid({"value": [_("This is not a day.")]}) from None
    until = timezone.make_aware(datetime.combine(day, time(8)))
    pausing.pause(ticket, actor=actor, reason="date", until=until)
    return {}


def _close(ticket: Ticket, run: BulkRun, actor: Actor) -> Before:
    resolution.close(ticket, actor=actor)
    return {}


def _field(ticket: Ticket, run: BulkRun, actor: Actor) -> Before:
    key = run.deed.removeprefix(rules.FIELD)
    old = OwnValue.objects.filter(ticket=ticket, field__key=key).select_related("field").first()
    several = run.value.split("\n") if "\n" in run.value else run.value
    own_fields.keep_values(ticket, actor=actor, values={key: several})
    return {"value": _as_sent(old)}


def _as_sent(value: OwnValue | None) -> list[str]:
    """What stands in an own field, as it can be written again."""
    if value is None:
        return []
    if value.chosen is not None:
        return list(value.chosen)
    if value.is_yes is not None:
        return ["yes" if value.is_yes else "no"]
    for plain in (value.number, value.day, value.person_id):
        if plain is not None:
            return [str(plain)]
    return [value.text]


def _deeds() -> Mapping[str, Callable[[Ticket, BulkRun, Actor], Before]]:
    classes = dict.fromkeys((rules.KIND, rules.CATEGORY, rules.URGENCY, rules.IMPACT), _classify)
    return classes | {
        rules.TAKE: _take, rules.ASSIGN: _assign, rules.RELEASE: _release, rules.TEAM: _team, rules.TAG: _tag,
        rules.UNTAG: _untag, rules.PAUSE: _pause, rules.CLOSE: _close, rules.FIELD: _field,
    }  # fmt: skip


# -- and their ways back


def _give_back(ticket: Ticket, item: BulkItem, actor: Actor) -> None:
    former = item.before.get("person")
    assignment.assign(ticket, actor=actor, person=Person.objects.get(pk=former) if former else None)


def _move_back(ticket: Ticket, item: BulkItem, actor: Actor) -> None:
    moved = assignment.move_to_team(ticket, actor=actor, team=Team.objects.get(pk=item.before["team"]))
    if item.before.get("person"):
        _give_back(moved, item, actor)


def _classify_back(ticket: Ticket, item: BulkItem, actor: Actor) -> None:
    name = item.run.deed
    if item.before[name] is None:
        raise WrongState(_("It had no category before, and a ticket keeps one once it has it."))
    classification.classify(ticket, actor=actor, **_classes(name, item.before[name]))


def _tag_back(ticket: Ticket, item: BulkItem, actor: Actor) -> None:
    tagging.untag(ticket, actor=actor, name=item.run.value)


def _untag_back(ticket: Ticket, item: BulkItem, actor: Actor) -> None:
    tagging.tag(ticket, actor=actor, name=item.run.value)


def _resume(ticket: Ticket, item: BulkItem, actor: Actor) -> None:
    pausing.resume(ticket, actor=actor)


def _field_back(ticket: Ticket, item: BulkItem, actor: Actor) -> None:
    key = item.run.deed.removeprefix(rules.FIELD)
    own_fields.keep_values(ticket, actor=actor, values={key: item.before["value"]})


def _ways_back() -> Mapping[str, Callable[[Ticket, BulkItem, Actor], None]]:
    given = dict.fromkeys((rules.TAKE, rules.ASSIGN, rules.RELEASE), _give_back)
    classes = dict.fromkeys((rules.KIND, rules.CATEGORY, rules.URGENCY, rules.IMPACT), _classify_back)
    return given | classes | {
        rules.TEAM: _move_back, rules.TAG: _tag_back, rules.UNTAG: _untag_back, rules.PAUSE: _resume,
        rules.FIELD: _field_back,
    }  # fmt: skip


def _found(records: Any, value: str) -> Any:
    found = records.filter(pk=int(value)).first() if value.isascii() and value.isdigit() and len(value) < 16 else None
    if found is None:
        raise NotFound(_("What it shall become does not exist."))
    return found
