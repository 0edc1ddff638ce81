"""What is promised, as frozen values: targets per metric, kind and priority, what pauses them, shares per level."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from dreiklang.calendars.rules import WorkingCalendar

FIRST_RESPONSE: Final = "first_response"
UPDATE: Final = "update"
RESOLUTION: Final = "resolution"
METRICS: Final = (FIRST_RESPONSE, UPDATE, RESOLUTION)

Priority = int | str | None


class BadAgreement(ValueError):
    """An agreement that cannot be kept: `path` names the place in it, `message` what is wrong there."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message


@dataclass(frozen=True, slots=True)
class Target:
    """A promise: so much working time, in seconds, for a metric; for a priority and kind of ticket, or (None) all."""

    metric: str
    seconds: float
    priority: Priority = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """What a level may use of the promised resolution: a percentage, or working time in seconds of its own.

    ``calendar``: the level's own hours, where they differ from the customer's.
    """

    level: int
    percent: float | None = None
    seconds: float | None = None
    calendar: WorkingCalendar | None = None

    def of(self, promised: float | None) -> float | None:
        """The level's part, in seconds, of a promised resolution; None where none is promised."""
        if self.seconds is not None:
            return self.seconds
        return None if promised is None or self.percent is None else promised * self.percent / 100


@dataclass(frozen=True)
class Terms:
    """Everything that holds for a ticket at a time: hours, targets, reasons that pause, shares.

    ``warn_percent``: how much of a target is used when a warning is due. Raises `BadAgreement`.
    """

    calendar: WorkingCalendar
    targets: tuple[Target, ...] = ()
    pauses: frozenset[str] = frozenset()
    shares: tuple[Share, ...] = ()
    warn_percent: float = 75
    _by_key: dict[tuple[str, str | None, Priority], float] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_key: dict[tuple[str, str | None, Priority], float] = {}
        for place, target in enumerate(self.targets):
            key = (target.metric, target.kind, _spelled(target.priority))
            _refuse_bad_target(target, place, is_double=key in by_key)
            by_key[key] = target.seconds
        _refuse_bad_shares(self.shares)
        if not self.calendar.has_hours and (self.targets or self.shares):
            raise BadAgreement("calendar.week", "never open: no promise made in it could ever come due")
        if not 0 < self.warn_percent <= 100:
            raise BadAgreement("warn_percent", "must be more than 0 and at most 100")
        object.__setattr__(self, "_by_key", by_key)

    def seconds_for(self, metric: str, kind: str | None, priority: Priority) -> float | None:
        """The promise for a kind and priority, None if there is none. What is said for fewer tickets goes first:
        kind and priority, then priority, then kind, then all."""
        found, spelled = self._by_key, _spelled(priority)
        for key in ((metric, kind, spelled), (metric, None, spelled), (metric, kind, None), (metric, None, None)):
            if key in found:
                return found[key]
        return None

    def share_of(self, level: int) -> Share | None:
        """The share of a level, None if it has none."""
        return next((share for share in self.shares if share.level == level), None)


def _spelled(priority: Priority) -> str | None:
    """Priorities compare as written: 2 and "2" are the same."""
    return None if priority is None else str(priority)


def _refuse_bad_target(target: Target, place: int, *, is_double: bool) -> None:
    path = f"targets[{place}]"
    if target.metric not in METRICS:
        raise BadAgreement(f"{path}.metric", f"must be one of {', '.join(METRICS)}")
    if not 0 < target.seconds < float("inf"):
        raise BadAgreement(f"{path}.minutes", "must be more than 0: nothing can be done in no time")
    if is_double:
        raise BadAgreement(path, "this metric has a target for the same priority and kind already")


def _refuse_bad_shares(shares: tuple[Share, ...]) -> None:
    whole = 0.0
    for place, share in enumerate(shares):
        if any(share.level == other.level for other in shares[:place]):
            raise BadAgreement(f"shares[{place}].level", f"level {share.level} has a share already")
        given = share.percent if share.seconds is None else share.seconds
        if given is None or not 0 < given < float("inf"):
            raise BadAgreement(f"shares[{place}]", "must be more than 0")
        whole += share.percent or 0 if share.seconds is None else 0
    if round(whole, 9) > 100:  # 33.4 and 33.3 and 33.3 are a hundred, whatever binary fractions make of them
        raise BadAgreement("shares", f"add up to {whole:g} percent; no more than 100 can be shared out")
