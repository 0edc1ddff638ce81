"""States of a revision. What readers see is the one that is published; a newer draft may stand beside it."""

from __future__ import annotations

from dreiklang.kernel.lifecycle import ACTIVE, INITIAL, PENDING, SETTLED, Lifecycle, Transition

DRAFT, REVIEW, PUBLISHED, PAST = "draft", "review", "published", "past"

REVISION = Lifecycle(
    groups={DRAFT: INITIAL, REVIEW: PENDING, PUBLISHED: ACTIVE, PAST: SETTLED},
    transitions=[
        Transition("submit", DRAFT, REVIEW, "write"),
        Transition("send_back", REVIEW, DRAFT, "review"),
        Transition("publish", DRAFT, PUBLISHED, "review"),
        Transition("publish", REVIEW, PUBLISHED, "review"),
        Transition("withdraw", PUBLISHED, PAST, "review"),
        Transition("supersede", PUBLISHED, PAST, "review"),
        Transition("supersede", DRAFT, PAST, "write"),
        Transition("supersede", REVIEW, PAST, "write"),
        Transition("discard", DRAFT, PAST, "write"),
    ],
)
