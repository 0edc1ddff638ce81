"""What pages ask in kept words is what they would ask plainly: the same statement with the same values."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from tests.cast import Cast
from tests.web.test_questions_of_pages import READERS, fill, pages_about

from dreiklang.kernel import questions
from dreiklang.kernel.questions import Question
from dreiklang.tickets.commands.opening import open_ticket


def test_pages_ask_in_kept_words_what_they_would_ask_plainly(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = open_ticket(cast.rita, actor=cast.actor("alan"), subject="Drucker steht", channel="phone")
    fill(cast, ticket, 1)
    asked: set[int] = set()
    written = connection.ops.compose_sql
    answer = questions._asked

    def compared(kept: Any, parameters: tuple[Any, ...]) -> list[Any]:
        one, values = begun[-1]
        sql, plain = one.ask(*values).query.get_compiler("default").as_sql()
        assert (kept.words.sql, sorted(map(repr, parameters))) == (sql, sorted(map(repr, plain)))
        assert written(kept.prepared, kept.words.changing(parameters)) == written(sql, plain)
        asked.add(id(one))
        return answer(kept, parameters)

    begun: list[tuple[Question[Any], tuple[Any, ...]]] = []
    call = Question.__call__

    def noted(self: Question[Any], *values: Any) -> list[Any]:
        begun.append((self, values))
        return call(self, *values)

    monkeypatch.setattr(questions, "_asked", compared)
    monkeypatch.setattr(Question, "__call__", noted)
    for who in READERS:
        client = Client()
        client.force_login(cast.persons[who].account)
        for page in [] if who == "ada" else pages_about(ticket, cast, who):
            assert client.get(page).status_code in (200, 404), page
    assert len(asked) >= 20
