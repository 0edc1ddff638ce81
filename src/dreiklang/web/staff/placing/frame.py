"""The sizes of the staff: coordinates and first settings, in pixels of the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dreiklang.web.staff.score import PromiseKind

#: Notes of one person with gaps up to this many working seconds are one sitting.
SITTING_GAP: Final = 20 * 60
#: From this many notes on, a sitting that does not fit becomes a capsule.
CAPSULE_FROM: Final = 6
CHORD_MOST: Final = 3
#: A wait of more seconds than this is written on its stroke.
WAIT_WRITTEN: Final = 30 * 60
#: A promise due in fewer seconds than this is said as 'in 31 min'.
SOON: Final = 60 * 60
DAYS_SHOWN: Final = 10
#: A gap in the service hours of at least this length is folded even within a day; a shorter one is skipped.
FOLD_FROM: Final = 4 * 3600


@dataclass(frozen=True)
class Frame:
    """One size of the picture."""

    name: str
    width: float
    height: float
    x0: float
    x1: float
    y1: float
    gap: float
    gap_of_four: float
    radius: float
    fold: float
    silent: float
    future: float
    dues: tuple[float, ...]
    rows: dict[PromiseKind, float]
    voice_y: float
    time_y: float
    key_y: float | None
    line_x: float
    top: float
    condense_from: int
    has_stems: bool
    badge: float
    name_x: float
    font: float

    def shrunk(self, lines: int) -> float:
        """How much lower a picture of fewer than three lines is; everything from level 1 down moves up by it."""
        return self.gap * max(0, 3 - lines)

    def line_y(self, position: int, lines: int) -> float:
        """The height of a line, counted from 0 at the bottom."""
        gap = self.gap_of_four if lines > 3 else self.gap
        return self.y1 - self.shrunk(lines) - gap * position


LARGE: Final = Frame(
    name="large",
    width=1200,
    height=360,
    x0=194,
    x1=1190,
    y1=264,
    gap=58,
    gap_of_four=43,
    radius=5.9,
    fold=40,
    silent=56,
    future=132,
    dues=(0.30, 0.58, 0.86),
    rows={PromiseKind.SOLUTION: 30, PromiseKind.ANSWER: 60, PromiseKind.UPDATE: 60, PromiseKind.SHARE: 90},
    voice_y=291,
    time_y=323,
    key_y=350,
    line_x=178.7,
    top=12,
    condense_from=60,
    has_stems=True,
    badge=13,
    name_x=38,
    font=11.5,
)
PAGE: Final = Frame(
    name="page",
    width=796,
    height=176,
    x0=128,
    x1=792,
    y1=132,
    gap=34,
    gap_of_four=25,
    radius=4.6,
    fold=22,
    silent=36,
    future=92,
    dues=(0.30, 0.55, 0.80),
    rows={PromiseKind.SOLUTION: 16, PromiseKind.SHARE: 37},
    voice_y=147,
    time_y=168,
    key_y=None,
    line_x=116,
    top=2,
    condense_from=36,
    has_stems=False,
    badge=9,
    name_x=26,
    font=11,
)
FRAMES: Final = {frame.name: frame for frame in (LARGE, PAGE)}
