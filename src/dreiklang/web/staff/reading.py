"""Reading the journal as a score: what each line of a ticket's journal means on the staff. Pure, without tables.

Not every line is a mark: what was said, done and found is; who was assigned or how it was classified is told in the
conversation. Codes that are not named here (of floors still to come) leave the picture as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from dreiklang.kernel.journal import Line as JournalLine
from dreiklang.web.components.persons import initials
from dreiklang.web.staff.lexicon import Lexicon
from dreiklang.web.staff.score import Closure, Mark, MarkKind, Rest, Stay, Stroke


@dataclass(frozen=True)
class Names:
    """What ids are called. ``speakers``: message id → who said it; ``requester`` where nobody is known.

    ``usual``: the team of each level that has just one.
    """

    persons: Mapping[int, str]
    teams: Mapping[int, str]
    speakers: Mapping[int, str]
    requester: str
    usual: Mapping[int, str] = field(default_factory=dict)


@dataclass
class Reading:
    """What has been read so far; ``take`` each line in the journal's order."""

    said: Lexicon
    names: Names
    level: int = 1
    team_id: int | None = None
    first: tuple[int, int | None] = (1, None)
    opened_at: datetime | None = None
    marks: list[Mark] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    rests: list[Rest] = field(default_factory=list)
    closures: list[Closure] = field(default_factory=list)
    last_at: datetime | None = None

    def take(self, line: JournalLine) -> None:
        """Read one line."""
        self.last_at = line.at
        if (read := READERS.get(line.event.code)) is not None:
            read(self, line, line.event)

    # -- what the readers below say

    def mark(self, line: JournalLine, kind: MarkKind, words: str, entry: str, *, by: str | None = None) -> None:
        """Add a mark at the level of whoever acted, or of whoever has the ticket where the desk itself did."""
        name = self.author(line) if by is None else by
        level = getattr(line.event, "level", 0) or (0 if kind is MarkKind.REQUESTER else self.level)
        self.marks.append(Mark(line.at, kind, level, words, name, initials(name) if name else "", entry))

    def author(self, line: JournalLine) -> str:
        """Who acted; nobody for the desk itself."""
        if line.actor_kind != "person" or line.actor_id is None:
            return ""
        return self.names.persons.get(line.actor_id, "")

    def is_working(self) -> bool:
        """Whether somebody has accepted it and not handed it on."""
        return bool(self.stays) and self.stays[-1].until is None

    def begin_stay(self, at: datetime) -> None:
        """The level that has the ticket begins to work; an open stroke to it gets its head."""
        if self.is_working():
            return
        self.stays.append(Stay(self.level, at, team=self.team()))
        if self.strokes and self.strokes[-1].accepted_at is None:
            self.strokes[-1] = replace(self.strokes[-1], accepted_at=at)

    def end_stay(self, at: datetime) -> None:
        """It hands on, or is closed."""
        if self.is_working():
            self.stays[-1] = replace(self.stays[-1], until=at)

    def begin_rest(self, at: datetime, reason: str, short: str = "") -> None:
        """It waits."""
        self.end_rest(at)
        self.rests.append(Rest(self.level, at, None, reason, short))

    def end_rest(self, at: datetime) -> None:
        """It waits no longer."""
        if self.rests and self.rests[-1].until is None:
            self.rests[-1] = replace(self.rests[-1], until=at)

    def move(self, at: datetime, to: tuple[int, int | None], *, is_back: bool, reason: str = "") -> None:
        """It goes to another level or team, which has yet to accept it."""
        self.end_rest(at)
        self.end_stay(at)
        level, team_id = to
        to_team = self.names.teams.get(team_id or 0, "")
        self.strokes.append(Stroke(self.level, level, at, None, is_back, to_team, reason))
        self.level, self.team_id = level, team_id

    def team(self) -> str:
        """Who has it now."""
        return self.names.teams.get(self.team_id or 0, "")

    def worked_by(self, line: JournalLine) -> None:
        """Somebody of the level that has it did something: it is in work from then on, if it was not.

        A handover upward needs its own acceptance; everything else is accepted by the first deed.
        """
        waits_for_yes = bool(self.strokes) and self.strokes[-1].accepted_at is None and not self.strokes[-1].is_back
        if getattr(line.event, "level", 0) == self.level and not waits_for_yes and not self.is_closed():
            self.begin_stay(line.at)

    def is_closed(self) -> bool:
        """Whether it is closed now."""
        return bool(self.closures) and self.closures[-1].reopened_at is None


def read(lines: Iterable[JournalLine], *, said: Lexicon, names: Names) -> Reading:
    """The whole journal of one ticket."""
    reading = Reading(said, names)
    for line in lines:
        reading.take(line)
    return reading


