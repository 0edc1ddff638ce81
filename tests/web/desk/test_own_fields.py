"""Own fields on screens and in the interface: control with its preview, panel and sheet, columns, calls."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands import own_fields as commands
from dreiklang.tickets.commands import views
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import OwnField, Ticket

Browser = Callable[[str], Client]
SENT = {"label_de": "Schrank", "label_en": "Rack", "kind": "choice", "choices": "A3\nB7", "hint_de": "", "hint_en": "",
        "audience": "house", "position": "0", "category": ""}  # fmt: skip


@pytest.fixture
def rack(cast: Cast) -> OwnField:
    labels = {"de": "Schrank", "en": "Rack"}
    return commands.make_field(actor=cast.actor("ada"), kind="choice", labels=labels, choices=["A3", "B7"])


def test_an_administrator_makes_previews_deletes_and_brings_back_a_field(browser: Browser, cast: Cast) -> None:
    ada = browser("ada")
    assert ada.post(reverse("control:new_own_field"), {**SENT, "choices": "A3"}).status_code == 422
    ada.post(reverse("control:new_own_field"), SENT)
    made = OwnField.objects.get(key="rack")
    address = reverse("control:own_field", args=[made.pk])
    page = ada.get(address).content.decode()
    assert '<option value="B7">B7</option>' in page, "as it looks on a ticket"
    ada.post(reverse("control:own_field_deletion", args=[made.pk]))
    assert "gelöscht" in ada.get(address).content.decode()
    ada.post(reverse("control:own_field_deletion", args=[made.pk]), {"to": "end"})
    made.refresh_from_db()
    assert made.deleted_at is None
    assert browser("alan").get(address).status_code == 403


def test_an_agent_writes_into_the_sheet_and_reads_it_in_the_panel(
    browser: Browser, ticket: Ticket, rack: OwnField
) -> None:
    alan, address = browser("alan"), reverse("desk:own_fields", args=[ticket.number])
    assert "Schrank" in alan.get(address, headers={"HX-Request": "true"}).content.decode()
    wrong = alan.post(address, {"field-rack": "C9"}, headers={"HX-Request": "true"})
    assert wrong.status_code == 422
    assert alan.post(address, {"field-rack": "B7"}, headers={"HX-Request": "true"}).status_code == 204
    panel = alan.get(reverse("desk:panel", args=[ticket.number, "fields"])).content.decode()
    assert "Schrank" in panel
    assert "B7" in panel
    assert "1 eigenes Feld" in alan.get(reverse("desk:entries", args=[ticket.number])).content.decode()


def test_a_field_is_a_column_of_a_view_and_of_its_list(
    browser: Browser, cast: Cast, ticket: Ticket, rack: OwnField
) -> None:
    commands.keep_values(ticket, actor=cast.actor("alan"), values={"rack": "B7"})
    view = views.make_view(
        actor=cast.actor("alan"), name="Schränke", conditions="field.rack:b7", columns=["subject", "field.rack"]
    )
    alan = browser("alan")
    page = alan.get(reverse("desk:view", args=[view.pk])).content.decode()
    assert ">Schrank</th>" in page
    assert ">B7</td>" in page
    text = b"".join(alan.get(reverse("desk:view_export", args=[view.pk])).streaming_content).decode()
    assert text.splitlines()[1].endswith(";B7")
    commands.delete_field(rack, actor=cast.actor("ada"))
    page = alan.get(reverse("desk:view", args=[view.pk])).content.decode()
    assert "wurde gelöscht" in page
    assert ">B7</td>" in page, "what was written stays readable"


def test_a_view_is_sorted_by_an_own_field_on_every_way_it_is_shown(
    browser: Callable[[str], Client], cast: Cast
) -> None:
    commands.make_field(actor=cast.actor("ada"), labels={"en": "Rack"}, kind="text", choices=[])
    for rack in ("B", "A", ""):
        made = open_ticket(cast.rita, actor=system("test"), subject=f"Rack {rack or 'leer'}")
        if rack:
            commands.keep_values(made, actor=cast.actor("alan"), values={"rack": rack})
    alan = browser("alan")
    assert 'value="-field.rack"' in alan.get("/desk/views/new/").content.decode()
    sent = {"name": "Racks", "conditions": "rack", "sorting": "field.rack", "grouping": "", "audience": "private",
            "columns": ["number", "subject", "field.rack"]}  # fmt: skip
    address = alan.post("/desk/views/new/", sent)["Location"]
    key = address.rstrip("/").rsplit("/", 1)[-1]

    def order(page: str) -> list[str]:
        return sorted(("Rack A", "Rack B", "Rack leer"), key=page.index)

    for place in (address, f"{address}tickets.csv", f"/desk/worklists/view-{key}/"):
        answer = alan.get(place)
        page = b"".join(answer) if answer.streaming else answer.content  # type: ignore[arg-type]
        assert order(page.decode()) == ["Rack A", "Rack B", "Rack leer"], place
    number = Ticket.objects.get(subject="Rack A").number
    assert alan.get(f"/desk/tickets/{number}/?list=view-{key}").status_code == 200
    assert alan.post("/desk/views/new/", {**sent, "sorting": "field.nonsense"}).status_code == 422
