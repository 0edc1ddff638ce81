"""The widget and chats of the domain's tests, and browsers: of the cast, and of a visitor on a foreign page."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.domain.chat.conftest import begin, widget

from dreiklang.channels.chat.models import Widget

__all__ = ["begin", "widget"]
ORIGIN = "https://intranet.klinikum.example"
Page = Callable[..., Any]


@pytest.fixture
def page(widget: Widget) -> Page:
    """``page("news", after=0)`` → the answer to a page of the clinic's intranet."""

    def ask(path: str, *, origin: str = ORIGIN, token: str = "0" * 48, files: Any = None, **body: Any) -> Any:
        headers = {"HTTP_ORIGIN": origin, "HTTP_AUTHORIZATION": f"Bearer {token}"}
        sent = {**body, "files": files} if files else json.dumps({"token": token, **body})
        kind = {} if files else {"content_type": "application/json"}
        return Client().post(f"/chat/{widget.key}/{path}/?lang=de", sent, **kind, **headers)

    return ask
