"""The catalogue in the portal and at the desk: found, filled in, ordered, followed; and closed to others."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast

from dreiklang.catalog.commands import add_ready_entries, change_entry
from dreiklang.catalog.models import Entry, Request
from dreiklang.catalog.rules import form
from dreiklang.organizations.commands.persons import change_person

SHARE = {"field-kind": "folder", "field-path": "S:/Pflege", "field-right": "read", "field-reason": "Dienst"}


@pytest.fixture
def desk(cast: Cast) -> Cast:
    add_ready_entries(actor=cast.actor("ada"))
    change_person(cast.rita, actor=cast.actor("ada"), manager=cast.karl)
    return cast


def browser(cast: Cast, name: str) -> Client:
    client = Client(headers={"accept-language": "de"})
    client.force_login(cast.persons[name].account)
    return client


def test_an_order_from_search_to_card(desk: Cast) -> None:
    rita = browser(desk, "rita")
    found = rita.get("/portal/catalog/", {"q": "freigabe ordner"}).content.decode()
    assert "Zugriff auf eine Freigabe" in found
    assert "Leihgerät" not in found
    page = rita.get("/portal/catalog/share-access/").content.decode()
    assert "die vorgesetzte Person" in page
    assert "field-path" not in page
    anew = rita.post("/portal/catalog/share-access/fields/", {"number": 1, "field-kind": "folder"}).content.decode()
    assert "field-path" in anew
    refused = rita.post("/portal/catalog/share-access/", {**SHARE, "number": 1, "field-path": ""})
    assert refused.status_code == 422
    assert "Dienst" in refused.content.decode()
    assert rita.post("/portal/catalog/share-access/", {**SHARE, "number": 1, "evil": "x"}).status_code == 422
    sent = rita.post("/portal/catalog/share-access/", {**SHARE, "number": 1})
    request = Request.objects.get()
    assert sent["Location"] == f"/portal/tickets/{request.ticket.number}/?sent=1"
    assert "Wartet auf Freigabe" in rita.get("/portal/orders/").content.decode()
    panel = browser(desk, "alan").get(f"/desk/tickets/{request.ticket.number}/panels/order/").content.decode()
    assert "S:/Pflege" in panel
    for name in ("karl", "zoe"):
        stranger = browser(desk, name)
        assert "Zugriff" not in stranger.get("/portal/orders/").content.decode()
        assert stranger.post(f"/portal/orders/{request.ticket.number}/cancellation/").status_code == 404
    rita.post(f"/portal/orders/{request.ticket.number}/cancellation/")
    request.refresh_from_db()
    assert request.state == "cancelled"


def test_a_form_changed_meanwhile_keeps_what_was_typed(desk: Cast) -> None:
    share = Entry.objects.get(key="share-access")
    fields = share.versions.get().fields
    change_entry(share, actor=desk.actor("ada"), fields=(*fields, form.Field("until", form.DAY, {"de": "Bis wann?"})))
    answer = browser(desk, "rita").post("/portal/catalog/share-access/", {**SHARE, "number": 1})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Neu: Bis wann?" in page
    assert "S:/Pflege" in page
    assert not Request.objects.exists()


def test_the_desk_orders_for_somebody_and_only_for_whom_it_is_offered(desk: Cast) -> None:
    alan, rita = browser(desk, "alan"), desk.rita.pk
    assert "Zugriff auf eine Freigabe" in alan.get(f"/desk/people/{rita}/catalog/").content.decode()
    sent = alan.post(f"/desk/people/{rita}/catalog/share-access/", {**SHARE, "number": 1})
    request = Request.objects.get()
    assert sent["Location"].endswith(f"/{request.ticket.number}/")
    assert (request.ticket.requester, request.ordered_by) == (desk.rita, desk.alan)
    for name in ("eve", "victor"):
        assert browser(desk, name).get(f"/desk/people/{rita}/catalog/").status_code in (403, 404)
    number = request.ticket.number
    refused = alan.post(f"/desk/tickets/{number}/order/progress/", {"reason": "x"})
    assert refused.status_code == 403
    lead = browser(desk, "max")
    assert lead.post(f"/desk/tickets/{number}/order/progress/", {"reason": ""}).status_code == 422
    lead.post(f"/desk/tickets/{number}/order/progress/", {"reason": "eilig"})
    request.refresh_from_db()
    assert request.state == "running"
    assert "das Ja" in lead.get(f"/desk/tickets/{number}/").content.decode()


@pytest.mark.parametrize("path", ["/portal/catalog/", "/portal/catalog/starter/"])
def test_the_count_of_questions_stands_still(desk: Cast, path: str) -> None:
    rita, counts = browser(desk, "rita"), []
    rita.get(path)
    for _n in range(2):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert rita.get(path).status_code == 200
        counts.append(len(asked))
        Entry.objects.exclude(key="starter").filter(position__gt=3).update(is_offered=False)
    assert counts[0] == counts[1] <= 16


def test_an_outsider_finds_no_entry(desk: Cast) -> None:
    Entry.objects.update(audience="desk")
    rita = browser(desk, "rita")
    assert "Noch wird nichts angeboten" in rita.get("/portal/catalog/").content.decode()
    assert rita.get("/portal/catalog/starter/").status_code == 404
    assert rita.get("/portal/catalog/nothing/").status_code == 404
