"""Appointments as iCalendar text (RFC 5545, invitations after RFC 5546). Pure; moments in UTC, lines of 75 octets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
LINE: Final = 75


@dataclass(frozen=True, slots=True)
class Appointment:
    """One appointment as calendars read it."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    place: str = ""
    description: str = ""
    organizer: str = ""
    organizer_name: str = ""
    attendee: str = ""
    attendee_name: str = ""
    is_cancelled: bool = False


def calendar(appointments: Iterable[Appointment], *, method: str, made_at: datetime) -> str:
    """A whole calendar with some appointments; ``made_at`` is its time stamp."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Dreiklang//Service Desk//EN", f"METHOD:{method}"]
    for appointment in appointments:
        lines += _event(appointment, made_at)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(one: Appointment, made_at: datetime) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{escaped(one.uid)}",
        f"SEQUENCE:{one.sequence}",
        f"DTSTAMP:{_utc(made_at)}",
        f"DTSTART:{_utc(one.starts_at)}",
        f"DTEND:{_utc(one.ends_at)}",
        f"SUMMARY:{escaped(one.summary)}",
        f"STATUS:{'CANCELLED' if one.is_cancelled else 'CONFIRMED'}",
    ]
    if one.place:
        lines.append(f"LOCATION:{escaped(one.place)}")
    if one.description:
        lines.append(f"DESCRIPTION:{escaped(one.description)}")
    if one.organizer:
        lines.append(f"ORGANIZER;CN={_quoted(one.organizer_name)}:mailto:{_address(one.organizer)}")
    if one.attendee:
        role = "ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE"
        lines.append(f"ATTENDEE;{role};CN={_quoted(one.attendee_name)}:mailto:{_address(one.attendee)}")
    return [*lines, "END:VEVENT"]


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def escaped(text: str) -> str:
    """A text value: nothing in it ends a line, a value or a list (RFC 5545 section 3.3.11)."""
    clean = "".join(c if c.isprintable() or c == "\n" else " " for c in text.replace("\r\n", "\n").replace("\r", "\n"))
    for sign in ("\\", ";", ","):
        clean = clean.replace(sign, f"\\{sign}")
    return clean.replace("\n", "\\n")


def _quoted(text: str) -> str:
    """A parameter's value in quotes: no quote, no control character inside (section 3.2)."""
    return '"' + "".join(c for c in text if c.isprintable() and c != '"') + '"'


def _address(address: str) -> str:
    return "".join(c for c in address if c.isprintable() and not c.isspace() and c not in '";,<>')


def _folded(line: str) -> str:
    """A line cut after 75 octets, never inside a character; what follows begins with a blank (section 3.1)."""
    parts: list[str] = []
    room, current = LINE, ""
    for letter in line:
        size = len(letter.encode())
        if size > room:
            parts.append(current)
            room, current = LINE - 1, ""
        current += letter
        room -= size
    return "\r\n ".join([*parts, current])
