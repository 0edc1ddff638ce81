"""Events: what happened, in the past tense, as frozen values. Each becomes one line of the journal."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from typing import Any, ClassVar

KNOWN: dict[str, type[Event]] = {}


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events.

    ``code`` is the literal that stands in the journal, ``subject_kind`` what ``subject_id`` counts. Fields named
    in ``words`` are names or free text: they lie beside the line, where erasure may empty them.
    """

    code: ClassVar[str] = ""
    subject_kind: ClassVar[str] = ""
    words: ClassVar[frozenset[str]] = frozenset()

    subject_id: int

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.code:
            if cls.code in KNOWN and KNOWN[cls.code].__qualname__ != cls.__qualname__:
                raise ValueError(f"two events bear the code {cls.code}")
            KNOWN[cls.code] = cls

    def split(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Plain values for the line, and words to lie beside it; empty values are left out."""
        plain: dict[str, Any] = {}
        beside: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "subject_id" or value is None or value == "" or value == ():
                continue
            if isinstance(value, datetime):
                value = value.isoformat()
            (beside if field.name in self.words else plain)[field.name] = value
        return plain, beside


def revive(code: str, subject_id: int, plain: dict[str, Any], words: dict[str, Any]) -> Event:
    """The event a journal line tells of. Fields a newer release added take their defaults; gone ones are ignored.

    Words that were erased read as empty.
    """
    kind = KNOWN[code]
    names = {field.name: field for field in fields(kind)}
    values = {k: v for k, v in {**plain, **words}.items() if k in names}
    for name in kind.words - values.keys():
        if names[name].default is MISSING:
            values[name] = {} if "dict" in str(names[name].type) else ""
    for name, value in values.items():
        if "datetime" in str(names[name].type) and isinstance(value, str):
            values[name] = datetime.fromisoformat(value)
        elif str(names[name].type).startswith("tuple") and isinstance(value, list):
            values[name] = tuple(value)
    return kind(subject_id=subject_id, **values)
