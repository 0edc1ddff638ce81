"""A service on loopback that the desk may ask, and the hands by which tests play the other side."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.messenger_service import Service


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setenv("DREIKLANG_OUTGOING_ALLOW", "127.0.0.1")
    made = Service()
    yield made
    made.close()
