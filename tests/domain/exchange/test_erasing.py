"""A person is forgotten everywhere, the sealed history stays whole, and a restore does not bring them back (P45)."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta
from zipfile import ZipFile

import pytest
from django.db import transaction
from tests.cast import Cast
from tests.domain.exchange.canary import GIVEN, MAIL, NAME, WORD, canary, raw_mails, traces

from dreiklang.calendars.commands import add_standard
from dreiklang.channels.mail.settings.commands import make_mailbox
from dreiklang.channels.models import Mailbox
from dreiklang.exchange import register
from dreiklang.exchange.commands.disclosing import ask_disclosure, make_disclosure
from dreiklang.exchange.commands.erasing import ask_erasure, bring_register_up, erase_named, make_erasure
from dreiklang.exchange.commands.retaining import empty_due, set_retention
from dreiklang.exchange.models import EmptiedTicket, Erasure
from dreiklang.exchange.queries.erasing import preview_of, retentions
from dreiklang.exchange.rules import erasing as table
from dreiklang.kernel import clock, files, instance, journal
from dreiklang.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from dreiklang.kernel.models import JournalLine, JournalWords
from dreiklang.kernel.permissions import system
from dreiklang.organizations.models import Person
from dreiklang.sla.commands.agreements import make_usual_agreement
from dreiklang.tickets.commands.opening import open_with_message
from dreiklang.tickets.commands.resolution import close, resolve
from dreiklang.tickets.models import Message, Note, Ticket

ERASER = system("erasure")


@pytest.fixture
def mailbox(cast: Cast) -> Mailbox:
    desk = cast.teams["desk"]
    return make_mailbox("desk@haus.example", name="Service Desk", team=desk, is_catch_all=True, actor=system("test"))


@pytest.fixture
def her(cast: Cast, mailbox: Mailbox, settings, tmp_path) -> Person:
    settings.HOME, settings.FILES_ROOT = tmp_path, tmp_path / "files"
    return canary(cast, mailbox)


def test_p45_nothing_of_an_erased_person_is_left_and_the_seal_holds(
    cast: Cast, her: Person, tmp_path, django_capture_on_commit_callbacks
) -> None:
    assert len(traces()) > 60
    journal.seal_to_the_end()
    instance.new_epoch()  # in one transaction, as tests are, what is sealed would grow otherwise
    lines = JournalLine.objects.count()
    seen = preview_of(her, actor=cast.actor("ada"))
    assert seen.is_possible
    assert seen.erased["tickets"] >= 1
    with django_capture_on_commit_callbacks(execute=True):
        asked = ask_erasure(her, actor=cast.actor("ada"))
        make_erasure(asked, actor=ERASER)
    assert traces() == []
    assert b"quuxfeld" not in raw_mails()
    assert journal.verify() is None
    assert JournalLine.objects.count() > lines
    for line in JournalLine.objects.values_list("pk", flat=True):
        journal.line(line)  # emptied words read as empty
    karls = Ticket.objects.get(requester=cast.karl, subject__startswith="Wie bei")
    assert karls.subject == f"Wie bei Gelöschte Person {her.pk}"
    assert "Gelöschte Person" in Note.objects.get(ticket=karls).text
    assert Message.objects.filter(ticket=karls, text="Karls Wort").exists()
    assert WORD not in (tmp_path / register.NAME).read_text()
    with pytest.raises(WrongState):
        make_erasure(asked, actor=ERASER)


def test_p45_all_that_would_go_is_given_out_before(cast: Cast, her: Person) -> None:
    asked = ask_disclosure(her, actor=cast.actor("ada"), with_inside=True)
    made = make_disclosure(asked, actor=system("disclosure"))
    assert made.file is not None
    with ZipFile(io.BytesIO(files.read(made.file.sha256))) as archive:
        whole = b"\n".join(archive.read(name) for name in archive.namelist()).decode(errors="replace")
    told = set(re.findall(rf"{WORD}-(\w+)", whole))
    assert told >= set(GIVEN), set(GIVEN) - told


def test_p45_an_erasure_is_done_again_after_a_restore_and_hits_nobody_else(
    cast: Cast, her: Person, tmp_path, django_capture_on_commit_callbacks
) -> None:
    sid = transaction.savepoint()
    make_erasure(ask_erasure(her, actor=cast.actor("ada")), actor=ERASER)
    assert bring_register_up(actor=ERASER) == 1
    assert bring_register_up(actor=ERASER) == 0
    transaction.savepoint_rollback(sid)  # the backup of before
    (entry,) = register.read(tmp_path / register.NAME)
    assert traces()
    other = register.Entry(entry.person, entry.first_line, "2020-01-01T00:00:00+00:00", entry.erased_at)
    assert erase_named(other, actor=ERASER) is None
    assert traces()
    with django_capture_on_commit_callbacks(execute=True):
        assert erase_named(entry, actor=ERASER) == Erasure.objects.get(person=her, is_again=True)
    assert traces() == []
    assert erase_named(entry, actor=ERASER) is None


def test_p45_what_stands_against_it_is_said_first(cast: Cast, her: Person) -> None:
    ada = cast.actor("ada")
    for who in ("rita", "alan", "max", "zoe", "eve", "victor"):
        with pytest.raises(NotAllowed):
            ask_erasure(her, actor=cast.actor(who))
        with pytest.raises(NotFound):
            preview_of(her, actor=cast.actor(who))
    with pytest.raises(NotAllowed):
        ask_erasure(cast.ada, actor=ada)
    open_one = open_with_message(her, actor=system("mail"), text="Noch etwas", subject="Offen")
    (against,) = preview_of(her, actor=ada).against
    assert against.numbers == (open_one.number,)
    with pytest.raises(WrongState):
        ask_erasure(her, actor=ada)
    assert not preview_of(cast.alan, actor=ada).is_possible


def test_p45_a_contract_that_names_them_asks_for_a_reason(
    cast: Cast, her: Person, tmp_path, django_capture_on_commit_callbacks
) -> None:
    add_standard(actor=system("test"))
    made = make_usual_agreement(actor=cast.actor("ada"))
    type(made).objects.filter(pk=made.pk).update(contacts=f"{NAME}, {MAIL}")
    with pytest.raises(Invalid):
        ask_erasure(her, actor=cast.actor("ada"))
    asked = ask_erasure(her, actor=cast.actor("ada"), because="Der Vertrag nennt bald eine andere Person.")
    with django_capture_on_commit_callbacks(execute=True):
        make_erasure(asked, actor=ERASER)
    assert traces() == []


def test_p45_words_go_when_their_time_is_over_and_are_reported_before(cast: Cast) -> None:
    alan, ada = cast.actor("alan"), cast.actor("ada")
    ticket = open_with_message(cast.rita, actor=system("mail"), text=f"{WORD}-alt", subject=WORD)
    young = open_with_message(cast.rita, actor=system("mail"), text="jung", subject="jung")
    for one in (ticket, young):
        resolve(one, actor=alan, text=WORD)
        close(one, actor=alan)
    Ticket.objects.filter(pk=ticket.pk).update(closed_at=clock.now() - timedelta(days=400))
    kept = set_retention(cast.teams["desk"], actor=ada, months=12)
    everywhere = set_retention(None, actor=ada, months=1)
    assert [due.tickets for due in retentions(actor=ada)] == [1, 0]
    assert empty_due(kept, actor=system("retention")) == 1
    with pytest.raises(NotFound):
        empty_due(everywhere, actor=system("retention"))
    assert list(EmptiedTicket.objects.values_list("ticket", flat=True)) == [ticket.pk]
    assert Message.objects.filter(ticket=young, text="jung").exists()
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.state) == (table.ERASED, "closed")
    assert not JournalWords.objects.filter(line__subject_kind="ticket", line__subject_id=ticket.pk).exclude(words={})
    with pytest.raises(Invalid):
        set_retention(None, actor=ada, months=0)


def test_a_register_that_cannot_be_read_names_the_line(tmp_path) -> None:
    path = tmp_path / register.NAME
    path.write_text(
        json.dumps({"person": 1, "first_line": None, "first_line_at": "", "erased_at": "x"}) + "\nnonsense\n"
    )
    with pytest.raises(ValueError, match="line 2"):
        register.read(path)
