"""Own fields: typed, by kind and category, asked in conditions, readable after their end, seen by whom they are for."""

import pytest
from tests.cast import Cast

import dreiklang.tickets.queries.conditions as asked_of
from dreiklang.kernel.errors import Conflict, Invalid, NotAllowed
from dreiklang.kernel.journal import lines_about
from dreiklang.kernel.permissions import system
from dreiklang.tickets import policy
from dreiklang.tickets.commands import own_fields as commands
from dreiklang.tickets.commands import views
from dreiklang.tickets.commands.categories import make_category
from dreiklang.tickets.commands.classification import classify
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import OwnField, OwnValue, SavedView, Ticket
from dreiklang.tickets.queries import found_for
from dreiklang.tickets.queries.own_fields import fields_of, values_of
from dreiklang.tickets.queries.views import readings_of

KINDS = {"rack": "text", "price": "number", "until": "date", "remote": "yes_no", "building": "choice",
         "systems": "choices", "owner": "person"}  # fmt: skip
FILLED: dict[str, str | list[str]] = {
    "rack": "A3 links", "price": "12,50", "until": "24.12.2026", "remote": "yes", "building": "Haus B",
    "systems": ["SAP", "PACS"], "owner": "Berta Krüger",
}  # fmt: skip


@pytest.fixture
def fields(cast: Cast) -> dict[str, OwnField]:
    choices = {"building": ["Haus A", "Haus B"], "systems": ["PACS", "SAP", "KIS"]}
    return {
        key: commands.make_field(
            actor=cast.actor("ada"), kind=kind, labels={"en": key.capitalize()}, choices=choices.get(key, [])
        )
        for key, kind in KINDS.items()
    }


@pytest.fixture
def ticket(cast: Cast, frozen: object) -> Ticket:
    return open_ticket(cast.rita, actor=system("mail"), subject="Drucker")


def found(text: str, cast: Cast, name: str = "alan") -> int:
    actor = cast.actor(name)
    tree = asked_of.understood(text, actor=actor)
    return asked_of.filtered(policy.visible_to(actor), tree, actor=actor).count()


def test_each_kind_is_written_shown_and_found(cast: Cast, fields: dict[str, OwnField], ticket: Ticket) -> None:
    commands.keep_values(ticket, actor=cast.actor("alan"), values=FILLED)
    assert values_of([ticket.pk], actor=cast.actor("alan"))[ticket.pk] == {
        "rack": "A3 links", "price": "12.5", "until": "2026-12-24", "remote": "yes", "building": "Haus B",
        "systems": "PACS, SAP", "owner": "Berta Krüger",
    }  # fmt: skip
    open_ticket(cast.rita, actor=system("mail"), subject="Ein anderer")
    for text, count in {
        "field.rack:a3": 1, "feld.rack:b7": 0, "field.rack:none": 1, "not field.rack:a3": 1,
        "field.price:12.5": 1, "field.price>12": 1, "field.price:<=12": 0, "field.price:1..13": 1,
        "field.until:2026-12": 1, "field.until:<2026-12-24": 0, "field.until:2026-12-01..2026-12-24": 1,
        "field.remote:ja": 1, "field.remote:no": 0, 'field.building:"Haus B"': 1, "field.systems:sap,kis": 1,
        "field.systems:kis": 0, 'field.owner:"Berta Krüger"': 1, "field.owner:none": 1, "links": 1,
    }.items():  # fmt: skip
        assert found(text, cast) == count, text


@pytest.mark.parametrize(
    ("key", "typed"),
    [("price", "viel"), ("price", "1e400"), ("price", "1.23456"), ("until", "31.2.2026"), ("remote", "vielleicht"),
     ("building", "Haus C"), ("building", ["Haus A", "Haus B"]), ("owner", "Niemand"), ("rack", "x" * 3000),
     ("unknown", "x")],
)  # fmt: skip
def test_what_a_field_cannot_take_is_told_at_the_field(
    cast: Cast, fields: dict[str, OwnField], ticket: Ticket, key: str, typed: str | list[str]
) -> None:
    with pytest.raises(Invalid) as told:
        commands.keep_values(ticket, actor=cast.actor("alan"), values={"rack": "A3", key: typed})
    assert set(told.value.fields) == {f"field-{key}"}
    assert not OwnValue.objects.exists(), "all or nothing"


def test_what_was_written_is_changed_emptied_and_told(cast: Cast, fields: dict[str, OwnField], ticket: Ticket) -> None:
    alan = cast.actor("alan")
    commands.keep_values(ticket, actor=alan, values={"rack": "A3"})
    commands.keep_values(ticket, actor=alan, values={"rack": "B7"})
    with pytest.raises(Conflict):
        commands.keep_values(ticket, actor=alan, values={"rack": "C1"}, version=ticket.version)
    commands.keep_values(ticket, actor=alan, values={"rack": ""})
    assert values_of([ticket.pk], actor=alan) == {}
    told = [line.event for line in lines_about("ticket", [ticket.pk]) if line.event.code == "own_values.kept"]
    assert [(e.former, e.values) for e in told] == [
        ({"rack": ""}, {"rack": "A3"}), ({"rack": "A3"}, {"rack": "B7"}), ({"rack": "B7"}, {"rack": ""}),
    ]  # fmt: skip


