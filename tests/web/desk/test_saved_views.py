"""The pages of views: made by words and by form, shown as a table, pinned, exported; beside a ticket."""

import csv
import io
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import Cast

from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands import views as commands
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import SavedView, Ticket, ViewPin
from dreiklang.web.desk.saved.export import safe_cell

Browser = Callable[[str], Client]
SENT = {"name": "Netz", "sorting": "priority", "grouping": "team", "audience": "private", "team": "", "role": "",
        "columns": ["subject", "number", "due"], "mode": "words", "deed": "save"}  # fmt: skip


@pytest.fixture
def view(cast: Cast) -> SavedView:
    return commands.make_view(actor=cast.actor("alan"), name="Offene Drucker", conditions="is:open drucker")


def test_a_view_is_made_in_words_and_shows_what_fits(browser: Browser, ticket: Ticket) -> None:
    alan = browser("alan")
    answer = alan.post(reverse("desk:new_view"), {**SENT, "conditions": "ist:offen Team:desk"})
    made = SavedView.objects.get(name="Netz")
    assert answer["Location"] == reverse("desk:view", args=[made.pk])
    page = alan.get(answer["Location"]).content.decode()
    assert ticket.subject in page
    assert "ist:offen team:desk" in page, "in the reader's language"
    assert f"?list=view-{made.pk}" in page


def test_words_become_a_form_and_a_form_becomes_words(browser: Browser, cast: Cast) -> None:
    alan = browser("alan")
    sent = {**SENT, "conditions": "ist:offen Team:desk", "deed": "as_form"}
    page = alan.post(reverse("desk:new_view"), sent).content.decode()
    assert page.count('class="view-row"') == 2
    assert SavedView.objects.filter(name="Netz").count() == 0, "looking at it the other way saves nothing"
    rows = {
        "mode": "form",
        "join": "any",
        "field": ["is", "team"],
        "operator": ["is", "is_not"],
        "value": ["offen", "desk"],
    }
    page = alan.post(reverse("desk:new_view"), {**SENT, **rows, "deed": "as_words"}).content.decode()
    assert "ist:offen oder nicht team:desk" in page
    alan.post(reverse("desk:new_view"), {**SENT, **rows})
    assert SavedView.objects.get(name="Netz").conditions == "is:open or not team:desk"


def test_what_nests_stays_words(browser: Browser, cast: Cast) -> None:
    sent = {**SENT, "conditions": "team:desk (is:vip or (is:mine level:2))", "deed": "as_form"}
    page = browser("alan").post(reverse("desk:new_view"), sent).content.decode()
    assert 'name="mode" value="words"' in page
    assert "disabled" in page


@pytest.mark.parametrize("sent", [{"conditions": "tema:x"}, {"conditions": "is:open", "name": ""}])
def test_a_mistake_is_told_at_its_field_and_keeps_what_was_typed(
    browser: Browser, cast: Cast, sent: dict[str, str]
) -> None:
    answer = browser("alan").post(reverse("desk:new_view"), {**SENT, **sent})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sent["conditions"] in page or "ist:offen" in page
    assert 'class="form-error"' in page
    assert not SavedView.objects.filter(owner=cast.alan).exists()


def test_p30_a_strange_field_is_refused(browser: Browser, cast: Cast) -> None:
    assert browser("alan").post(reverse("desk:new_view"), {**SENT, "owner": "1"}).status_code == 422
    assert not SavedView.objects.filter(name="Netz").exists()


def test_the_preview_says_what_would_be_found(browser: Browser, ticket: Ticket) -> None:
    sent = {name: value for name, value in SENT.items() if name != "deed"}
    shown = browser("alan").post(reverse("desk:view_preview"), {**sent, "conditions": "etikett"}).content.decode()
    assert str(ticket.number) in shown
    wrong = browser("alan").post(reverse("desk:view_preview"), {**sent, "conditions": "state:weg"}).content.decode()
    assert "weg" in wrong
    assert str(ticket.number) not in wrong


def test_names_are_offered_while_one_types(browser: Browser, cast: Cast) -> None:
    alan = browser("alan")
    assert "Service Desk" in alan.get(reverse("desk:view_offers"), {"q": "is:open team:ser"}).content.decode()
    assert "offen" in alan.get(reverse("desk:view_offers"), {"q": "zustand:o"}).content.decode()
    assert "Klinikum" not in browser("eve").get(reverse("desk:view_offers"), {"q": "customer:kli"}).content.decode()


def test_a_pinned_view_stands_in_the_rail_with_its_count(browser: Browser, ticket: Ticket, view: SavedView) -> None:
    alan = browser("alan")
    alan.post(reverse("desk:view_pin", args=[view.pk]))
    rail = alan.get(reverse("desk:rail")).content.decode()
    assert "Offene Drucker" in rail
    before = _questions(alan, reverse("desk:rail"))
    for n in range(5):
        more = commands.copy_view(view, actor=_actor(alan), name=f"Kopie {n}")
        ViewPin.objects.create(person_id=more.owner_id, view=more, position=n)
    assert _questions(alan, reverse("desk:rail")) == before
    alan.post(reverse("desk:view_unpin", args=[view.pk]))
    assert "Offene Drucker" not in alan.get(reverse("desk:rail")).content.decode()


def _actor(client: Client) -> object:
    from dreiklang.accounts.models import Account
    from dreiklang.teams.queries import actor_for

    return actor_for(Account.objects.get(pk=client.session["_auth_user_id"]))


