"""What a rule can do: each deed with the values it takes, the right it needs, and the occasions it brings. Pure.

What a deed *does* is written where it may be: here for what tickets know, on higher floors for theirs
(`commands.acting.register`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: What the value of a deed names.
NOTHING, PERSON, TEAM, CATEGORY, KIND, DEGREE, TAG, HOURS, WHOM, HOOK = (
    "", "person", "team", "category", "kind", "degree", "tag", "hours", "whom", "webhook",
)  # fmt: skip
#: Rights that an administrator gives a rule, besides that to write notes, tags and the like.
MOVE, WRITE, RESTRICTED = "automation.move", "automation.write", "automation.restricted"
CALL: Final = "automation.call"
RIGHTS: Final = (MOVE, WRITE, CALL, RESTRICTED)


@dataclass(frozen=True)
class Deed:
    """One kind of deed. ``takes``: what its value names; ``text``: whether it needs words."""

    key: str
    takes: str = NOTHING
    text: bool = False
    needs: str = ""
    brings: frozenset[str] = frozenset()


DEEDS: Final = {
    one.key: one
    for one in (
        Deed("assign", PERSON, needs=MOVE, brings=frozenset({"assigned"})),
        Deed("unassign", needs=MOVE, brings=frozenset({"assigned"})),
        Deed("move", TEAM, needs=MOVE, brings=frozenset({"moved"})),
        Deed("prepare_handover", TEAM, text=True),
        Deed("set_kind", KIND, brings=frozenset({"classified"})),
        Deed("set_category", CATEGORY, brings=frozenset({"classified"})),
        Deed("set_impact", DEGREE, brings=frozenset({"classified"})),
        Deed("set_urgency", DEGREE, brings=frozenset({"classified"})),
        Deed("tag", TAG, brings=frozenset({"tagged"})),
        Deed("untag", TAG, brings=frozenset({"tagged"})),
        Deed("note", text=True, brings=frozenset({"noted"})),
        Deed("message", text=True, needs=WRITE, brings=frozenset({"answered"})),
        Deed("notify", WHOM),
        Deed("follow", PERSON),
        Deed("park", HOURS, text=True, needs=MOVE, brings=frozenset({"paused"})),
        Deed("webhook", HOOK, needs=CALL),
        Deed("go_on", needs=MOVE, brings=frozenset({"resumed"})),
    )
}


@dataclass(frozen=True)
class Step:
    """A deed as a rule keeps it: its kind, the name of whom or what it means, its words in two languages."""

    kind: str
    value: str = ""
    text: str = ""
    text_en: str = ""

    def as_json(self) -> dict[str, str]:
        """As it is stored and exported; empty fields are left out."""
        kept = {"deed": self.kind, "value": self.value, "text": self.text, "text_en": self.text_en}
        return {name: value for name, value in kept.items() if value}

    @classmethod
    def from_json(cls, stored: dict[str, str]) -> Step:
        """From what was stored."""
        return cls(
            str(stored.get("deed", "")), str(stored.get("value", "")), str(stored.get("text", "")),
            str(stored.get("text_en", "")),
        )  # fmt: skip

    def text_in(self, language: str) -> str:
        """Its words in a language, else in the other one."""
        first, second = (self.text, self.text_en) if language.startswith("de") else (self.text_en, self.text)
        return first or second


def deed_named(key: str) -> Deed | None:
    """The kind of deed, or None if there is none of that name (any more)."""
    return DEEDS.get(key)
