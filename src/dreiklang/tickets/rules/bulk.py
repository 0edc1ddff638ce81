"""Deeds that can be done to many tickets at once; which of them can be taken back. Pure."""

from __future__ import annotations

TAKE, ASSIGN, RELEASE, TEAM, KIND, CATEGORY, URGENCY, IMPACT, TAG, UNTAG, PAUSE, CLOSE, FIELD = (
    "take", "assign", "release", "team", "kind", "category", "urgency", "impact", "tag", "untag", "pause", "close",
    "field.",
)  # fmt: skip
DEEDS = (TAKE, ASSIGN, RELEASE, TEAM, KIND, CATEGORY, URGENCY, IMPACT, TAG, UNTAG, PAUSE, CLOSE)
#: Deeds that need nothing more to be said.
WITHOUT_VALUE = frozenset({TAKE, RELEASE, CLOSE})
#: Closing tells the requester; what has left the house is not taken back.
FINAL = frozenset({CLOSE})
MOST = 5_000
#: So many are done at once, while somebody waits; more go on by themselves.
AT_ONCE = 20
#: So many are tried beforehand, to say what would be refused.
TRIED = 200


def is_deed(deed: str) -> bool:
    """Whether there is such a deed; writing into an own field names the field."""
    return deed in DEEDS or (deed.startswith(FIELD) and len(deed) > len(FIELD))


def may_be_undone(deed: str) -> bool:
    """Whether nothing of a deed leaves the house."""
    return deed not in FINAL
