"""Reading calendars and moments from plain documents, strictly: what is wrong is named with its place."""

from collections.abc import Collection
from datetime import date, datetime

from dreiklang.calendars.rules.calendar import WorkingCalendar
from dreiklang.calendars.rules.errors import BadCalendar
from dreiklang.calendars.rules.week import extra_days_from, shown, week_from


class BadDocument(ValueError):
    """A document that cannot be answered: `path` says where, such as `questions[3].from`, `message` what."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path
        self.message = message

    def inside(self, path: str) -> "BadDocument":
        """The same fault, seen from the document that holds this one at a path."""
        return BadDocument(below(path, self.path) if self.path else path, self.message)


def object_from(
    written: object, path: str, *, required: Collection[str], optional: Collection[str] = ()
) -> dict[str, object]:
    """The object at a place, with all required keys and no unknown one."""
    if not isinstance(written, dict):
        raise BadDocument(path, f"must be an object, not {shown(written)}")
    for key in written:
        if key not in required and key not in optional:
            known = ", ".join([*required, *optional])
            raise BadDocument(below(path, str(key)[:60]), f"unknown key; known are {known}")
    for key in required:
        if key not in written:
            raise BadDocument(below(path, key), "is missing")
    return written


def calendar_from(written: object, path: str = "calendar") -> WorkingCalendar:
    """The calendar of `{"timezone", "week", "holidays"?, "region"?, "extra_days"?}`; raises `BadDocument`."""
    parts = object_from(written, path, required=("timezone", "week"), optional=("holidays", "region", "extra_days"))
    region = parts.get("region")
    if region is not None and (not isinstance(region, str) or not region):
        message = f"must be a region such as 'DE-BW' or null, not {shown(region)}"
        raise BadDocument(below(path, "region"), message)
    timezone = parts["timezone"]
    if not isinstance(timezone, str):
        raise BadDocument(below(path, "timezone"), f"must be the name of a time zone, not {shown(timezone)}")
    holidays = _days_from(parts.get("holidays", []), below(path, "holidays"))
    try:
        extra = extra_days_from(parts.get("extra_days", {}))
        return WorkingCalendar(timezone, week_from(parts["week"]), holidays, region, extra_days=extra)
    except BadCalendar as wrong:
        raise BadDocument(below(path, wrong.path), wrong.message) from wrong


def moment_from(written: object, path: str) -> datetime:
    """The moment of an ISO 8601 date and time, with or without offset; raises `BadDocument`."""
    if isinstance(written, str) and ("T" in written or " " in written):
        try:
            return datetime.fromisoformat(written)
        except ValueError:
            pass
    raise BadDocument(path, f"not a date and time such as 2026-03-02T08:00: {shown(written)}")


def below(path: str, key: str) -> str:
    """The path of a key inside the object at a path."""
    return f"{path}.{key}" if path else key


def _days_from(written: object, path: str) -> frozenset[date]:
    if not isinstance(written, list):
        raise BadDocument(path, f"must be a list of dates, not {shown(written)}")
    return frozenset(_day_from(day, f"{path}[{place}]") for place, day in enumerate(written))


def _day_from(written: object, path: str) -> date:
    if isinstance(written, str) and len(written) == len("2026-12-25"):
        try:
            return date.fromisoformat(written)
        except ValueError:
            pass
    raise BadDocument(path, f"not a date such as 2026-12-25: {shown(written)}")
