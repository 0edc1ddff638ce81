"""The picture as placed values: every sign with its coordinates, before anything is written as SVG."""

from __future__ import annotations

from dataclasses import dataclass

from dreiklang.web.staff.placing.axis import FoldKind
from dreiklang.web.staff.placing.frame import Frame
from dreiklang.web.staff.score import Mark, MarkKind

Stretch = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Word:
    """A line of text at its anchor point."""

    x: float
    y: float
    words: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Staffline:
    """A line with its label: the level, who stands on it, how long they had the ticket."""

    level: int
    y: float
    team: str
    short: str
    held: str


@dataclass(frozen=True, slots=True)
class Sign:
    """A drawn mark, a chord's number, or a capsule (``half`` > 0) that stands for several ``marks``."""

    x: float
    y: float
    kind: MarkKind
    level: int
    name: str
    marks: tuple[Mark, ...]
    half: float = 0.0
    number: int = 0
    number_x: float = 0.0


@dataclass(frozen=True, slots=True)
class Stem:
    """Stems of one sitting (x, top, bottom), its beam, its initials."""

    level: int
    stems: tuple[tuple[float, float, float], ...]
    beam: tuple[float, float, float] | None
    initials: Word | None


@dataclass(frozen=True, slots=True)
class Ribbon:
    """Where one level was at work."""

    level: int
    y: float
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Resting:
    """A rest: dots, a block in the middle, the reason. ``wordings`` are what may be written, longest first."""

    level: int
    y: float
    stretches: tuple[Stretch, ...]
    block: float | None
    name: str
    wordings: tuple[str, ...]
    word: Word | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A handover's stroke from foot to head, in the receiving level's hue."""

    level: int
    is_back: bool
    foot: tuple[float, float]
    end: tuple[float, float]
    head: tuple[tuple[float, float], ...]
    name: str
    wordings: tuple[str, ...]
    word: Word | None = None


@dataclass(frozen=True, slots=True)
class Bracket:
    """A promise: what is solid, dotted, dashed and broken of it, its feet, its words."""

    state: str  # met, run, broke, replaced
    level: int
    y: float
    start: float | None
    solid: tuple[Stretch, ...]
    dotted: tuple[Stretch, ...]
    ahead: Stretch | None = None
    zigzag: Stretch | None = None
    end: float | None = None
    due: float | None = None
    tick: float | None = None
    word: Word | None = None
    late: Word | None = None
    due_word: Word | None = None
    is_soon: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Folded:
    """A fold with its strokes and word; ``hidden`` counts the marks in an 'earlier' fold."""

    x0: float
    x1: float
    kind: FoldKind
    name: str
    word: Word | None
    hidden: int = 0


@dataclass(frozen=True)
class Picture:
    """Everything placed."""

    frame: Frame
    width: float
    height: float
    crop: float  # what is cut off above where nothing was promised
    lines: tuple[Staffline, ...]
    bars: tuple[float, ...]
    folds: tuple[Folded, ...]
    ribbons: tuple[Ribbon, ...]
    rests: tuple[Resting, ...]
    moves: tuple[Move, ...]
    stems: tuple[Stem, ...]
    signs: tuple[Sign, ...]
    brackets: tuple[Bracket, ...]
    ticks: tuple[Word, ...]
    days: tuple[Word, ...]
    fold_words: tuple[Word, ...]
    row_labels: tuple[Word, ...]
    now: Word | None
    pill: Stretch | None
    x_end: float
    x1: float
    closed_x: float | None
    breaks: tuple[Stretch, ...]  # closings and the reopenings that followed them
    requester: Word | None
    time_y: float
    key_y: float | None
