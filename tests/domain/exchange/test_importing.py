"""Tables read in: what each line becomes, in plain words; once; quietly; and back while nothing has happened."""

from __future__ import annotations

import pytest
from django.utils import timezone
from tests.cast import Cast
from tests.domain.automation.conftest import work_off

from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.communication.models import Notification
from dreiklang.exchange.commands import importing
from dreiklang.exchange.commands.people import import_people
from dreiklang.exchange.models import Import
from dreiklang.exchange.queries.planning import preview_of
from dreiklang.exchange.queries.runs import progress_of
from dreiklang.exchange.reactions import read_in, undo
from dreiklang.kernel.errors import Conflict, Invalid, NotAllowed, WrongState
from dreiklang.kernel.models import JournalLine
from dreiklang.organizations.models import Organization, Person
from dreiklang.tickets.commands.conversation import write_note
from dreiklang.tickets.commands.own_fields import make_field
from dreiklang.tickets.models import Category, Ticket

TABLE = """\
Ticket#;Betreff;Beschreibung;E-Mail;Status;Erstellt am;Geschlossen am;Lösung;Tags;Rack
A-1;Etikettendrucker;Druckt nicht;rita@klinikum.example;closed;17.03.2024 14:05;18.03.2024 09:00;Papier;druck, dach;A3
A-2;=cmd|' /C calc'!A0;Formel;rita@klinikum.example;open;2024-05-02;;;;
A-3;Neu hier;Hallo;neu@klinikum.example;open;;;;;
A-1;Doppelt;x;rita@klinikum.example;open;;;;;
A-5;;kein Betreff;rita@klinikum.example;halb;30.02.2024;;;;
A-6;Fremd;x;wer@nirgends.example;open;;;;;
"""


@pytest.fixture
def run(cast: Cast) -> Import:
    Category.objects.create(key="print", name="Druck")
    make_field(actor=cast.actor("ada"), kind="text", labels={"de": "Rack", "en": "Rack"})
    ada = cast.actor("ada")
    made = importing.prepare_import(TABLE.encode("cp1252"), actor=ada, kind="tickets", filename="alt.csv")
    mapping = [*made.mapping[:-1], "field.rack"]
    return importing.set_mapping(made, actor=ada, mapping=mapping, makes_persons=True, version=made.version)


def words_of(run: Import) -> dict[int, str]:
    return {line.line: line.words for line in run.lines.all()}


def test_every_line_is_looked_at_before_anything_is_written(cast: Cast, run: Import) -> None:
    preview = preview_of(run)
    assert (preview.made, preview.refused, preview.persons) == (3, 3, 1)
    errors = {line.line: " ".join(line.errors) for line in preview.lines if line.errors}
    assert "Line 2 has the number A-1" in errors[5]
    assert "The subject is missing." in errors[6]
    assert "“halb” is no state" in errors[6]
    assert "no organisation claims its domain" in errors[7]
    assert not Ticket.objects.exists()


def test_lines_become_tickets_with_their_dates_and_nobody_hears_of_it(cast: Cast, run: Import) -> None:
    importing.begin_import(run, actor=cast.actor("ada"))
    work_off()
    run.refresh_from_db()
    assert (run.state, progress_of(run).made, progress_of(run).refused) == ("done", 3, 3)
    old = Ticket.objects.get(subject="Etikettendrucker")
    assert (old.state, timezone.localtime(old.opened_at).hour) == ("closed", 14)
    assert old.resolutions.get().text == "Papier"
    assert set(old.tagged.values_list("tag__name", flat=True)) == {"druck", "dach"}
    assert old.own_values.get().text == "A3"
    assert Ticket.objects.filter(subject="=cmd|' /C calc'!A0", state="new").exists()
    assert Person.objects.get(addresses__value="neu@klinikum.example").organization == cast.organizations["clinic"]
    assert not OutgoingMail.objects.exists()
    assert not Notification.objects.exists()


