"""Counting many lists at once: exact up to a limit, nothing where nothing can be, and one question to the database."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast

from dreiklang.kernel.counting import count_words, counts
from dreiklang.organizations.models import Person
from dreiklang.teams.models import Team


def test_many_lists_are_counted_in_one_statement(cast: Cast) -> None:
    lists = {
        "people": Person.objects.order_by("name"),
        "none": Person.objects.none(),
        "rita": Person.objects.filter(name=cast.rita.name),
        "teams": Team.objects.filter(pk__in=[]),
    }
    with CaptureQueriesContext(connection) as asked:
        found = counts(lists)
    assert len(asked) == 1
    assert found == {"people": Person.objects.count(), "none": 0, "rita": 1, "teams": 0}


def test_nothing_is_counted_beyond_the_limit(cast: Cast) -> None:
    found = counts({"people": Person.objects.all()}, exact_to=3)["people"]
    assert found == 4
    assert count_words(found, exact_to=3) == "3+"
    assert count_words(999) == "999"
    assert count_words(1000) == "999+"


def test_nothing_to_count_asks_nothing(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert counts({}) == {}
    assert len(asked) == 0
