"""Views: kept, shared, pinned, removed and brought back; counted for all at once; pages by key in every order."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast

from dreiklang.kernel import clock
from dreiklang.kernel.counting import counts
from dreiklang.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands import views as commands
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import SavedView, Ticket
from dreiklang.tickets.queries.views import keyset_for, pinned_views, readings_of, view_of, views_for
from dreiklang.tickets.rules import views as rules


def names(cast: Cast, name: str) -> set[str]:
    return set(views_for(cast.actor(name)).exclude(owner=None).values_list("name", flat=True))


def test_a_view_is_kept_in_english_and_told_where_it_cannot_be_read(cast: Cast) -> None:
    view = commands.make_view(actor=cast.actor("alan"), name="Netz", conditions="ist:offen Team:netz prio:<=2")
    assert view.conditions == "is:open team:netz priority:<=2"
    with pytest.raises(Invalid) as told:
        commands.change_view(view, actor=cast.actor("alan"), conditions="tema:netz", sorting="password", columns=["x"])
    assert set(told.value.fields) == {"conditions", "sorting", "columns"}
    assert "tema" in str(told.value.fields["conditions"][0])
    with pytest.raises(Invalid):
        commands.change_view(view, actor=cast.actor("alan"), owner_id=1)


def test_two_who_change_one_view_do_not_overwrite_each_other(cast: Cast) -> None:
    view = commands.make_view(actor=cast.actor("alan"), name="Netz")
    commands.change_view(view, actor=cast.actor("alan"), name="Netz neu", version=1)
    with pytest.raises(Conflict):
        commands.change_view(view, actor=cast.actor("alan"), name="Anders", version=1)


def test_a_view_is_shared_with_a_team_a_role_or_everyone(cast: Cast) -> None:
    alan, max_ = cast.actor("alan"), cast.actor("max")
    commands.make_view(actor=alan, name="Meine")
    commands.make_view(actor=alan, name="Fürs Team", audience="team", team=cast.teams["desk"])
    commands.make_view(actor=max_, name="Für Leitungen", audience="role", role="manager")
    commands.make_view(actor=max_, name="Für alle", audience="everyone")
    commands.make_view(actor=max_, name="Für Externe", audience="team", team=cast.teams["outside"])
    assert names(cast, "alan") == {"Meine", "Fürs Team", "Für alle"}
    assert names(cast, "berta") == {"Für alle"}
    assert names(cast, "max") == {"Für Leitungen", "Für alle", "Für Externe"}
    for wrong in ({"audience": "everyone"}, {"audience": "role", "role": "agent"}, {"audience": "somebody"},
                  {"audience": "team", "team": cast.teams["network"]}):  # fmt: skip
        with pytest.raises(Invalid):
            commands.make_view(actor=alan, name="Zu weit", **wrong)


def test_p28_views_of_the_house_name_nobody_to_those_outside(cast: Cast) -> None:
    max_ = cast.actor("max")
    commands.make_view(actor=max_, name="Für alle", conditions='customer:"Werk Nord"', audience="everyone")
    commands.make_view(actor=max_, name="Für Bearbeitende", audience="role", role="agent")
    view = commands.make_view(actor=max_, name="Für Externe", audience="team", team=cast.teams["outside"])
    assert names(cast, "eve") == {"Für Externe"}
    assert names(cast, "victor") == names(cast, "zoe") == names(cast, "rita") == set()
    for stranger in ("zoe", "victor"):
        with pytest.raises(NotFound):
            view_of(view.pk, actor=cast.actor(stranger))
    with pytest.raises(NotAllowed):
        commands.make_view(actor=cast.actor("zoe"), name="Fremd")


def test_who_looks_finds_only_what_they_may_see(cast: Cast, frozen: object) -> None:
    commands.make_view(actor=cast.actor("max"), name="Alle", audience="team", team=cast.teams["outside"])
    view = SavedView.objects.get(name="Alle")
    ticket = open_ticket(cast.rita, actor=system("mail"), subject="Drucker")
    assert list(readings_of([view], actor=cast.actor("max"))[0].found) == [ticket]
    assert list(readings_of([view], actor=cast.actor("eve"))[0].found) == []


def test_a_view_is_copied_removed_and_brought_back_with_its_pins(cast: Cast) -> None:
    alan, berta = cast.actor("alan"), cast.actor("berta")
    view = commands.make_view(actor=cast.actor("max"), name="Für alle", conditions="is:vip", audience="everyone")
    commands.pin_view(view, actor=berta)
    commands.pin_view(view, actor=berta)
    copied = commands.copy_view(view, actor=alan)
    assert (copied.owner_id, copied.conditions, copied.audience) == (alan.id, "is:vip", "private")
    with pytest.raises(NotAllowed):
        commands.remove_view(view, actor=alan)
    commands.remove_view(view, actor=cast.actor("max"))
    assert pinned_views(berta) == []
    with pytest.raises(NotFound):
        view_of(view.pk, actor=berta)
    commands.restore_view(view, actor=cast.actor("max"))
    assert pinned_views(berta) == [view]
    commands.unpin_view(view, actor=berta)
    assert pinned_views(berta) == []


def test_pins_have_an_end(cast: Cast) -> None:
    alan = cast.actor("alan")
    for n in range(rules.MOST_PINNED):
        commands.pin_view(commands.make_view(actor=alan, name=str(n)), actor=alan)
    with pytest.raises(Invalid):
        commands.pin_view(commands.make_view(actor=alan, name="zu viel"), actor=alan)


def test_a_view_that_cannot_be_read_any_more_finds_nothing_and_says_why(cast: Cast, frozen: object) -> None:
    view = commands.make_view(actor=cast.actor("alan"), name="Alt", conditions="is:open")
    SavedView.objects.filter(pk=view.pk).update(conditions="is:open rack:A3")
    open_ticket(cast.rita, actor=system("mail"), subject="Drucker")
    reading = readings_of([SavedView.objects.get(pk=view.pk)], actor=cast.actor("alan"))[0]
    assert "rack" in reading.mistake
    assert not reading.found.exists()


def test_many_views_are_counted_in_as_many_questions_as_one(cast: Cast, frozen: object) -> None:
    alan = cast.actor("alan")
    made = [
        commands.make_view(actor=alan, name=str(n), conditions=f"team:desk customer:clinic prio:{n % 4 + 1}")
        for n in range(12)
    ]
    open_ticket(cast.rita, actor=system("mail"), subject="Drucker")

    def asked(views: list[SavedView]) -> int:
        with CaptureQueriesContext(connection) as queries:
            readings = readings_of(views, actor=alan)
            counted = counts({str(r.view.pk): r.found for r in readings})
        assert sum(counted.values()) == sum(1 for v in views if v.conditions.endswith("4"))
        return len(queries)

    assert asked(made) == asked(made[:1])


@pytest.mark.parametrize("grouping", ["", *rules.GROUPINGS])
def test_pages_by_key_show_every_ticket_once_in_every_order(cast: Cast, frozen: object, grouping: str) -> None:
    """Ties, empty values and both ways round: pages put together are the whole list as the database sorts it."""
    now = clock.now()
    for n in range(11):
        ticket = open_ticket(
            [cast.rita, cast.karl, cast.zoe][n % 3], actor=system("mail"), subject=f"Drucker {n}", impact=n % 3 + 1
        )
        Ticket.objects.filter(pk=ticket.pk).update(
            next_promise_at=now + timedelta(hours=n % 4) if n % 3 else None,
            changed_at=now + timedelta(hours=n % 2),
            assignee=[cast.alan, None, cast.berta][n % 3],
            team=[cast.teams["desk"], None][n % 2],
            resolved_at=now if n % 5 == 0 else None,
        )
    for key in rules.SORTINGS:
        for sorting in (key, f"-{key}"):
            keyset = keyset_for(sorting, grouping)
            whole = [t.pk for t in keyset.ordered(Ticket.objects.all())]
            pages, cursor = [], ""
            while True:
                found = keyset.after(Ticket.objects.all(), cursor) if cursor else Ticket.objects.all()
                rows = list(keyset.ordered(found).values_list("pk", *keyset.columns)[:4])
                pages += [row[0] for row in rows]
                if len(rows) < 4:
                    break
                cursor = keyset.cursor(rows[-1][1:])
            assert pages == whole, sorting


@pytest.mark.parametrize(
    "cursor", ["", "x", "bnVsbA", "W10", "WyJhIiwgMV0", "WzEsICJ4Il0", "WzFlOTksIDFd", "\x00", "W251bGwsbnVsbF0"]
)
def test_p38_a_cursor_that_is_none_begins_at_the_first_page(cast: Cast, frozen: object, cursor: str) -> None:
    open_ticket(cast.rita, actor=system("mail"), subject="Drucker")
    for sorting in rules.SORTINGS:
        keyset = keyset_for(sorting)
        assert keyset.ordered(keyset.after(Ticket.objects.all(), cursor)).count() in (0, 1)