def test_p09_a_second_run_and_the_same_file_again_write_nothing_twice(cast: Cast, run: Import) -> None:
    ada = cast.actor("ada")
    importing.begin_import(run, actor=ada)
    read_in(run)
    read_in(run)
    assert Ticket.objects.count() == 3
    again = importing.prepare_import(TABLE.encode(), actor=ada, kind="tickets", filename="alt.csv")
    assert again.mapping == run.mapping  # what the columns mean is remembered
    importing.begin_import(again, actor=ada)
    read_in(again)
    assert Ticket.objects.count() == 3
    assert "came with a former import already" in words_of(again)[2]


def test_an_import_is_taken_back_but_for_what_is_in_use(cast: Cast, run: Import) -> None:
    ada = cast.actor("ada")
    importing.begin_import(run, actor=ada)
    read_in(run)
    write_note(Ticket.objects.get(subject="=cmd|' /C calc'!A0"), actor=cast.actor("alan"), text="Ich sehe nach.")
    run.refresh_from_db()
    importing.take_back(run, actor=ada)
    undo(run)
    undo(run)
    run.refresh_from_db()
    progress = progress_of(run)
    assert (run.state, progress.undone, progress.kept) == ("undone", 2, 1)
    assert list(Ticket.objects.values_list("subject", flat=True)) == ["=cmd|' /C calc'!A0"]
    assert not Person.objects.filter(addresses__value="neu@klinikum.example").exists()
    assert JournalLine.objects.filter(code="ticket.moved_out").count() == 2
    with pytest.raises(WrongState):
        importing.take_back(run, actor=ada)


def test_organizations_come_with_sites_and_go_again(cast: Cast) -> None:
    ada = cast.actor("ada")
    line = 'Nordwerk,"nordwerk.example; nw.example","Halle 1, Halle 2",Kunde'
    content = f"Firma,Domains,Standorte,Art\n{line}\n,x,,\n"
    run = importing.prepare_import(content.encode(), actor=ada, kind="organizations", filename="firmen.csv")
    importing.begin_import(run, actor=ada)
    read_in(run)
    made = Organization.objects.get(name="Nordwerk")
    assert (made.mail_domains, made.sites.count()) == (["nordwerk.example", "nw.example"], 2)
    assert words_of(run)[3] == "The name is missing."
    run.refresh_from_db()
    importing.take_back(run, actor=ada)
    undo(run)
    assert not Organization.objects.filter(name="Nordwerk").exists()


def test_persons_are_taken_back_to_what_they_were(cast: Cast) -> None:
    ada, former = cast.actor("ada"), cast.rita.function
    first, second = b"Rita Neu;rita@klinikum.example;Leitung;", b"Nora;nora@klinikum.example;;"
    content = b"\n".join((b"name;mail;function;organisation", first, second))
    clinic = cast.organizations["clinic"]
    plan, run = import_people(content + clinic.key.encode(), actor=ada, filename="p.csv", default=clinic)
    assert (plan.count("created"), plan.count("updated")) == (1, 1)
    importing.take_back(run, actor=ada)
    undo(run)
    cast.rita.refresh_from_db()
    assert (cast.rita.function, cast.rita.name) == (former, cast.persons["rita"].name)
    assert not Person.objects.filter(name="Nora").exists()
    assert progress_of(run).undone == 2


def test_what_columns_mean_is_checked_and_only_administrators_import(cast: Cast, run: Import) -> None:
    ada = cast.actor("ada")
    with pytest.raises(Invalid):
        importing.set_mapping(run, actor=ada, mapping=["subject", "subject", *run.mapping[2:]])
    with pytest.raises(Invalid):
        importing.set_mapping(run, actor=ada, mapping=["" for _one in run.mapping])
    with pytest.raises(Conflict):
        importing.begin_import(run, actor=ada, version=run.version - 1)
    for name in ("alan", "max", "rita", "zoe"):
        with pytest.raises(NotAllowed):
            importing.begin_import(run, actor=cast.actor(name))