def test_a_field_is_for_some_kinds_and_a_category_with_those_below(cast: Cast, ticket: Ticket) -> None:
    ada, alan = cast.actor("ada"), cast.actor("alan")
    network = make_category({"de": "Netz"}, actor=ada)
    wifi = make_category({"de": "WLAN"}, actor=ada, parent=network)
    commands.make_field(actor=ada, kind="text", labels={"de": "Port"}, category=network)
    commands.make_field(actor=ada, kind="text", labels={"de": "Beleg"}, ticket_kinds=["complaint"])
    assert fields_of(ticket, actor=alan) == []
    ticket = classify(ticket, actor=alan, category=wifi)
    assert [field.key for field in fields_of(ticket, actor=alan)] == ["port"]


def test_a_deleted_field_is_still_read_and_a_view_over_it_says_so(
    cast: Cast, fields: dict[str, OwnField], ticket: Ticket
) -> None:
    alan = cast.actor("alan")
    commands.keep_values(ticket, actor=alan, values={"rack": "A3"})
    view = views.make_view(actor=alan, name="Rack", conditions="field.rack:a3", columns=["number", "field.rack"])
    commands.delete_field(fields["rack"], actor=cast.actor("ada"))
    reading = readings_of([view], actor=alan)[0]
    assert [field.key for field in reading.deleted] == ["field.rack"]
    assert list(reading.found) == [ticket]
    assert values_of([ticket.pk], actor=alan)[ticket.pk] == {"rack": "A3"}
    with pytest.raises(Invalid):
        commands.keep_values(ticket, actor=alan, values={"rack": "B7"})
    commands.restore_field(fields["rack"], actor=cast.actor("ada"))
    assert readings_of([view], actor=alan)[0].deleted == ()


def test_choices_that_tickets_bear_stay(cast: Cast, fields: dict[str, OwnField], ticket: Ticket) -> None:
    ada = cast.actor("ada")
    commands.keep_values(ticket, actor=cast.actor("alan"), values={"building": "Haus B"})
    with pytest.raises(Invalid):
        commands.change_field(fields["building"], actor=ada, choices=["Haus A", "Haus C"])
    commands.change_field(fields["building"], actor=ada, choices=["Haus B", "Haus C"])
    with pytest.raises(NotAllowed):
        commands.make_field(actor=cast.actor("alan"), kind="text", labels={"en": "x"})


def test_p28_outside_the_house_only_what_is_meant_for_it_is_known(
    cast: Cast, fields: dict[str, OwnField], ticket: Ticket
) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(team=cast.teams["outside"], level=3)
    ticket.refresh_from_db()
    commands.keep_values(ticket, actor=cast.actor("alan"), values={"rack": "Geheimnis", "price": "7"})
    eve = cast.actor("eve")
    assert values_of([ticket.pk], actor=eve) == {}
    assert found_for("field.rack:geheimnis", actor=eve).tickets == []
    assert found_for("geheimnis", actor=eve).tickets == []
    with pytest.raises(Invalid):
        commands.keep_values(ticket, actor=eve, values={"rack": "x"})
    commands.change_field(fields["price"], actor=cast.actor("ada"), audience="working")
    assert values_of([ticket.pk], actor=eve)[ticket.pk] == {"price": "7"}
    assert found_for("field.price:7", actor=eve).tickets == [ticket]
    for stranger in ("rita", "zoe", "karl"):
        assert values_of([ticket.pk], actor=cast.actor(stranger)) == {}
        assert found_for("field.price:7", actor=cast.actor(stranger)).tickets == []


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("number", ["3", "-1.5", "20", None, "3"]), ("date", ["2026-02-01", "2025-12-31", None, "2026-01-01"]),
        ("text", ["b", "A", None, "c"]), ("yes_no", ["yes", "no", None, "yes"]), ("choice", ["B", "A", None, "B"]),
    ],
)  # fmt: skip
def test_a_view_stands_in_the_order_of_an_own_field_page_by_page(
    cast: Cast, frozen: object, kind: str, values: list[str | None]
) -> None:
    choices = ["A", "B"] if kind == "choice" else []
    commands.make_field(actor=cast.actor("ada"), labels={"en": "X"}, kind=kind, choices=choices)
    for value in values:
        ticket = open_ticket(cast.rita, actor=system("test"), subject="Drucker")
        if value is not None:
            commands.keep_values(ticket, actor=cast.actor("alan"), values={"x": value})
    alan = cast.actor("alan")
    for sorting in ("field.x", "-field.x"):
        view = views.make_view(
            actor=alan, name="X", conditions="drucker", sorting=sorting, columns=["number", "field.x"]
        )
        reading = readings_of([view], actor=alan)[0]
        whole = list(reading.keyset.ordered(reading.found).values_list("pk", *reading.keyset.columns))
        assert len(whole) == len(values)
        assert whole[-1][1] is None, "empty ones come last, whichever way round"
        pages, cursor = [], ""
        while True:
            found = reading.keyset.after(reading.found, cursor) if cursor else reading.found
            rows = list(reading.keyset.ordered(found).values_list("pk", *reading.keyset.columns)[:2])
            pages += rows
            if len(rows) < 2:
                break
            cursor = reading.keyset.cursor(rows[-1][1:])
        assert pages == whole
        for wrong in ("WyJhIiwgMV0", "WzEsICJ4Il0", "WyIxZTk5OTk5IiwgMV0", "W3RydWUsIDFd"):
            assert len(reading.keyset.after(reading.found, wrong)) <= len(whole)
    if kind == "number":
        eve = cast.actor("eve")
        SavedView.objects.filter(pk=view.pk).update(audience="everyone", owner=None)
        assert readings_of([view], actor=eve)[0].keyset.columns[0] == "priority", "who may not know it sorts by it not"
