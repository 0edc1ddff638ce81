"""The single keys of the desk as one table: the sheet under ``?``, the preferences and the script read the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

#: Where a person's own keys are kept: usual key → own key.
PREFERENCE = "view.keys"

#: usual key → what it does. What may be chosen anew; ``g`` begins two keys and stays.
KEYS: dict[str, Any] = {
    "j": gettext_lazy("next ticket"),
    "k": gettext_lazy("previous ticket"),
    "o": gettext_lazy("open it"),
    "x": gettext_lazy("select it"),
    "c": gettext_lazy("new ticket"),
    "r": gettext_lazy("answer"),
    "n": gettext_lazy("internal note"),
    "t": gettext_lazy("third party"),
    "m": gettext_lazy("macros"),
    "w": gettext_lazy("log work"),
    "h": gettext_lazy("hand over"),
    "b": gettext_lazy("hand back"),
    "s": gettext_lazy("solve"),
    "p": gettext_lazy("park, go on"),
    "a": gettext_lazy("assign to me, accept"),
    "e": gettext_lazy("classify, change a view"),
    "l": gettext_lazy("tags of the ticket"),
    "i": gettext_lazy("link to a ticket"),
    "f": gettext_lazy("follow, or no longer"),
    "d": gettext_lazy("add a task, act on all selected"),
    "u": gettext_lazy("merge with another ticket"),
    "v": gettext_lazy("plan an appointment"),
    "q": gettext_lazy("the ticket that is next"),
    ".": gettext_lazy("show what is new in the list"),
    "/": gettext_lazy("search"),
    "?": gettext_lazy("this sheet"),
}

#: What is fixed: pressed together, in a row, or typed into a text.
FIXED: tuple[tuple[tuple[Any, ...], Any], ...] = (
    (("g", "m"), gettext_lazy("go to your own")),
    (("g", "1 … 4"), gettext_lazy("go to the list of a level")),
    (("g", "t"), gettext_lazy("go to your tasks")),
    (("g", "p"), gettext_lazy("go to what is parked")),
    (("g", "s"), gettext_lazy("go to what is further up")),
    (("g", "a"), gettext_lazy("go to everything open")),
    (("g", "n"), gettext_lazy("go to your news")),
    (("g", "c"), gettext_lazy("go to the calls")),
    (("g", "h"), gettext_lazy("go to the chats")),
    (("g", "v"), gettext_lazy("go to the views")),
    (("g", "k"), gettext_lazy("go to the articles")),
    (("g", "l"), gettext_lazy("go to what there is to learn")),
    (("g", "b"), gettext_lazy("go to the shift book")),
    (("g", "d"), gettext_lazy("go to who is there")),
    (("g", "f"), gettext_lazy("go to the search page")),
    ((gettext_lazy("Ctrl K"),), gettext_lazy("find anything")),
    ((gettext_lazy("Ctrl Enter"),), gettext_lazy("send what you are writing")),
    ((gettext_lazy("Space"),), gettext_lazy("a glance at the ticket whose link has the focus")),
    (("::",), gettext_lazy("insert a text block")),
    (("@@",), gettext_lazy("mention a colleague in a note")),
    (("??",), gettext_lazy("insert an article")),
)


@dataclass(frozen=True)
class Key:
    """A key as somebody has it."""

    usual: str
    own: str
    words: Any
    problem: str = ""

    @property
    def field(self) -> str:
        """Its field in the preferences."""
        return f"key-{ord(self.usual)}"


def keys_of(chosen: Mapping[str, str] | None, problems: Mapping[str, str] | None = None) -> list[Key]:
    """The table with a person's own keys."""
    own, wrong = chosen or {}, problems or {}
    return [Key(usual, own.get(usual, usual), words, wrong.get(usual, "")) for usual, words in KEYS.items()]


def map_of(chosen: Mapping[str, str] | None) -> str:
    """Pressed key → what it stands for, as the script reads it; a usual key that was given away stands for nothing."""
    changed = {usual: own for usual, own in (chosen or {}).items() if usual in KEYS and own and own != usual}
    given_away = dict.fromkeys(changed, "")
    return json.dumps({**given_away, **{own: usual for usual, own in changed.items()}})


def wrong_keys(typed: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with chosen keys, by usual key: not one sign, ``g``, a digit, or taken twice."""
    problems: dict[str, str] = {}
    seen: dict[str, str] = {}
    for usual in KEYS:
        own = typed.get(usual) or usual
        if len(own) != 1 or not own.isprintable() or own.isspace():
            problems[usual] = _("One sign, please.")
        elif own == "g" or own.isdigit():
            problems[usual] = _("“%(key)s” begins other keys.") % {"key": own}
        elif own in seen:
            problems[usual] = _("“%(key)s” already means: %(words)s.") % {"key": own, "words": KEYS[seen[own]]}
        seen.setdefault(own, usual)
    return problems