def _opened(r: Reading, line: JournalLine, event: Any) -> None:
    r.level, r.team_id = event.holder_level, event.holder_team_id
    r.first, r.opened_at = (r.level, r.team_id), line.at
    r.worked_by(line)


def _received(r: Reading, line: JournalLine, event: Any) -> None:
    by = r.names.speakers.get(event.message_id) or r.names.requester
    kind = MarkKind.REQUESTER if event.auto in ("", "none") else MarkKind.AUTOMATIC
    r.mark(line, kind, event.gist, f"message-{event.message_id}", by=by)


def _written(r: Reading, line: JournalLine, event: Any) -> None:
    r.mark(line, MarkKind.OUTWARD, event.gist, f"message-{event.message_id}")
    r.worked_by(line)


def _withdrawn(r: Reading, line: JournalLine, event: Any) -> None:
    """It never left: nobody outside read it."""
    entry = _entry(event)
    for place, mark in enumerate(r.marks):
        if mark.entry == entry:
            words = f"{r.said.withdrawn}: {mark.words}" if mark.words else r.said.withdrawn
            r.marks[place] = replace(mark, kind=MarkKind.INTERNAL, words=words)


def _failed(r: Reading, line: JournalLine, event: Any) -> None:
    words = r.said.undeliverable % (event.recipient or "?")
    r.mark(line, MarkKind.AUTOMATIC, f"{words}: {event.reason}" if event.reason else words, _entry(event), by="")


def _entry(event: Any) -> str:
    """Which words an event tells of: a message or a correspondence."""
    kind = "message" if hasattr(event, "message_id") else "correspondence"
    return f"{kind}-{getattr(event, f'{kind}_id')}"


def _noted(r: Reading, line: JournalLine, event: Any) -> None:
    r.mark(line, MarkKind.INTERNAL, event.gist, f"note-{event.note_id}")
    r.worked_by(line)


def _corresponded(r: Reading, line: JournalLine, event: Any) -> None:
    words = f"{event.party}: {event.gist}" if event.party else event.gist
    r.mark(line, MarkKind.OUTWARD, words, f"correspondence-{event.correspondence_id}")
    r.worked_by(line)


def _answered(r: Reading, line: JournalLine, event: Any) -> None:
    r.mark(line, MarkKind.INTERNAL, event.gist, f"correspondence-{event.correspondence_id}", by=event.party)


#: Work that somebody outside hears or sees.
_HEARD: Final = frozenset({"call", "visit"})
#: Outcomes that make any work a finding.
_FOUND: Final = frozenset({"found", "ruled_out"})


def _worked(r: Reading, line: JournalLine, event: Any) -> None:
    kind = MarkKind.CHECK if event.kind == "check" or event.outcome in _FOUND else MarkKind.INTERNAL
    if event.kind in _HEARD:
        kind = MarkKind.OUTWARD
    words = f"{event.gist}: {event.result}" if event.result else event.gist
    r.mark(line, kind, words, f"intervention-{event.intervention_id}")
    r.worked_by(line)


def _assigned(r: Reading, line: JournalLine, event: Any) -> None:
    r.level, r.team_id = event.holder_level, event.holder_team_id
    if event.person_id is not None and not r.is_closed():
        r.begin_stay(line.at)


def _sorted(r: Reading, line: JournalLine, event: Any) -> None:
    r.move(line.at, (event.holder_level, event.holder_team_id), is_back=False, reason=event.reason)
    r.strokes[-1] = replace(r.strokes[-1], accepted_at=line.at)


def _paused(r: Reading, line: JournalLine, event: Any) -> None:
    r.worked_by(line)
    short = r.names.requester if event.reason == "requester" else ""
    reason = {
        "requester": r.said.waits_for % r.names.requester if r.names.requester else r.said.waits_for_requester,
        "vendor": r.said.waits_for_third,
        "date": r.said.put_aside,
    }.get(event.reason, r.said.waits)
    r.begin_rest(line.at, f"{reason}: {event.note}" if event.note else reason, short or event.note or reason)


def _resumed(r: Reading, line: JournalLine, event: Any) -> None:
    r.end_rest(line.at)
    if event.because in ("date", "task", "ticket", "children"):
        words = r.said.date_came if event.because == "date" else r.said.condition_met
        r.mark(line, MarkKind.AUTOMATIC, words, f"line-{line.id}", by="")


def _handed(r: Reading, line: JournalLine, event: Any) -> None:
    r.move(line.at, (event.to_level, event.to_team_id), is_back=False, reason=event.gist)


