"""States and transitions of a ticket. Clocks and lists depend on the group, never on the name of a state."""

from __future__ import annotations

from dreiklang.kernel.lifecycle import ACTIVE, INITIAL, PENDING, SETTLED, Lifecycle, Transition

NEW, OPEN, WAITING, RESOLVED, CLOSED = "new", "open", "waiting", "resolved", "closed"
#: It goes on in another ticket; only its own way back leads out of here.
MERGED = "merged"

TICKET = Lifecycle(
    groups={NEW: INITIAL, OPEN: ACTIVE, WAITING: PENDING, RESOLVED: SETTLED, CLOSED: SETTLED, MERGED: SETTLED},
    transitions=[
        Transition("start", NEW, OPEN, "work"),
        Transition("start", OPEN, OPEN, "work"),
        Transition("start", WAITING, OPEN, "work"),
        Transition("pause", NEW, WAITING, "work"),
        Transition("pause", OPEN, WAITING, "work"),
        Transition("pause", WAITING, WAITING, "work"),
        Transition("resume", WAITING, OPEN, "work"),
        Transition("hand", NEW, OPEN, "work"),
        Transition("hand", OPEN, OPEN, "work"),
        Transition("hand", WAITING, OPEN, "work"),
        Transition("resolve", NEW, RESOLVED, "resolve"),
        Transition("resolve", OPEN, RESOLVED, "resolve"),
        Transition("resolve", WAITING, RESOLVED, "resolve"),
        Transition("reopen", RESOLVED, OPEN, "reopen"),
        Transition("reopen", CLOSED, OPEN, "reopen"),
        Transition("close", RESOLVED, CLOSED, "close"),
        Transition("unclose", CLOSED, RESOLVED, "close"),
        Transition("lapse", WAITING, CLOSED, "close"),
        *(Transition("merge", state, MERGED, "merge") for state in (NEW, OPEN, WAITING, RESOLVED, CLOSED)),
        *(Transition(f"part_{state}", MERGED, state, "merge") for state in (NEW, OPEN, WAITING, RESOLVED, CLOSED)),
        Transition("discard", NEW, CLOSED, "work"),
        Transition("discard", OPEN, CLOSED, "work"),
        Transition("discard", WAITING, CLOSED, "work"),
    ],
)

UNSETTLED = TICKET.states_in(INITIAL, ACTIVE, PENDING)
