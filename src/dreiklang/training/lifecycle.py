"""States of a lesson: said, taken on by somebody, and what became of it. Each end can be taken back."""

from __future__ import annotations

from dreiklang.kernel.lifecycle import ACTIVE, INITIAL, SETTLED, Lifecycle, Transition

OPEN, TAKEN, DONE, DECLINED, WITHDRAWN = "open", "taken", "done", "declined", "withdrawn"

LESSON = Lifecycle(
    groups={OPEN: INITIAL, TAKEN: ACTIVE, DONE: SETTLED, DECLINED: SETTLED, WITHDRAWN: SETTLED},
    transitions=[
        Transition("take", OPEN, TAKEN, "improve"),
        Transition("take", TAKEN, TAKEN, "improve"),
        Transition("release", TAKEN, OPEN, "improve"),
        *(Transition("settle", state, DONE, "improve") for state in (OPEN, TAKEN)),
        *(Transition("decline", state, DECLINED, "improve") for state in (OPEN, TAKEN)),
        *(Transition("withdraw", state, WITHDRAWN, "author") for state in (OPEN, TAKEN)),
        *(Transition("reopen", state, OPEN, "improve") for state in (DONE, DECLINED, WITHDRAWN)),
    ],
)
UNSETTLED = (OPEN, TAKEN)

ACCEPTED = "accepted"
PROPOSAL = Lifecycle(
    groups={OPEN: INITIAL, ACCEPTED: ACTIVE, DONE: SETTLED, DECLINED: SETTLED, WITHDRAWN: SETTLED},
    transitions=[
        Transition("accept", OPEN, ACCEPTED, "keep"),
        Transition("finish", ACCEPTED, DONE, "keep"),
        Transition("decline", OPEN, DECLINED, "keep"),
        Transition("decline", ACCEPTED, DECLINED, "keep"),
        Transition("withdraw", OPEN, WITHDRAWN, "author"),
        *(Transition("reopen", state, OPEN, "keep") for state in (ACCEPTED, DONE, DECLINED, WITHDRAWN)),
    ],
)
