"""One deed for many tickets: tried, done with one's own rights only, taken back by new lines, once and not twice."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.cast import Cast
from tests.share import times

from dreiklang.kernel import clock, journal
from dreiklang.kernel.errors import Invalid, NotFound, WrongState
from dreiklang.kernel.models import JournalLine
from dreiklang.kernel.permissions import system
from dreiklang.tickets import reactions
from dreiklang.tickets.commands import bulk
from dreiklang.tickets.commands.assignment import assign
from dreiklang.tickets.commands.categories import make_category
from dreiklang.tickets.commands.classification import classify
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.own_fields import make_field
from dreiklang.tickets.models import BulkRun, OwnValue, Ticket
from dreiklang.tickets.queries.bulk import progress_of, refused_of, run_of
from dreiklang.tickets.queries.together import tags_of


@pytest.fixture
def many(cast: Cast, frozen: object) -> list[Ticket]:
    return [open_ticket(cast.rita, actor=system("mail"), subject=f"Drucker {n}") for n in range(4)]


def told(run: BulkRun, code: str = "bulk.begun") -> journal.Line:
    found = JournalLine.objects.get(code=code, subject_kind="bulk", subject_id=run.pk)
    return journal.line(found.pk)


def done(cast: Cast, tickets: list[Ticket], deed: str, value: str = "", name: str = "alan") -> BulkRun:
    run = bulk.begin_bulk([t.pk for t in tickets], actor=cast.actor(name), deed=deed, value=value)
    reactions.go_on_with_bulk(told(run))
    run.refresh_from_db()
    return run


def back(cast: Cast, run: BulkRun, name: str = "alan") -> None:
    bulk.take_back(run, actor=cast.actor(name))
    reactions.take_bulk_back(told(run, "bulk.taken_back"))
    run.refresh_from_db()


def test_every_deed_is_done_and_taken_back(cast: Cast, many: list[Ticket]) -> None:
    ada, alan = cast.actor("ada"), cast.actor("alan")
    first, second = (make_category({"de": name}, actor=ada) for name in ("Drucker", "Netz"))
    make_field(actor=ada, kind="choice", labels={"en": "Rack"}, choices=["A3", "B7"])
    for ticket in many:
        classify(ticket, actor=alan, category=first)
    day = (timezone.localtime(clock.now()) + timedelta(days=2)).date().isoformat()
    looks = {
        "take": ("", lambda t: t.assignee_id), "assign": (str(cast.alan.pk), lambda t: t.assignee_id),
        "kind": ("question", lambda t: t.kind), "category": (str(second.pk), lambda t: t.category_id),
        "urgency": ("1", lambda t: (t.urgency, t.priority)), "impact": ("1", lambda t: (t.impact, t.priority)),
        "tag": ("projekt", lambda t: [tag.name for tag in tags_of(t)]), "pause": (day, lambda t: t.state_group),
        "field.rack": ("B7", lambda t: list(OwnValue.objects.filter(ticket=t).values_list("chosen", flat=True))),
    }  # fmt: skip
    assign(many[0], actor=alan, person=cast.alan)
    assign(many[0], actor=alan, person=None)
    for deed, (value, look) in looks.items():
        before = [look(Ticket.objects.get(pk=t.pk)) for t in many[:1]]
        lines = JournalLine.objects.count()
        run = done(cast, many[:1], deed, value)
        progress = progress_of(run)
        assert (progress.changed, progress.refused) == (1, 0), (deed, [item.words for item in refused_of(run)])
        assert [look(Ticket.objects.get(pk=t.pk)) for t in many[:1]] != before, deed
        back(cast, run)
        assert progress_of(run).undone == 1, (deed, [item.words for item in refused_of(run)])
        assert [look(Ticket.objects.get(pk=t.pk)) for t in many[:1]] == before, deed
        assert JournalLine.objects.count() >= lines + 4, "an undo is a new line"


def test_what_is_refused_is_named_beforehand_and_afterwards_and_the_rest_is_done(
    cast: Cast, many: list[Ticket]
) -> None:
    alan = cast.actor("alan")
    Ticket.objects.filter(pk=many[0].pk).update(team=cast.teams["network"], level=3)
    before = sorted(Ticket.objects.values_list("pk", "version", "assignee_id"))
    refused = bulk.try_bulk([t.pk for t in many], actor=alan, deed="take", value="")
    assert [number for number, _words in refused] == [many[0].number]
    assert sorted(Ticket.objects.values_list("pk", "version", "assignee_id")) == before, "a trial changes nothing"
    run = done(cast, many, "take")
    progress = progress_of(run)
    assert (progress.changed, progress.refused) == (3, 1)
    assert [item.ticket_id for item in refused_of(run)] == [many[0].pk]


def test_p29_nobody_reaches_a_ticket_they_may_not_see(cast: Cast, many: list[Ticket]) -> None:
    with pytest.raises(Invalid):
        bulk.begin_bulk([t.pk for t in many], actor=cast.actor("eve"), deed="take")
    Ticket.objects.filter(pk=many[0].pk).update(team=cast.teams["outside"], level=3)
    run = bulk.begin_bulk([t.pk for t in many], actor=cast.actor("eve"), deed="take")
    assert list(run.items.values_list("ticket_id", flat=True)) == [many[0].pk]
    Ticket.objects.filter(pk=many[0].pk).update(team=cast.teams["desk"], level=1)
    reactions.go_on_with_bulk(told(run))
    assert progress_of(run).refused == 1, "rights are those of the moment when it is done"
    with pytest.raises(NotFound):
        run_of(run.pk, actor=cast.actor("alan"))


def test_p09_a_second_delivery_does_nothing(cast: Cast, many: list[Ticket]) -> None:
    run = done(cast, many, "tag", "projekt")
    lines = JournalLine.objects.count()
    reactions.go_on_with_bulk(told(run))
    assert JournalLine.objects.count() == lines
    back(cast, run)
    lines = JournalLine.objects.count()
    reactions.take_bulk_back(told(run, "bulk.taken_back"))
    assert JournalLine.objects.count() == lines
    with pytest.raises(WrongState):
        bulk.take_back(run, actor=cast.actor("alan"))


def test_what_was_changed_since_stays_and_says_so(cast: Cast, many: list[Ticket]) -> None:
    run = done(cast, many, "urgency", "1")
    classify(many[0], actor=cast.actor("alan"), impact=1)
    back(cast, run)
    progress = progress_of(run)
    assert (progress.undone, progress.kept) == (3, 1)
    assert refused_of(run)[0].ticket_id == many[0].pk


@pytest.mark.parametrize(
    ("deed", "value"), [("explode", ""), ("urgency", ""), ("field.", "x"), ("tag", "  "), ("pause", "")]
)
def test_a_deed_that_is_none_is_refused(cast: Cast, many: list[Ticket], deed: str, value: str) -> None:
    with pytest.raises(Invalid):
        bulk.begin_bulk([many[0].pk], actor=cast.actor("alan"), deed=deed, value=value)


def test_a_thousand_are_done_one_by_one(cast: Cast, frozen: object, record_property: object) -> None:
    import time

    count = times(1000)
    tickets = [open_ticket(cast.rita, actor=system("mail"), subject=f"Drucker {n}") for n in range(count)]
    begun = time.perf_counter()
    run = done(cast, tickets, "urgency", "1")
    spent = time.perf_counter() - begun
    assert progress_of(run).changed == count
    record_property("figure", f"{count} tickets changed in {spent:.1f} s")  # type: ignore[operator]
