"""Calendars and moments for property tests, around the days on which clocks do strange things."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st
from tests.rules.calendars.oracle import DAYS, Oracle

from dreiklang.calendars.rules import WorkingCalendar, week_from

# Zone and a moment near which its wall clock jumps, or does not.
ODD_DAYS = [
    ("Europe/Berlin", datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 12, 31, 23, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 3, 8, 7, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 11, 1, 6, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2026, 5, 3, 18, 15, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(1985, 12, 31, 18, 30, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ("America/St_Johns", datetime(2006, 10, 29, 2, 31, tzinfo=UTC)),
    ("Africa/Casablanca", datetime(2026, 2, 15, 2, tzinfo=UTC)),
    ("UTC", datetime(2024, 2, 29, tzinfo=UTC)),
]

clock = st.integers(0, 1439).map(lambda minute: f"{minute // 60:02d}:{minute % 60:02d}")
# Hours that people use, and minutes that nobody does but the odd days disturb.
start_of_span = st.sampled_from(["00:00", "02:00", "02:30", "08:00", "13:00", "22:00"]) | clock
end_of_span = st.sampled_from(["02:00", "02:30", "06:00", "12:00", "17:00", "24:00"]) | clock
spans = st.tuples(start_of_span, end_of_span).map(list)
weeks = st.dictionaries(st.sampled_from(DAYS), st.lists(spans, min_size=1, max_size=3), max_size=7)


@st.composite
def cases(draw: st.DrawFn, *, days: float = 3.0) -> tuple[WorkingCalendar, Oracle, datetime]:
    """The same calendar twice, and a moment up to so many days before or after an odd one."""
    zone, odd = draw(st.sampled_from(ODD_DAYS))
    week = draw(weeks)
    closed = frozenset(odd.date() + timedelta(days=n) for n in draw(st.lists(st.integers(-4, 4), max_size=3)))
    return WorkingCalendar(zone, week_from(week), closed), Oracle(zone, week, closed), draw(near(odd, days))


def near(odd: datetime, days: float) -> st.SearchStrategy[datetime]:
    """Moments around one, to the microsecond or on the minute."""
    most = int(days * 86_400_000_000)
    exact = st.integers(-most, most).map(lambda micros: odd + timedelta(microseconds=micros))
    return exact | exact.map(lambda moment: moment.replace(second=0, microsecond=0))


def standard(zone: str = "Europe/Berlin", **more: object) -> WorkingCalendar:
    """Monday to Friday, eight to five."""
    week = week_from({day: [["08:00", "17:00"]] for day in DAYS[:5]})
    return WorkingCalendar(zone, week, **more)  # type: ignore[arg-type]


def on(day: date, clock: str) -> datetime:
    """A wall time without offset."""
    return datetime.fromisoformat(f"{day.isoformat()}T{clock}")
