"""Tables are chosen, named, looked at, read in and taken back; what is held about a person is fetched."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.cast import Cast
from tests.domain.automation.conftest import work_off

from dreiklang.exchange.models import Disclosure, Import
from dreiklang.tickets.models import Ticket

TABLE = "Betreff;Mail;Unbekannt\n<b>Drucker</b>;rita@klinikum.example;x\nFremd;wer@nirgends.example;y\n"


def browser(cast: Cast, name: str = "ada") -> Client:
    client = Client()
    client.force_login(cast.persons[name].account)
    return client


@pytest.mark.usefixtures("frozen")
def test_a_table_goes_in_and_out_again(cast: Cast) -> None:
    ada = browser(cast)
    file = SimpleUploadedFile("alt.csv", TABLE.encode("utf-16"), "text/csv")
    address = ada.post("/control/tables/", {"kind": "tickets", "file": file})["Location"]
    page = ada.get(address).content.decode()
    assert "&lt;b&gt;Drucker" in page
    assert "<b>Drucker" not in page
    assert "Niemand hier hat die Adresse wer@nirgends.example" in page
    version = Import.objects.get().version
    assert (
        ada.post(
            address, {"column-0": "subject", "column-1": "subject", "column-2": "", "version": version}
        ).status_code
        == 422
    )
    assert ada.post(f"{address}beginning/", {"version": version}).status_code == 302
    assert "Den ganzen Import zurücknehmen" in ada.get(address).content.decode()
    assert Ticket.objects.get().subject == "<b>Drucker</b>"
    ada.post(f"{address}taking-back/")
    assert not Ticket.objects.exists()
    assert "Zurückgenommen" in ada.get(address).content.decode()
    for other in ("alan", "max", "rita", "zoe", "eve"):
        assert browser(cast, other).get(address).status_code in (302, 403, 404)


def test_a_file_that_is_no_table_says_so_at_its_field(cast: Cast) -> None:
    file = SimpleUploadedFile("x.xlsx", b"PK\x03\x04\x00\x00", "application/zip")
    answer = browser(cast).post("/control/tables/", {"kind": "tickets", "file": file})
    assert answer.status_code == 422
    assert "Das ist keine CSV-Datei" in answer.content.decode()


def test_everybody_gets_their_own_data_in_the_portal(cast: Cast) -> None:
    rita = browser(cast, "rita")
    assert rita.post("/portal/profile/data/").status_code == 302
    assert "zusammengestellt" in rita.get("/portal/profile/").content.decode()
    work_off()
    asked = Disclosure.objects.get()
    answer = rita.get(f"/portal/profile/data/{asked.pk}/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    for other in ("karl", "zoe"):
        assert browser(cast, other).get(f"/portal/profile/data/{asked.pk}/").status_code == 404
    ada = browser(cast)
    assert ada.get(f"/control/disclosures/{asked.pk}/").status_code == 404
    ada.post(f"/control/persons/{cast.rita.pk}/disclosure/", {"disclosure-with_inside": "on"})
    assert Disclosure.objects.filter(with_inside=True).count() == 1
    assert "mit internen Notizen" not in rita.get("/portal/profile/").content.decode()
