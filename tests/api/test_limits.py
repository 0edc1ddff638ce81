"""How often somebody may call, what is refused as unknown, and what an error looks like whatever went wrong."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from tests.api.conftest import Call
from tests.cast import Cast

from dreiklang.kernel import allowances
from dreiklang.kernel.allowances import Limit
from dreiklang.kernel.models import Allowance


@pytest.fixture
def three(settings: Any) -> None:
    """Three calls a minute with one token."""
    settings.API_CALLS_PER_MINUTE = 3


@pytest.mark.usefixtures("three")
def test_p43_a_token_that_calls_too_often_is_told_when_to_go_on(call: Call, cast: Cast) -> None:
    answers = [call("alan", "GET", "/me") for _n in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert [a["RateLimit"].split(";")[1] for a in answers] == ["r=2", "r=1", "r=0", "r=0"]
    assert answers[0]["RateLimit-Policy"] == '"token";q=3;w=60'
    late = answers[3]
    assert late["Content-Type"] == "application/problem+json"
    assert 1 <= int(late["Retry-After"]) <= 20
    assert late.content_json["retry_after"] == int(late["Retry-After"])
    assert call("berta", "GET", "/me").status_code == 200, "others go on"


@pytest.mark.usefixtures("three")
def test_p43_two_tokens_of_one_account_share_what_the_account_may(call: Call, cast: Cast) -> None:
    scopes = [frozenset({"tickets.work"}), frozenset({"portal.use"}), frozenset({"tickets.work", "portal.use"})]
    answers = [call("alan", "GET", "/me", scopes=one).status_code for one in scopes for _n in range(3)]
    assert answers == [200] * 6 + [429] * 3


@pytest.mark.usefixtures("three")
def test_what_a_refused_call_would_have_taken_is_there_again_in_time(call: Call, cast: Cast) -> None:
    for _n in range(4):
        last = call("alan", "GET", "/me")
    assert last.status_code == 429
    for row in Allowance.objects.all():  # a third of a minute later
        Allowance.objects.filter(pk=row.pk).update(free_at=row.free_at - timedelta(seconds=20))
    assert [call("alan", "GET", "/me").status_code for _n in range(2)] == [200, 429]


@pytest.mark.usefixtures("three")
def test_p23_tokens_are_not_guessed_at_leisure(client: Client, cast: Cast) -> None:
    answers = [client.get("/api/v1/me", headers={"Authorization": f"Bearer dk_{n}"}).status_code for n in range(62)]
    assert (answers[0], answers[59], answers[61]) == (401, 401, 429)


@pytest.mark.django_db
def test_an_allowance_that_is_whole_again_leaves_no_row() -> None:
    assert allowances.take([Limit("token", "a", 10)]).left == 9
    assert allowances.forget_full() == 0
    Allowance.objects.update(free_at="2020-01-01T00:00:00Z")
    assert (allowances.forget_full(), allowances.forget_full()) == (1, 0)


def test_p30_what_the_query_may_not_hold_is_refused(call: Call, cast: Cast) -> None:
    answer = call("alan", "GET", "/tickets?stategroup=pending&customer_id=1")
    assert (answer.status_code, answer.content_json["code"]) == (400, "unknown_field")
    assert sorted(answer.content_json["fields"]) == ["customer_id", "stategroup"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("DELETE", "/me", 405, "method_not_allowed"),
        ("GET", "/tickets?q=%00", 400, "bad_request"),
        ("GET", "/tickets?limit=0", 422, "invalid"),
    ],
)
def test_every_error_is_a_problem_document(
    call: Call, cast: Cast, method: str, path: str, status: int, code: str
) -> None:
    answer = call("alan", method, path)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.content_json["code"] == code
    assert set(answer.content_json) >= {"type", "title", "status", "detail"}


def test_a_defect_is_a_problem_document_that_tells_nothing(
    call: Call, cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_more: Any, **_named: Any) -> None:
        raise RuntimeError("CANARY of a defect")

    monkeypatch.setattr("dreiklang.api.v1.teams.page_of", broken)
    client.raise_request_exception = False
    answer = call("alan", "GET", "/teams")
    assert (answer.status_code, answer.content_json["code"]) == (500, "broken")
    assert b"CANARY" not in answer.content


@pytest.mark.usefixtures("three")
def test_p02_without_a_database_a_program_is_told_to_come_again(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_more: Any) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("dreiklang.api.doors.actor_by_token", gone)
    answer = client.get("/api/v1/me", headers={"Authorization": "Bearer dk_x"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert answer["Content-Type"] == "application/problem+json"
