"""Conditions asked of the database: each field, names, what hangs on a ticket, and who may ask for what."""

import ast
import itertools
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast

import dreiklang.tickets.queries.conditions as asked_of
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import system
from dreiklang.organizations.models import Person
from dreiklang.organizations.rules import search_words
from dreiklang.tickets import policy
from dreiklang.tickets.commands.assignment import assign
from dreiklang.tickets.commands.attaching import Upload
from dreiklang.tickets.commands.categories import make_category
from dreiklang.tickets.commands.classification import classify
from dreiklang.tickets.commands.conversation import receive_message, write_message, write_note
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.pausing import pause
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.queries import found_for
from dreiklang.tickets.rules.conditions import USUAL, Mistake, read


@pytest.fixture
def tickets(cast: Cast, frozen: object) -> dict[str, Ticket]:
    """A printer that Alan has, a heavy network fault with a file and a note, an old question of Zoe's that waits."""
    made = {}
    for person in cast.persons.values():
        Person.objects.filter(pk=person.pk).update(search=search_words(person.name, person.account.login))
    network = make_category({"de": "Netzwerk", "en": "Network"}, actor=cast.actor("ada"))
    wifi = make_category({"de": "WLAN"}, actor=cast.actor("ada"), parent=network)
    with clock.standing_at(clock.now() - timedelta(days=20)):
        made["question"] = open_ticket(cast.zoe, actor=system("mail"), subject="Frage zum Vertrag", kind="question")
    made["printer"] = open_ticket(cast.rita, actor=system("mail"), subject="Drucker steht", channel="mail")
    made["network"] = open_ticket(
        cast.karl, actor=system("mail"), subject="Kein Netz", channel="phone", impact=1, urgency=1, category=wifi
    )
    assign(made["printer"], actor=cast.actor("alan"), person=cast.alan)
    write_message(made["printer"], actor=cast.actor("alan"), text="Wir schauen nach.")
    pause(made["question"], actor=cast.actor("alan"), reason="requester")
    write_note(made["network"], actor=cast.actor("alan"), text="Switch ist aus.")
    files = [Upload("a.png", "image/png", b"x")]
    receive_message(made["network"], actor=system("mail"), author=cast.karl, text="Bild", attachments=files)
    return made


def found(text: str, cast: Cast, name: str = "alan") -> set[str]:
    """The subjects' first words of what fits, as somebody sees it."""
    actor = cast.actor(name)
    tree = asked_of.understood(text, actor=actor)
    return {t.subject.split()[0] for t in asked_of.filtered(policy.visible_to(actor), tree, actor=actor)}


FITTING = [
    ("", {"Drucker", "Kein", "Frage"}),
    ("team:desk", {"Drucker", "Kein", "Frage"}),
    ('team:"service desk"', {"Drucker", "Kein", "Frage"}),
    ("team:service", {"Drucker", "Kein", "Frage"}),
    ("team:netz", set()),
    ("team:mine", {"Drucker", "Kein", "Frage"}),
    ("bei:ich", {"Drucker"}),
    ("assignee:nobody", {"Kein", "Frage"}),
    ("assignee:yildiz,nobody", {"Drucker", "Kein", "Frage"}),
    ("assignee:alan@haus.example", {"Drucker"}),
    ("customer:klinikum", {"Drucker", "Kein"}),
    ("auftraggeber:works", {"Frage"}),
    ('requester:"Rita Weber"', {"Drucker"}),
    ("kategorie:netzwerk", {"Kein"}),
    ("category:none", {"Drucker", "Frage"}),
    ("priority:1", {"Kein"}),
    ("priority>1", {"Drucker", "Frage"}),
    ("priority:1..4", {"Drucker", "Kein", "Frage"}),
    ("priority:1.5", set()),
    ("level:1", {"Drucker", "Kein", "Frage"}),
    ("kind:frage", {"Frage"}),
    ("channel:telefon", {"Kein"}),
    ("state:wartet", {"Frage"}),
    ("state:neu,offen", {"Drucker", "Kein"}),
    ("subject:drucker", {"Drucker"}),
    ("before:today", {"Frage"}),
    ("created:7d", {"Drucker", "Kein"}),
    ("created:<7d", {"Frage"}),
    ("created:2026-11-16", {"Drucker", "Kein"}),
    ("due:none", {"Drucker", "Kein", "Frage"}),
    ("is:mine", {"Drucker"}),
    ("is:free is:open", {"Kein", "Frage"}),
    ("is:waiting or is:mine", {"Frage", "Drucker"}),
    ("is:unanswered", {"Kein", "Frage"}),
    ("not is:unanswered", {"Drucker"}),
    ("has:attachment", {"Kein"}),
    ("has:note", {"Kein"}),
    ("has:promise", set()),
    ("switch", {"Kein"}),
    ("(drucker or switch) not bei:ich", {"Kein"}),
]


def test_what_fits(cast: Cast, tickets: dict[str, Ticket]) -> None:
    for text, subjects in FITTING:
        assert found(text, cast) == subjects, text
        tree = asked_of.understood(text, actor=cast.actor("alan"))
        each = {t.subject.split()[0] for t in tickets.values() if asked_of.fits(tree, t, actor=cast.actor("alan"))}
        assert each == subjects, f"{text}: one ticket is judged as a list judges it"


