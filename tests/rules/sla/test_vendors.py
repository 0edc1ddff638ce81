"""What vendors were asked, when they answered, and when own staff is told that they are silent."""

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dreiklang.calendars.rules import WorkingCalendar, week_from
from dreiklang.sla.rules.vendors import ANSWERED, ASKED, OVER, Deed, Reminder, reminders_of, waits_of

MONDAY = datetime(2026, 11, 16, 8, tzinfo=UTC)  # nine o'clock in Berlin
HOURS = WorkingCalendar(
    "Europe/Berlin", week_from({d: [["08:00", "17:00"]] for d in ("mon", "tue", "wed", "thu", "fri")})
)


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def test_who_was_asked_owes_an_answer_until_it_comes():
    deeds = [
        Deed(at(0), ASKED, 7),
        Deed(at(1), ASKED, 7),
        Deed(at(2), ANSWERED, 7),
        Deed(at(3), ASKED, 7),
        Deed(at(5), OVER),
    ]
    assert [(w.asked_at, w.ended_at, w.was_answered) for w in waits_of(deeds)] == [
        (at(0), at(2), True), (at(3), at(5), False),
    ]  # fmt: skip


def test_each_vendor_has_a_clock_of_its_own():
    waits = waits_of([Deed(at(0), ASKED, 7), Deed(at(1), ASKED, 8), Deed(at(2), ANSWERED, 8), Deed(at(2), ANSWERED, 9)])
    assert [(w.vendor, w.ended_at) for w in waits] == [(7, None), (8, at(2))]


def test_reminders_count_the_hours_of_the_contract_and_tell_of_lateness():
    ladder = [{"after_minutes": 240, "contact": "Hotline"}, {"after_minutes": 600, "contact": "Boss"}]
    assert reminders_of(ladder, HOURS, asked_at=at(0), due_at=at(8)) == [
        Reminder(at(4), "Hotline"), Reminder(at(8), ""), Reminder(at(25), "Boss"),
    ]  # fmt: skip


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.sampled_from([ASKED, ANSWERED, OVER]), st.sampled_from([7, 8])), max_size=12
    )
)
def test_waits_of_a_vendor_never_overlap_and_at_most_one_runs(found):
    for vendor in (7, 8):
        own = [w for w in waits_of([Deed(at(h), what, v) for h, what, v in found]) if w.vendor == vendor]
        assert all(
            former.ended_at is not None and former.ended_at <= w.asked_at for former, w in itertools.pairwise(own)
        )
        assert all(w.ended_at is None or w.asked_at <= w.ended_at for w in own)
