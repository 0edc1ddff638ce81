"""The catalogue in control: an entry made field by field, offered, ordered, changed, brought back; closed to others."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.cast import Cast

from dreiklang.catalog.models import Entry
from dreiklang.catalog.rules.form import Condition


@pytest.fixture
def ada(cast: Cast) -> Client:
    client = Client(headers={"accept-language": "de"})
    client.force_login(cast.ada.account)
    return client


def test_an_entry_is_made_without_any_json(cast: Cast, ada: Client) -> None:
    about = {
        "name_de": "Schlüsselkarte", "group": "access", "icon": "key", "position": 0, "audience": "everybody",
        "kind": "request", "urgency": 3,
    }  # fmt: skip
    assert ada.post("/control/catalog/new/", {**about, "name_de": ""}).status_code == 422
    made = ada.post("/control/catalog/new/", about)
    entry = Entry.objects.get()
    path = f"/control/catalog/{entry.pk}/"
    assert made["Location"] == path
    field = {"label_de": "Wofür?", "kind": "choice", "choices": "Tür | door\nSchrank | cabinet", "is_needed": "on"}
    assert ada.post(path + "fields/new/", {**field, "choices": "Tür"}).status_code == 422
    ada.post(path + "fields/new/", field)
    asked = entry.versions.first().fields[0]
    assert [c.key for c in asked.choices] == ["door", "cabinet"]
    when = f"{asked.key}:door"
    ada.post(path + "fields/new/", {"label_de": "Welche Tür?", "kind": "text", "is_needed": "on", "when": [when]})
    ada.post(path + "steps/new/", {"name_de": "Ausgeben", "tasks_de": "Karte prägen\nAusgeben", "team": "level-2"})
    wrong = ada.post(path + "approvals/new/", {"who": "person", "persons": "niemand@x.example"})
    assert wrong.status_code == 422
    assert "niemand@x.example" in wrong.content.decode()
    ada.post(path + "approvals/new/", {"who": "person", "persons": "max@haus.example", "when": [when]})
    version = entry.versions.first()
    assert version.fields[1].when == Condition(asked.key, ("door",))
    assert version.steps_and_asks.asks[0].persons == (cast.max.pk,)
    page = ada.get(path).content.decode()
    assert "nur nach: Wofür? Tür" in page
    assert "Karte prägen" in page

    # a question that others stand on stays, with a sentence why
    ada.post(path + "fields/0/place/", {"to": "end"})
    assert len(entry.versions.first().fields) == 2
    assert "Eine Bedingung fragt" in ada.get(path).content.decode()
    renamed = {**field, "label_de": "Wozu?", "choices": "Türe | door\nSchrank | cabinet\nRad | bike"}
    ada.post(path + "fields/0/", renamed)
    assert [c.key for c in entry.versions.first().fields[0].choices] == ["door", "cabinet", "bike"]
    ada.post(path + "steps/0/place/", {"to": "end"})
    assert not entry.versions.first().steps_and_asks.steps
    ada.post(path + f"versions/{version.number}/")
    assert len(entry.versions.first().steps_and_asks.steps) == 1

    rita = Client()
    rita.force_login(cast.rita.account)
    entry.refresh_from_db()
    assert rita.get(f"/portal/catalog/{entry.key}/").status_code == 404
    ada.post(path + "offer/")
    assert rita.get(f"/portal/catalog/{entry.key}/").status_code == 200
    ada.post(path + "offer/", {"to": "end"})
    assert rita.get(f"/portal/catalog/{entry.key}/").status_code == 404


def test_who_was_slower_overwrites_nothing(cast: Cast, ada: Client) -> None:
    ada.post("/control/catalog/ready/")
    entry = Entry.objects.get(key="starter")
    path, old = f"/control/catalog/{entry.pk}/fields/0/", entry.version
    sent = {"label_de": "Wer?", "kind": "text", "is_needed": "on", "version": old}
    assert ada.post(path, sent).status_code == 302
    slower = ada.post(path, {**sent, "label_de": "Name?"})
    assert slower.status_code == 422
    assert "Name?" in slower.content.decode()
    for name in ("alan", "rita", "zoe"):
        client = Client()
        client.force_login(cast.persons[name].account)
        assert client.get(path).status_code == 403
