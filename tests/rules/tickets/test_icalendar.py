"""Appointments as text: whatever is typed, no line is broken out of and none is longer than calendars take."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dreiklang.tickets.rules.icalendar import REQUEST, Appointment, calendar, escaped

NOON = datetime(2027, 1, 14, 12, 0, tzinfo=UTC)
WORDS = st.text(max_size=300)


def lines_of(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


@given(summary=WORDS, place=WORDS, description=WORDS, name=WORDS, address=WORDS)
def test_p37_nothing_typed_becomes_a_line_of_its_own(summary, place, description, name, address):
    one = Appointment(
        uid="u", sequence=0, starts_at=NOON, ends_at=NOON + timedelta(hours=1), summary=summary, place=place,
        description=description, organizer=address or "a@b", organizer_name=name, attendee=address, attendee_name=name,
    )  # fmt: skip
    text = calendar([one], method=REQUEST, made_at=NOON)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    names = [line.split(":")[0].split(";")[0] for line in lines_of(text)]
    allowed = {"BEGIN", "END", "VERSION", "PRODID", "METHOD", "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND",
               "SUMMARY", "STATUS", "LOCATION", "DESCRIPTION", "ORGANIZER", "ATTENDEE", ""}  # fmt: skip
    assert set(names) <= allowed
    assert names.count("BEGIN") == 2


@given(WORDS)
def test_text_comes_back_as_it_was(text):
    clean = "".join(c for c in text if c.isprintable())
    back = escaped(clean).replace("\\;", ";").replace("\\,", ",").replace("\\\\", "\\")
    assert back == clean


def test_moments_are_universal_time():
    one = Appointment(uid="u", sequence=3, starts_at=NOON, ends_at=NOON + timedelta(hours=2), summary="x")
    text = calendar([one], method=REQUEST, made_at=NOON)
    assert "DTSTART:20270114T120000Z\r\n" in text
    assert "SEQUENCE:3\r\n" in text
