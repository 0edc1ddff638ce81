"""The description of the API is true: what fits it, and what just does not, is answered as it says (Schemathesis)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.api.conftest import Call
from tests.cast import Cast
from tests.share import SHARE, times
from tests.web.hostile.world import argument, make_world

from dreiklang.tickets.models import Ticket

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
#: A quick run takes every third operation; all of them bear hostile values in tests/web/hostile.
#: Who calls: one who works, one who administers. Zoe's part is in the tests of the modules.
CALLERS = ("alan", "ada")


@contextmanager
def one_connection() -> Iterator[None]:
    """The application of the server ends its connections with each call; here they belong to the test."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_p30_whatever_is_sent_is_answered_as_the_description_says(call: Call, cast: Cast, record_property: Any) -> None:
    world = make_world(cast)
    described = call("alan", "GET", "/openapi.json")
    tokens = {name: call(name, "GET", "/me").wsgi_request.headers["Authorization"] for name in CALLERS}
    schema = schemathesis.openapi.from_dict(json.loads(described.content))
    schema.app = get_wsgi_application()
    sent = 0
    faults: list[str] = []
    with one_connection():
        for found in list(schema.get_all_operations())[:: 1 if SHARE >= 0.1 else 3]:
            sent += tried(found.ok(), world, tokens, faults)
    assert not faults, f"{len(faults)} faults:\n" + "\n---\n".join(faults[:12])
    record_property("figure", f"{sent:,} calls of {len(list(schema.get_all_operations()))} operations, 0 faults")


def tried(operation: APIOperation[Any, Any, Any], world: Ticket, tokens: dict[str, str], faults: list[str]) -> int:
    """Call one operation with what fits its description and what does not; returns how often."""
    count = 0
    names = [parameter.name for parameter in operation.path_parameters]
    real = {name: argument(name, world) for name in names}

    def one(case: Case) -> None:
        nonlocal count
        token = tokens[CALLERS[count % len(CALLERS)]]
        count += 1
        with transaction.atomic():
            answer = case.call(headers={"Authorization": token})
            transaction.set_rollback(True)
        case.validate_response(answer, checks=CHECKS)

    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        cases = operation.as_strategy(generation_mode=mode, path_parameters=real)
        test = seed(30)(
            settings(
                max_examples=times(50, 2), deadline=None, database=None, phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )(given(cases)(one))
        )  # fmt: skip
        try:
            test()
        except FailureGroup as wrong:
            faults.append(f"{operation.label}, {mode}: {str(wrong)[:1500]}")
        except Unsatisfiable:  # an operation that takes nothing has nothing that does not fit
            continue
    return count
