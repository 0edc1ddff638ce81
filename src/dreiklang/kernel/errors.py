"""What a command answers when it refuses. Web and API turn each kind into a page or a status code, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Refusal(Exception):
    """A command did not do what was asked, and nothing was changed.

    ``code`` is a literal for machines; ``message`` a sentence for people, already translatable.
    """

    code = "refused"

    def __init__(self, message: Any = "", *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code:
            self.code = code

    def __str__(self) -> str:
        return str(self.message)


class NotAllowed(Refusal):
    """The actor may not do this (HTTP 403)."""

    code = "not_allowed"


class NotFound(Refusal):
    """It does not exist, or the actor may not know that it does (HTTP 404)."""

    code = "not_found"


class WrongState(Refusal):
    """The subject's state does not allow this step (HTTP 409)."""

    code = "wrong_state"


class Invalid(Refusal):
    """Values are wrong or missing (HTTP 422). ``fields`` names each: field → list of sentences."""

    code = "invalid"

    def __init__(self, fields: Mapping[str, list[Any]] | None = None, message: Any = "", *, code: str | None = None):
        self.fields = {name: list(sentences) for name, sentences in (fields or {}).items()}
        first = next((str(s[0]) for s in self.fields.values() if s), "")
        super().__init__(message or first, code=code)


class Conflict(Refusal):
    """Somebody else changed the subject in the meantime (HTTP 409). ``current`` is the version that stands now."""

    code = "conflict"

    def __init__(self, message: Any = "", *, current: int | None = None) -> None:
        super().__init__(message)
        self.current = current


class Unavailable(Refusal):
    """Something the desk needs does not answer; try again later (HTTP 503, exit code 75)."""

    code = "unavailable"
