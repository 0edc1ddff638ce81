"""Questions kept in words: the same answers as asked plainly, for whoever asks, or a refusal."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.db.models import BinaryField, Value
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast

from dreiklang.kernel.counting import Counts
from dreiklang.kernel.files import store
from dreiklang.kernel.models import StoredFile
from dreiklang.kernel.permissions import Actor
from dreiklang.kernel.questions import Question
from dreiklang.organizations.models import Person
from dreiklang.teams.models import Membership, Team
from dreiklang.tickets.policy import views_visible_to, visible_to


def test_records_are_the_same_with_all_that_comes_with_them(cast: Cast) -> None:
    ask = Question(lambda team: Membership.objects.filter(team_id=team).select_related("person", "team"))
    for key in [cast.teams["desk"].pk, cast.teams["network"].pk, 0]:
        plain = list(ask.ask(key))
        with CaptureQueriesContext(connection) as asked:
            kept = ask(key)
            assert [(m, m.person.name, m.team.name) for m in kept] == [(m, m.person.name, m.team.name) for m in plain]
        assert len(asked) == 1
    rows = Question(lambda name: Person.objects.filter(name=name).values_list("pk", "organization__name", named=True))
    assert rows("Rita Weber") == list(rows.ask("Rita Weber"))
    assert rows("") == []


def test_a_list_of_any_length_is_a_value(cast: Cast) -> None:
    ask = Question(lambda keys: Person.objects.filter(pk__in=keys).order_by("pk"))
    everyone = tuple(sorted(person.pk for person in cast.persons.values()))
    for keys in [(), everyone[:1], everyone[1:2], everyone, everyone * 9]:
        assert ask(keys) == list(ask.ask(keys))


def test_a_number_that_no_column_holds_finds_nothing(cast: Cast) -> None:
    ask = Question(lambda key: Person.objects.filter(pk=key))
    several = Question(lambda keys: Person.objects.filter(pk__in=keys))
    for number in (2**31, 2**63, 10**40, -(2**63) - 1):
        assert ask(number) == several((number,)) == []


def test_bytes_are_a_value(cast: Cast) -> None:
    ask = Question(
        lambda digest: StoredFile.objects.annotate(b=Value(digest, output_field=BinaryField())).values_list("b")
    )
    store(b"one")
    assert [bytes(found) for (found,) in [*ask(b"a\x00b"), *ask(b"")]] == [b"a\x00b", b""]


def test_words_that_depend_on_a_value_are_refused(cast: Cast) -> None:
    with pytest.raises(ValueError, match="depend on its values"):
        Question(lambda number: Person.objects.filter(pk=number + 1))(1)
    with pytest.raises(ValueError, match="depend on its values"):
        Question(lambda number: Person.objects.order_by("pk" if number % 200_000 < 100_000 else "name"))(1)
    with pytest.raises(TypeError, match="cannot be a value"):
        Question(lambda wanted: Person.objects.filter(is_active=wanted))(True)


def test_each_actor_gets_what_is_theirs(cast: Cast) -> None:
    tickets = Question(lambda actor: visible_to(actor).order_by("pk"))
    views = Question(lambda actor: views_visible_to(actor).order_by("pk"))
    shared = Counts(lambda actor: {"seen": visible_to(actor), "teams": Team.objects.filter(pk__in=actor.teams)})
    for name in [*cast.persons, *cast.persons]:
        actor: Actor = cast.actor(name)
        assert tickets(actor) == list(tickets.ask(actor)), name
        assert views(actor) == list(views.ask(actor)), name
        assert shared(actor) == [visible_to(actor).count(), len(actor.teams)], name


def test_a_question_may_be_asked_from_any_thread(cast: Cast) -> None:
    ask = Question(lambda key: Person.objects.filter(pk=key))
    assert ask.first(cast.rita.pk) == cast.rita
    told: list[object] = []

    def elsewhere() -> None:
        told.append(ask.first(0))  # another connection: what this test wrote is not there yet
        connection.close()

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert told == [None]


@pytest.mark.parametrize("number", [2**31 - 1, 2**31, 2**63, 10**40, -(2**31) - 1])
def test_a_number_that_fits_no_column_finds_nobody(cast: Cast, number: int) -> None:
    """As in Django's own words: nothing is found, and nothing breaks."""
    persons = Question(lambda given: Person.objects.filter(pk=given)[:1])
    assert persons.first(cast.rita.pk) == cast.rita
    assert persons.first(number) is None