def _accepted(r: Reading, line: JournalLine, event: Any) -> None:
    r.begin_stay(line.at)
    r.mark(line, MarkKind.INTERNAL, r.said.took_over, f"handover-{event.handover_id}")


def _handed_back(r: Reading, line: JournalLine, event: Any) -> None:
    r.move(line.at, (event.to_level, event.to_team_id), is_back=True, reason=event.gist)


def _relayed(r: Reading, line: JournalLine, event: Any) -> None:
    through = r.said.through_level % event.to_level
    r.mark(line, MarkKind.INTERNAL, f"{through}: {event.gist}" if event.gist else through, f"relay-{event.relay_id}")
    r.worked_by(line)


def _direct(r: Reading, line: JournalLine, event: Any) -> None:
    words = f"{r.said.direct_line}: {event.reason}" if event.reason else r.said.direct_line
    r.mark(line, MarkKind.INTERNAL, words, f"line-{line.id}")


def _resolved(r: Reading, line: JournalLine, event: Any) -> None:
    """The solution went out as a message; from now on it waits for the requester's yes."""
    r.worked_by(line)
    entry = f"message-{event.message_id}"
    for place, mark in enumerate(r.marks):
        if event.message_id and mark.entry == entry:
            r.marks[place] = replace(mark, words=f"{r.said.solved}: {mark.words}" if mark.words else r.said.solved)
    r.begin_rest(line.at, r.said.waits_for_yes, r.names.requester)


def _closed(r: Reading, line: JournalLine, event: Any) -> None:
    r.end_rest(line.at)
    r.end_stay(line.at)
    if not r.is_closed():
        r.closures.append(Closure(line.at))


def _closing_undone(r: Reading, line: JournalLine, event: Any) -> None:
    if r.is_closed():
        r.closures.pop()


def _reopened(r: Reading, line: JournalLine, event: Any) -> None:
    r.end_rest(line.at)
    if r.is_closed():
        r.closures[-1] = replace(r.closures[-1], reopened_at=line.at)
    if (r.level, r.team_id) != r.first:
        r.move(line.at, r.first, is_back=True, reason=event.reason)
    else:
        r.end_stay(line.at)


def _merged(r: Reading, line: JournalLine, event: Any) -> None:
    """It goes on in another ticket: nobody has it here any more."""
    _closed(r, line, event)
    r.mark(line, MarkKind.INTERNAL, r.said.merged_into % event.other_number, f"line-{line.id}")


def _absorbed(r: Reading, line: JournalLine, event: Any) -> None:
    r.mark(line, MarkKind.INTERNAL, r.said.absorbed % event.other_number, f"line-{line.id}")


def _task(r: Reading, line: JournalLine, event: Any) -> None:
    """A task that was done is work; the rest is told in the conversation."""
    if event.what == "done":
        r.mark(line, MarkKind.INTERNAL, event.gist, f"line-{line.id}")
        r.worked_by(line)


def _divided(r: Reading, line: JournalLine, event: Any) -> None:
    r.mark(line, MarkKind.INTERNAL, r.said.split_off % event.other_number, f"line-{line.id}")


def _parted(r: Reading, line: JournalLine, event: Any) -> None:
    """It is its own again, in the state it had, at the level that had it."""
    r.mark(line, MarkKind.INTERNAL, r.said.parted % event.other_number, f"line-{line.id}")
    if event.is_survivor or event.state == "closed":
        return
    if r.is_closed():
        r.closures[-1] = replace(r.closures[-1], reopened_at=line.at)
    r.begin_stay(line.at)


#: Journal code → what it means on the staff.
READERS: Final[dict[str, Callable[[Reading, JournalLine, Any], None]]] = {
    "ticket.opened": _opened,
    "message.received": _received,
    "message.written": _written,
    "message.withdrawn": _withdrawn,
    "correspondence.withdrawn": _withdrawn,
    "message.failed": _failed,
    "correspondence.failed": _failed,
    "note.written": _noted,
    "correspondence.written": _corresponded,
    "correspondence.received": _answered,
    "intervention.logged": _worked,
    "ticket.assigned": _assigned,
    "ticket.moved": _sorted,
    "ticket.paused": _paused,
    "ticket.resumed": _resumed,
    "handover.made": _handed,
    "handover.accepted": _accepted,
    "handover.handed_back": _handed_back,
    "relay.offered": _relayed,
    "direct_line.opened": _direct,
    "ticket.resolved": _resolved,
    "ticket.closed": _closed,
    "ticket.reopened": _reopened,
    "ticket.closing_undone": _closing_undone,
    "ticket.merged": _merged,
    "ticket.absorbed": _absorbed,
    "ticket.parted": _parted,
    "task.changed": _task,
    "ticket.split": _divided,
}
