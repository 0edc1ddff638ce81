"""A caller with a token, for every test of the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.cast import Cast

from dreiklang.accounts.commands.tokens import make_token
from dreiklang.accounts.rules import SCOPES
from dreiklang.kernel import clock
from dreiklang.teams.queries import actor_for

A_DAY = timedelta(days=1)

Call = Callable[..., Any]


@pytest.fixture
def call(cast: Cast, client: Client) -> Call:
    """``call("alan", "GET", "/tickets")`` → status and JSON, as that person with a token of all scopes."""
    tokens: dict[str, str] = {}

    def token_of(name: str, scopes: frozenset[str]) -> str:
        key = f"{name} {sorted(scopes)}"
        if key not in tokens:
            account = cast.persons[name].account
            assert account is not None
            tokens[key] = make_token(
                account, name="test", scopes=scopes, actor=actor_for(account), expires_at=clock.now() + A_DAY
            )[1]
        return tokens[key]

    def call(
        name: str, method: str, path: str, body: Any = None, *, scopes: frozenset[str] = SCOPES, **headers: str
    ) -> Any:
        sent = {
            "Authorization": f"Bearer {token_of(name, scopes)}",
            **{k.replace("_", "-"): v for k, v in headers.items()},
        }
        answer = client.generic(
            method, f"/api/v1{path}", data=_as_json(body), content_type="application/json", headers=sent
        )
        answer.content_json = answer.json() if answer.content and "json" in answer["Content-Type"] else None
        return answer

    return call


def _as_json(body: Any) -> str:
    import json

    return "" if body is None else json.dumps(body)
