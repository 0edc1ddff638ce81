"""Making room on a line: chords, sittings, capsules, and the pushing apart of what would lie upon each other.

The order of the rules: marks of one minute become a chord; marks of one person with short gaps a sitting, pushed right
until centres are 2.5 radii apart; a sitting of six or more that does not fit becomes a capsule; from a number of notes
in the picture every sitting does. Outward marks are always drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from dreiklang.web.staff.placing.frame import CAPSULE_FROM, CHORD_MOST, SITTING_GAP, Frame
from dreiklang.web.staff.score import Mark, MarkKind

#: Centres within a sitting are at least so many radii apart.
APART = 2.5


@dataclass
class Slot:
    """A place on a line: a mark, a chord of one minute, or a capsule. ``more`` counts what the chord cannot show."""

    level: int
    natural: float
    latest: float
    marks: list[Mark]
    x: float = 0.0
    more: int = 0
    half: float = 0.0
    capsule: list[Mark] = field(default_factory=list)
    outward_x: list[float] = field(default_factory=list)

    @property
    def is_capsule(self) -> bool:
        """Whether it stands for several marks with a number."""
        return bool(self.capsule)

    @property
    def is_automatic(self) -> bool:
        """Whether a rule made these marks, not a person."""
        return self.marks[0].kind is MarkKind.AUTOMATIC

    @property
    def drawn(self) -> list[Mark]:
        """The marks that have a shape of their own."""
        return self.marks[: len(self.marks) - self.more]


@dataclass
class Sitting:
    """Slots of one person without a long gap; ``initials`` of all who are in them."""

    level: int
    slots: list[Slot]

    @property
    def marks(self) -> list[Mark]:
        """All marks of it."""
        return [mark for slot in self.slots for mark in slot.marks]

    @property
    def initials(self) -> str:
        """Those who sat, each once."""
        return ", ".join(dict.fromkeys(m.initials for m in self.marks if m.initials))

    @property
    def is_condensed(self) -> bool:
        """Whether it is one capsule now."""
        return len(self.slots) == 1 and self.slots[0].is_capsule


def sittings_of(
    level: int,
    marks: Iterable[Mark],
    frame: Frame,
    worked_at: Callable[[float], float],
    x: Callable[[float], float],
    latest: Callable[[float], float],
) -> list[Sitting]:
    """The sittings on one level, in order of time; automatic marks each stand alone.

    ``worked_at`` turns an epoch second into working seconds, ``x`` into a place, ``latest`` into the place that a mark
    of that moment should not be pushed beyond (the handing on, or now).
    """
    running: dict[str, tuple[float, Sitting]] = {}
    minutes: dict[int, tuple[Slot, Sitting]] = {}
    found: list[Sitting] = []
    alone: Slot | None = None
    for mark in sorted(marks, key=lambda m: m.at):
        at = mark.at.timestamp()
        if mark.kind is MarkKind.AUTOMATIC:
            if alone and x(at) - alone.natural < 2 * frame.radius:
                alone.marks.append(mark)
            else:
                alone = Slot(level, x(at), latest(at), [mark])
                found.append(Sitting(level, [alone]))
            continue
        slot, sitting = minutes.get(int(at // 60), (None, None))
        if slot is None or sitting is None or not _takes(slot, mark):
            slot = Slot(level, x(at), latest(at), [])
            last = running.get(mark.author)
            if last and worked_at(at) - last[0] <= SITTING_GAP:
                sitting = last[1]
                sitting.slots.append(slot)
            else:
                sitting = Sitting(level, [slot])
                found.append(sitting)
            minutes[int(at // 60)] = (slot, sitting)
        slot.marks.append(mark)
        running[mark.author] = (worked_at(at), sitting)
    for slot in (slot for sitting in found for slot in sitting.slots):
        slot.marks.sort(key=lambda m: m.kind is not MarkKind.OUTWARD)
        slot.more = max(0, len(slot.marks) - (1 if slot.is_automatic else CHORD_MOST))
    return found


def _takes(slot: Slot, mark: Mark) -> bool:
    """Whether a mark may join a chord: outward ones must not be hidden behind its number."""
    return sum(m.kind is MarkKind.OUTWARD for m in [*slot.marks, mark]) <= CHORD_MOST


def made_room(sittings: list[Sitting], frame: Frame, x_end: float, *, condense: bool) -> list[Sitting]:
    """Give every slot its place: condense what must be, then push apart. Slots keep their order in time."""
    for place, sitting in enumerate(sittings):
        following = min((s.slots[0].natural for s in sittings[place + 1 :]), default=x_end)
        if condense or not _fits(sitting, frame, following):
            _condense(sitting, frame, x_end, at_least=2 if condense else CAPSULE_FROM)
    if condense:
        sittings = _joined(sittings, frame, x_end)
    while not _placed(sittings, frame, x_end):
        widest = max(sittings, key=lambda s: (not s.is_condensed, len(s.slots)))
        if widest.is_condensed or len(widest.slots) < 2:
            _placed(sittings, frame, x_end, squeezed=True)
            break
        _condense(widest, frame, x_end, at_least=2)
    for slot in (slot for sitting in sittings for slot in sitting.slots):
        if slot.is_capsule:
            _place_outward(slot, frame)
    return sittings


def _fits(sitting: Sitting, frame: Frame, following: float) -> bool:
    """Whether pushing right alone finds room before whatever comes next on the line."""
    if len(sitting.marks) < CAPSULE_FROM:
        return True
    apart, x = APART * frame.radius, float("-inf")
    for slot in sitting.slots:
        x = max(slot.natural, x + apart)
    return x <= max(following - (apart if len(sitting.slots) > 1 else 0), sitting.slots[-1].natural) and (
        x <= sitting.slots[-1].latest or x == sitting.slots[-1].natural
    )


def _condense(sitting: Sitting, frame: Frame, x_end: float, *, at_least: int) -> None:
    """Make one capsule of a sitting, if that hides at least as many marks as make it worthwhile."""
    placed = sorted(_naturals(sitting), key=lambda pair: pair[1].at)
    hidden = [m for _x, m in placed if m.kind is not MarkKind.OUTWARD]
    outward = [x for x, m in placed if m.kind is MarkKind.OUTWARD]
    if len(placed) < at_least or len(hidden) < 2:
        return
    first, last = placed[0][0], placed[-1][0]
    narrowest = frame.radius * (1.9 + 0.6 * len(str(len(hidden))) + min(len(outward), 2))
    half = max((last - first) / 2 + frame.radius, narrowest)
    edge = half - frame.radius
    natural = max(min((first + last) / 2, x_end - edge), frame.x0 + edge)
    latest = sitting.slots[-1].latest - edge
    sitting.slots = [
        Slot(
            sitting.level,
            natural,
            latest,
            [m for _x, m in placed],
            natural,
            half=half,
            capsule=hidden,
            outward_x=outward,
        )
    ]


def _naturals(sitting: Sitting) -> list[tuple[float, Mark]]:
    """Each mark with its place in time."""
    found: list[tuple[float, Mark]] = []
    for slot in sitting.slots:
        outward = iter(slot.outward_x)
        for mark in slot.marks:
            is_placed = slot.is_capsule and mark.kind is MarkKind.OUTWARD
            found.append((next(outward) if is_placed else slot.natural, mark))
    return found


def _joined(sittings: list[Sitting], frame: Frame, x_end: float) -> list[Sitting]:
    """Where condensed sittings still lie upon each other, one capsule holds them both."""
    joined: list[Sitting] = []
    for sitting in sittings:
        before = joined[-1] if joined else None
        if before and not before.slots[0].is_automatic and not sitting.slots[0].is_automatic:
            left, right = before.slots[-1], sitting.slots[0]
            if right.natural - _half(right, frame) < left.natural + _half(left, frame):
                merged = Sitting(sitting.level, before.slots + sitting.slots)
                _condense(merged, frame, x_end, at_least=2)
                if merged.is_condensed:
                    joined[-1] = merged
                    continue
        joined.append(sitting)
    return joined


def _half(slot: Slot, frame: Frame) -> float:
    return slot.half + frame.radius * 0.3 if slot.is_capsule else APART / 2 * frame.radius


def _placed(sittings: list[Sitting], frame: Frame, x_end: float, *, squeezed: bool = False) -> bool:
    """Push right, then back from the latest places; False where a line cannot hold so much.

    Squeezed, neighbours of different sittings may overlap: better than to leave one out.
    """
    ordered = sorted(
        ((slot, place) for place, sitting in enumerate(sittings) for slot in sitting.slots),
        key=lambda pair: (pair[0].natural, pair[0].marks[0].at),
    )
    if not ordered:
        return True
    slots = [slot for slot, _place in ordered]
    apart = [_half(a, frame) + _half(b, frame) for a, b in pairwise(slots)]
    room = x_end - frame.x0
    if sum(apart) > room:
        if not squeezed:
            return False
        apart = [distance * room / sum(apart) for distance in apart]
    for latest in ([min(slot.latest, x_end) for slot in slots], [x_end] * len(slots)):
        x = float("-inf")
        for place, slot in enumerate(slots):
            x = slot.x = max(slot.natural, x + apart[place - 1]) if place else slot.natural
        for place in range(len(slots) - 1, -1, -1):
            most = max(latest[place], slots[place].natural)
            if place + 1 < len(slots):
                most = min(most, slots[place + 1].x - apart[place])
            slots[place].x = min(slots[place].x, most)
        if slots[0].x >= frame.x0:
            return True
    x = frame.x0
    for place, slot in enumerate(slots):
        x = slot.x = max(slot.x, frame.x0 if not place else x + apart[place - 1])
    return True


def _place_outward(slot: Slot, frame: Frame) -> None:
    """Outward marks on a capsule: near their time, in order, apart as far as the capsule is long."""
    left, right = slot.x - slot.half + frame.radius, slot.x + slot.half - frame.radius
    count = len(slot.outward_x)
    step = min(APART * frame.radius, (right - left) / max(1, count - 1))
    x = left - step
    for place, natural in enumerate(slot.outward_x):
        most = right - step * (count - 1 - place)
        x = slot.outward_x[place] = max(min(natural + slot.x - slot.natural, most), x + step, left)