def _questions(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_a_table_asks_as_often_for_many_tickets_as_for_few(browser: Browser, cast: Cast, view: SavedView) -> None:
    alan, address = browser("alan"), reverse("desk:view", args=[view.pk])
    for n in range(2):
        open_ticket(cast.rita, actor=system("mail"), subject=f"Drucker {n}")
    few = _questions(alan, address)
    for n in range(60):
        open_ticket(cast.rita, actor=system("mail"), subject=f"Drucker {n}")
    assert _questions(alan, address) == few
    assert few <= 25


def test_pages_go_on_and_a_reload_shows_as_many_as_before(browser: Browser, cast: Cast, view: SavedView) -> None:
    for n in range(70):
        open_ticket(cast.rita, actor=system("mail"), subject=f"Drucker {n}")
    alan, address = browser("alan"), reverse("desk:view_rows", args=[view.pk])
    first = alan.get(address).content.decode()
    assert first.count("row-ticket") == 50
    after = first.split("?after=", 1)[1].split("&", 1)[0]
    assert alan.get(address, {"after": after}).content.decode().count("row-ticket") == 20
    assert alan.get(address, {"shown": ["50", "20"]}).content.decode().count("row-ticket") == 70


def test_a_removed_view_can_be_brought_back(browser: Browser, view: SavedView) -> None:
    alan = browser("alan")
    alan.post(reverse("desk:view_removal", args=[view.pk]))
    assert alan.get(reverse("desk:view", args=[view.pk])).status_code == 404
    assert reverse("desk:view_restoration", args=[view.pk]) in alan.get(reverse("desk:views")).content.decode()
    alan.post(reverse("desk:view_restoration", args=[view.pk]))
    assert alan.get(reverse("desk:view", args=[view.pk])).status_code == 200


@pytest.mark.parametrize("name", ["view", "view_rows", "view_settings", "view_export"])
def test_another_ones_view_is_not_there(browser: Browser, view: SavedView, name: str) -> None:
    for stranger in ("berta", "eve"):
        assert browser(stranger).get(reverse(f"desk:{name}", args=[view.pk])).status_code == 404
    assert browser("rita").get(reverse(f"desk:{name}", args=[view.pk])).status_code == 403


def test_a_view_is_the_list_beside_a_ticket_and_says_what_comes_next(
    browser: Browser, cast: Cast, ticket: Ticket, view: SavedView
) -> None:
    later = open_ticket(cast.rita, actor=system("mail"), subject="Drucker zwei")
    alan, key = browser("alan"), f"view-{view.pk}"
    page = alan.get(reverse("desk:ticket", args=[ticket.number]), {"list": key}).content.decode()
    assert "Offene Drucker" in page
    assert "Drucker zwei" in alan.get(reverse("desk:rows", args=[key])).content.decode()
    answer = alan.post(
        reverse("desk:messages", args=[ticket.number]), {"text": "Gelöst.", "after": "next"},
        headers={"HX-Request": "true", "HX-Current-URL": f"https://desk.example/desk/tickets/1/?list={key}"},
    )  # fmt: skip
    assert answer["HX-Location"] == reverse("desk:ticket", args=[later.number]) + f"?list={key}"


# -- export

FORMULAS = ["=1+1", "+49 761", "-2+3", "@SUM(A1)", "\tTAB", "\rCR", "=cmd|' /C calc'!A0"]


def test_p36_no_cell_of_an_export_is_a_formula(browser: Browser, cast: Cast, view: SavedView) -> None:
    for subject in FORMULAS:
        Ticket.objects.filter(pk=open_ticket(cast.rita, actor=system("mail"), subject="Drucker").pk).update(
            subject=subject
        )
    answer = browser("alan").get(reverse("desk:view_export", args=[view.pk]))
    assert answer["Content-Type"].startswith("text/csv")
    assert answer["Content-Disposition"].startswith("attachment")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    cells = [cell for row in rows for cell in row]
    assert len(rows) == len(FORMULAS) + 1
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert {f"'{formula}" for formula in FORMULAS} <= set(cells), "and every word is still there"
    assert safe_cell("2-3") == "2-3"


def test_an_export_brings_what_its_reader_sees_in_pages(
    browser: Browser, cast: Cast, view: SavedView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dreiklang.web.desk.saved.export.AT_ONCE", 2)
    for n in range(5):
        open_ticket(cast.rita, actor=system("mail"), subject=f"Drucker {n}")
    Ticket.objects.filter(subject="Drucker 4").update(team=cast.teams["outside"])
    for name, numbers in (("alan", [0, 1, 2, 3, 4]), ("eve", [4])):
        SavedView.objects.filter(pk=view.pk).update(audience="team", team=cast.teams["outside"])
        text = b"".join(browser(name).get(reverse("desk:view_export", args=[view.pk])).streaming_content).decode()
        assert [n for n in range(5) if f"Drucker {n}" in text] == numbers
        assert text.startswith("\ufeffPriorität;Nummer;Betreff")


def test_a_view_is_narrowed_by_words_and_conditions(browser: Browser, cast: Cast, view: SavedView) -> None:
    alan, where = browser("alan"), reverse("desk:view_rows", args=[view.pk])
    cellar, hall = (
        open_ticket(cast.rita, actor=cast.actor("alan"), subject=f"Drucker im {place}", channel="phone")
        for place in ("Keller", "Flur")
    )
    both = alan.get(where).content.decode()
    assert str(cellar.number) in both
    assert str(hall.number) in both
    narrow = alan.get(where, {"q": "keller kanal:telefon"}).content.decode()
    assert str(cellar.number) in narrow
    assert str(hall.number) not in narrow
    wrong = alan.get(where, {"q": "zustand:weg"}).content.decode()
    assert "form-error" in wrong
    assert str(cellar.number) not in wrong
