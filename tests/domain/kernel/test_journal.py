"""The journal: append-only, sealed, forgetful of words and of nothing else."""

import time
from dataclasses import dataclass
from typing import ClassVar

import pytest
from django.db import Error, connection, transaction

from dreiklang.kernel import clock, journal, reactions
from dreiklang.kernel.command import CommandLeftNoLine, PublishedOutsideCommand, command
from dreiklang.kernel.events import Event
from dreiklang.kernel.models import JournalLine, JournalSeal, JournalWords
from dreiklang.kernel.permissions import Actor, system

BEEP = system("test")


@dataclass(frozen=True, kw_only=True)
class Beeped(Event):
    code: ClassVar[str] = "test.beeped"
    subject_kind: ClassVar[str] = "beeper"
    words: ClassVar[frozenset[str]] = frozenset({"name"})
    loudness: int = 1
    name: str = ""


@command
def beep(times: int = 1, *, actor: Actor, name: str = "Rita Weber") -> None:
    for n in range(times):
        journal.publish(Beeped(subject_id=n, loudness=n, name=name), actor=actor)


@command
def do_nothing(*, actor: Actor) -> None:
    """Leaves no line."""


@pytest.mark.django_db
def test_a_command_without_a_line_did_not_happen() -> None:
    with pytest.raises(CommandLeftNoLine):
        do_nothing(actor=BEEP)
    with pytest.raises(PublishedOutsideCommand):
        journal.publish(Beeped(subject_id=1), actor=BEEP)


@pytest.mark.django_db
def test_a_line_revives_as_the_event_it_was() -> None:
    beep(actor=BEEP)
    (line,) = journal.lines_about("beeper", [0])
    assert line.event == Beeped(subject_id=0, loudness=0, name="Rita Weber")
    assert JournalLine.objects.get(pk=line.id).plain == {"loudness": 0}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE kernel_journalline SET code = 'x'",
        "DELETE FROM kernel_journalline",
        "TRUNCATE kernel_journalline CASCADE",
        "DELETE FROM kernel_journalwords",
        "DELETE FROM kernel_journalseal",
        "UPDATE kernel_journalseal SET lines = 0",
    ],
)
@pytest.mark.parametrize("role", ["owner", "application"])
def test_p40_history_cannot_be_changed_by_owner_or_application(attack: str, role: str) -> None:
    beep(actor=BEEP)
    with connection.cursor() as cursor:
        if role == "application":
            cursor.execute("SET LOCAL ROLE dreiklang_app")
        with pytest.raises(Error), transaction.atomic():
            cursor.execute(attack)
        cursor.execute("RESET ROLE")


@pytest.mark.django_db(transaction=True)
def test_p40_a_changed_line_is_found_and_erased_words_are_none() -> None:
    beep(25, actor=BEEP)
    assert _seal_when_free() == 25
    beep(5, actor=BEEP)
    assert _seal_when_free(at_most=3) == 5  # one transaction is sealed whole
    assert journal.seal() == 0
    JournalWords.objects.update(words={}, erased_at=clock.now())
    assert journal.verify() is None
    first = JournalLine.objects.order_by("id")[0]
    _past_the_triggers("UPDATE kernel_journalline SET plain = '{\"loudness\": 9}' WHERE id = %s", first.pk)
    damage = journal.verify()
    assert damage is not None
    assert damage.seal_id == JournalSeal.objects.order_by("id")[0].pk


@pytest.mark.django_db(transaction=True)
def test_p40_a_removed_line_is_found() -> None:
    beep(10, actor=BEEP)
    assert _seal_when_free() == 10
    _past_the_triggers("DELETE FROM kernel_journalwords WHERE line_id = (SELECT max(id) FROM kernel_journalline)")
    _past_the_triggers("DELETE FROM kernel_journalline WHERE id = (SELECT max(id) FROM kernel_journalline)")
    damage = journal.verify()
    assert damage is not None
    assert "10 lines were sealed, 9 are there" in damage.reason


def _seal_when_free(at_most: int = 10_000) -> int:
    """Seal, as soon as no transaction of a neighbour on the same server is older than our lines."""
    for _ in range(600):
        if sealed := journal.seal(at_most=at_most):
            return sealed
        time.sleep(0.05)
    return 0


def _past_the_triggers(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        for table in ("kernel_journalline", "kernel_journalwords"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement, values)
        for table in ("kernel_journalline", "kernel_journalwords"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.mark.django_db
def test_a_refused_command_leaves_neither_line_nor_reaction() -> None:
    heard: list[int] = []
    reactions.at_once(Beeped, lambda line: heard.append(line.id))

    @command
    def beep_and_fail(*, actor: Actor) -> None:
        beep(actor=actor)
        raise ValueError

    with pytest.raises(ValueError):
        beep_and_fail(actor=BEEP)
    assert heard
    assert not JournalLine.objects.filter(pk__in=heard).exists()