@pytest.mark.django_db
def test_every_usual_field_is_asked_somehow() -> None:
    assert set(asked_of.vocabulary_for(system("test")).fields) >= set(USUAL.fields)


def test_a_name_that_means_nothing_is_told(cast: Cast, tickets: dict[str, Ticket]) -> None:
    with pytest.raises(Mistake) as told:
        asked_of.understood("is:open team:fußball", actor=cast.actor("alan"))
    assert (told.value.code, told.value.at, told.value.word) == ("unknown_name", 8, "fußball")
    assert "fußball" in asked_of.mistake_words(told.value)


def test_many_conditions_ask_no_more_often_than_few(cast: Cast, tickets: dict[str, Ticket]) -> None:
    actor = cast.actor("alan")
    trees = [asked_of.understood(f"team:desk customer:clinic bei:{who}", actor=actor) for who in ("ich", "berta")]
    with CaptureQueriesContext(connection) as few:
        asked_of.conditions_of(trees[:1], actor=actor)
    with CaptureQueriesContext(connection) as many:
        asked_of.conditions_of(trees * 20, actor=actor)
    assert len(many) <= len(few) + 1


# -- who may ask for what


def test_p28_what_others_store_changes_no_answer_to_conditions(cast: Cast, tickets: dict[str, Ticket]) -> None:
    questions = ["team:netz", "customer:klinikum", "requester:rita", "is:open", "kind:question", "drucker"]

    def answers() -> list[object]:
        return [
            [(t.pk, t.subject) for t in found_for(question, actor=cast.actor(name)).tickets]
            for name in ("zoe", "eve", "victor")
            for question in questions
        ]

    before = answers()
    for n in range(3):
        open_ticket(cast.rita, actor=system("mail"), subject=f"Drucker und Frage {n}", kind="question", channel="mail")
    classify(tickets["printer"], actor=cast.actor("alan"), kind="question")
    assert answers() == before


def test_p31_who_asks_for_help_cannot_ask_about_what_is_inside(cast: Cast, tickets: dict[str, Ticket]) -> None:
    for question in ("has:note", "assignee:alan", "level:1", "team:desk", "priority:1", "is:vip"):
        answer = found_for(question, actor=cast.actor("karl"))
        assert answer.tickets == [], question
    assert found_for("state:new", actor=cast.actor("karl")).tickets == [tickets["network"]]


def test_an_outside_team_asks_about_its_own_notes_only(cast: Cast, tickets: dict[str, Ticket]) -> None:
    Ticket.objects.filter(pk=tickets["network"].pk).update(team=cast.teams["outside"], level=3)
    assert found("has:note", cast, "eve") == set()
    write_note(tickets["network"], actor=cast.actor("eve"), text="Unser Blick darauf")
    assert found("has:note", cast, "eve") == {"Kein"}
    assert found("requester:karl", cast, "eve") == {"Kein"}


PAYLOADS = [
    "' OR 1=1 --", '"; DROP TABLE tickets_ticket; --', "%' OR '1'='1", "requester__account__password",
    "_connector", "__class__", "pk__in", "1) OR (1=1", "\\'", "$$", "{{7*7}}", "%s", "%(x)s", "NULL", "-- ", "/**/",
]  # fmt: skip


def test_p38_whatever_is_typed_stays_a_value(cast: Cast, tickets: dict[str, Ticket]) -> None:
    actor = cast.actor("alan")
    vocabulary = asked_of.vocabulary_for(actor)
    for key, payload in itertools.product(vocabulary.fields, PAYLOADS):
        quoted = payload.replace("\\", "\\\\").replace('"', '\\"')
        for text in (f'{key}:"{quoted}" "{quoted}"', f"{key}:<{payload}"):
            with suppress(Mistake):
                tree = read(text, vocabulary)
                assert list(asked_of.filtered(policy.visible_to(actor), tree, actor=actor)) == []
    for name in ("requester__account__password__startswith", "pk", "id__gte", "extra"):
        with pytest.raises(Mistake):
            asked_of.understood(f"{name}:a", actor=actor)
    assert Ticket.objects.count() == 3


#: Screens and calls where names of columns are put together from values that stand in code; each was looked at.
LOOKED_AT = {"api/v1/tickets.py", "web/control/paging.py"}


def test_p38_no_screen_and_no_call_hands_names_of_columns_to_the_database() -> None:
    source = Path(asked_of.__file__).parents[3]
    found_at = []
    for file in [*(source / "web").rglob("*.py"), *(source / "api").rglob("*.py")]:
        place = str(file.relative_to(source))
        for node in ast.walk(ast.parse(file.read_text("utf-8"))) if place not in LOOKED_AT else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
                unpacked = any(keyword.arg is None for keyword in node.keywords)
                if (name in {"filter", "exclude", "Q", "alias"} and unpacked) or name in {"extra", "RawSQL"}:
                    found_at.append(f"{place}:{node.lineno}")
    assert not found_at
