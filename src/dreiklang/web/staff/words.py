"""The text twin: the same score in sentences, one per stay, one for promises, one for what is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dreiklang.web.staff import phrases
from dreiklang.web.staff.holding import Holding, age, holdings, worked
from dreiklang.web.staff.lexicon import lexicon
from dreiklang.web.staff.placing import brackets
from dreiklang.web.staff.score import Mark, Promise, Score


@dataclass(frozen=True, slots=True)
class Passage:
    """One stay: its sentence, and the marks that fell into it."""

    sentence: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Twin:
    """The staff in words. ``promises`` is empty where nothing was promised yet kept or broken."""

    opening: str
    passages: tuple[Passage, ...]
    promises: str
    still_open: str

    def sentences(self) -> str:
        """Everything but the single marks, as one paragraph: the picture's description."""
        return " ".join(
            part
            for part in (self.opening, *(p.sentence for p in self.passages), self.promises, self.still_open)
            if part
        )


def text_twin(score: Score) -> Twin:
    """The whole twin of a score, in its language."""
    turns = holdings(score)
    sorted_marks = sorted((m for m in score.marks if m.at <= score.end), key=lambda m: m.at)
    passages: list[Passage] = []
    for place, turn in enumerate(turns):
        begin = turn.since if place else datetime.min.replace(tzinfo=turn.since.tzinfo)
        end = turns[place + 1].since if place + 1 < len(turns) else datetime.max.replace(tzinfo=turn.since.tzinfo)
        marks = [m for m in sorted_marks if begin <= m.at < end]
        passages.append(Passage(_stay(score, turn, marks), tuple(marks)))
    return Twin(_opening(score), tuple(passages), _promises(score), _open(score, turns))


def _opening(score: Score) -> str:
    until = (
        phrases.moment(score, score.closed_at)
        if score.closed_at
        else lexicon(score.language).until_now % phrases.moment(score, score.now)
    )
    return lexicon(score.language).opening % {
        "number": score.number,
        "since": phrases.moment(score, score.opened_at),
        "until": until,
        "age": phrases.span(score, age(score)),
    }


def _stay(score: Score, turn: Holding, marks: list[Mark]) -> str:
    """Level, from, to, what was done, why it left."""
    teams = [s.team for s in score.stays if s.team and s.level == turn.level and turn.since <= s.since <= turn.until]
    team = teams[-1] if teams else (turn.came_by.to_team if turn.came_by else "")
    team = team or next((line.team for line in score.lines if line.level == turn.level), "")
    who = phrases.level(score, turn.level) + (f" ({team})" if team else "")
    head = lexicon(score.language).stay % {
        "who": who,
        "since": phrases.moment(score, turn.since),
        "until": phrases.moment_after(score, turn.until, turn.since),
        "span": phrases.span(score, turn.seconds),
    }
    parts = [_acceptance(score, turn), phrases.counts(score, marks), *_waits(score, turn), _leaving(score, turn)]
    said = "; ".join(part for part in parts if part)
    return f"{head}: {said}." if said else f"{head}."


def _acceptance(score: Score, turn: Holding) -> str:
    if turn.came_by is None:
        return ""
    if turn.came_by.accepted_at is None or turn.came_by.accepted_at > turn.until:
        return lexicon(score.language).not_accepted
    wait = worked(score, turn.came_by.handed_at, turn.came_by.accepted_at)
    accepted = lexicon(score.language).accepted % phrases.moment_after(score, turn.came_by.accepted_at, turn.since)
    return f"{accepted}, {lexicon(score.language).after % phrases.span(score, wait)}" if wait >= 60 else accepted


def _waits(score: Score, turn: Holding) -> list[str]:
    found: list[str] = []
    for rest in score.rests:
        since, until = max(rest.since, turn.since), min(rest.until or score.end, turn.until)
        if until > since:
            waited = lexicon(score.language).waited % phrases.span(score, worked(score, since, until))
            found.append(f"{waited} ({rest.reason.rstrip('.')})" if rest.reason else waited)
    return found


def _leaving(score: Score, turn: Holding) -> str:
    left = turn.left_by
    if left is None:
        closed = any(closure.at == turn.until for closure in score.closures)
        return lexicon(score.language).closed if closed else ""
    to = phrases.level(score, left.to_level) + (f" ({left.to_team})" if left.to_team else "")
    went = (lexicon(score.language).handed_back if left.is_back else lexicon(score.language).handed_over) % to
    return f"{went}: {left.reason.rstrip('.')}" if left.reason else went


def _promises(score: Score) -> str:
    kept, broken = [], []
    for promise in sorted(score.promises, key=lambda p: p.since):
        name = phrases.promise(score, promise.kind, promise.level)
        if promise.is_broken(score.end):
            late = lexicon(score.language).late if promise.met_at else lexicon(score.language).overdue
            broken.append(f"{name} ({late % phrases.span(score, brackets.lateness(score, promise))})")
        elif promise.met_at and not promise.replaced_at:
            kept.append(name)
        elif promise.replaced_at:
            kept.append(f"{name} ({lexicon(score.language).replaced})")
    parts = [
        lexicon(score.language).kept % ", ".join(kept) if kept else "",
        lexicon(score.language).broken % ", ".join(broken) if broken else "",
    ]
    said = "; ".join(part for part in parts if part)
    return f"{said[0].upper()}{said[1:]}." if said else ""


def _open(score: Score, turns: tuple[Holding, ...]) -> str:
    if score.closed_at:
        return lexicon(score.language).nothing_open
    running = sorted((p for p in score.promises if p.is_running), key=lambda p: p.due_at)
    said = [lexicon(score.language).held_by % phrases.level(score, turns[-1].level)] if turns else []
    said += [_due(score, promise) for promise in running if not promise.is_broken(score.end)]
    return lexicon(score.language).open % ", ".join(said)


def _due(score: Score, promise: Promise) -> str:
    if brackets.is_paused(score, promise):
        return f"{phrases.promise(score, promise.kind, promise.level)} ({lexicon(score.language).paused})"
    return lexicon(score.language).promise_due % {
        "promise": phrases.promise(score, promise.kind, promise.level),
        "due": phrases.due(score, promise.due_at),
    }
