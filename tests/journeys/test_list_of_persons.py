"""A list of persons is taken in: a look at it first, then the deed, and the same list again changes nothing."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect
from tests.journeys.conftest import SignIn
from tests.journeys.served import Served

LIST = (
    "Name;Mail;Telefon;Organisation;Standort;Funktion;VIP\r\n"
    "Jörg Müller-Lüdenscheidt;joerg.mueller@klinikum.example;4711;Klinikum Aschertal;Haus B;Labor;ja\r\n"
    "Ærøskøbing, Åse;aase@werk.example;;Werk Nord;;;\r\n"
    "Ohne Ort;niemand;;Nirgendwo;;;\r\n"
)


def test_a_list_is_looked_at_first_and_then_taken_in(desk: Served, sign_in: SignIn, tmp_path: Path) -> None:
    file = tmp_path / "personen.csv"
    file.write_bytes(LIST.encode("cp1252"))  # as Excel saves it in Germany
    ada = sign_in("ada")
    ada.goto(f"{desk.url}/control/persons/import/")
    ada.locator("form:has(input[type=file]) button[type=submit]").click()
    expect(ada.locator(".form-error, [role=alert]").first).to_be_visible()  # nothing was chosen

    ada.set_input_files("input[type=file]", file)
    ada.locator("form:has(input[type=file]) button[type=submit]").click()
    counts = ada.locator("dl.counts")
    expect(counts).to_contain_text("neu")
    assert [n.strip() for n in counts.locator("dd").all_inner_texts()] == ["2", "0", "0", "1"]
    expect(ada.locator("tr.is-wrong")).to_contain_text("Ohne Ort")
    expect(ada.locator("table")).to_contain_text("Jörg Müller-Lüdenscheidt")
    persons = "from dreiklang.organizations.models import Person\nprint(json.dumps(Person.objects.count()))"
    before = desk.ask(persons)

    ada.get_by_role("button", name="Einlesen").click()
    expect(ada.get_by_role("heading", level=1)).to_have_text("Das ist geschehen")
    assert desk.ask(persons) == before + 2  # type: ignore[operator]
    # somebody who never used the desk's exact spelling finds the new person
    ada.goto(f"{desk.url}/control/persons/?q=mueller")
    expect(ada.get_by_text("Jörg Müller-Lüdenscheidt").first).to_be_visible()

    ada.goto(f"{desk.url}/control/persons/import/")
    ada.set_input_files("input[type=file]", file)
    ada.locator("form:has(input[type=file]) button[type=submit]").click()
    assert [n.strip() for n in counts.locator("dd").all_inner_texts()] == ["0", "0", "2", "1"]
