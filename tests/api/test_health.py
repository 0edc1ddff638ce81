"""Alive, ready, and how much waits: for load balancers and Prometheus, without anybody's words."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from tests.cast import Cast
from tests.web.hostile.world import make_world

from dreiklang.api import measuring
from dreiklang.kernel import heartbeats

LINE = re.compile(r'# (HELP|TYPE) dreiklang_\w+ .+|dreiklang_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [0-9.e+-]+')


def test_alive_needs_no_database(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_ready_means_that_the_database_answers(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/readyz").content == b"ready\n"

    def away(*_more: Any, **_named: Any) -> None:
        raise OperationalError("no route")

    monkeypatch.setattr("dreiklang.api.health.MigrationExecutor", away)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"the database does not answer\n")


def test_measures_are_lines_that_prometheus_reads(client: Client, cast: Cast) -> None:
    make_world(cast)
    heartbeats.beat("worker", ["Zoë says “no”"])
    client.get("/sign-in/")
    text = client.get("/metrics").content.decode()
    wrong = [line for line in text.splitlines() if not LINE.fullmatch(line)]
    assert not wrong
    for name in ("jobs", "outbox_mails", "gate_mails_last_day", "clocks_to_sweep", "request_seconds",
                 "database_bytes", "webhook_deliveries_waiting", "part_problems"):  # fmt: skip
        assert f"dreiklang_{name} " in text, name
    assert "Rita" not in text


def test_measuring_costs_the_same_however_much_there_is(
    client: Client, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(18):
        client.get("/metrics")


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-Ip"])
def test_p39_measures_are_not_for_whoever_comes_through_a_proxy(client: Client, header: str) -> None:
    assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 403
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 403


@pytest.mark.django_db
def test_with_a_token_only_the_token_opens(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = "secret"
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 403
    answer = client.get("/metrics", headers={"Authorization": "Bearer secret"}, REMOTE_ADDR="192.0.2.7")
    assert answer.status_code == 200


def test_answers_fall_into_their_buckets() -> None:
    before = measuring._sum(measuring.KINDS.index("api"))
    measuring.note("api", 0.03, 200)
    measuring.note("api", 99.0, 503)
    after = [now - former for now, former in zip(measuring._sum(measuring.KINDS.index("api")), before, strict=True)]
    assert (after[1], after[len(measuring.BOUNDS)], after[-1]) == (1, 1, 1)
