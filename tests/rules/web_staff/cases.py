"""Tickets as scores, for the tests and the bench: the label printers of ward 4, and the corners around them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dreiklang.calendars.rules import WorkingCalendar, week_from
from dreiklang.web.staff.score import (
    Closure,
    Line,
    Mark,
    MarkKind,
    Pause,
    Promise,
    PromiseKind,
    Rest,
    Score,
    Stay,
    Stroke,
)

ZONE = ZoneInfo("Europe/Berlin")
DAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = WorkingCalendar("Europe/Berlin", week_from({day: [["07:00", "18:00"]] for day in DAYS}))
ALWAYS = WorkingCalendar("Europe/Berlin", week_from({d: [["00:00", "24:00"]] for d in (*DAYS, "sat", "sun")}))
LINES = (Line(1, "Service Desk"), Line(2, "Arbeitsplatz & Druck"), Line(3, "Netz"))
VENDOR = (*LINES, Line(4, "Etikettendrucker AG"))

OUT, IN, CHECK, AUTO, VOICE = (
    MarkKind.OUTWARD,
    MarkKind.INTERNAL,
    MarkKind.CHECK,
    MarkKind.AUTOMATIC,
    MarkKind.REQUESTER,
)


def at(day: int, clock: str, month: int = 11) -> datetime:
    """A moment of 2026 by the wall clock in Berlin, in UTC as the journal keeps it. 17 November is a Tuesday."""
    hour, minute = clock.split(":")
    return datetime(2026, month, day, int(hour), int(minute), tzinfo=ZONE).astimezone(UTC)


def _marks() -> tuple[Mark, ...]:
    alan, berta, carl = ("Alan Yildiz", "AY"), ("Berta Krüger", "BK"), ("Carl Thomsen", "CT")
    rows = [
        (17, "14:52", VOICE, 0, "ruft an", ("Rita Weber", "RW")),
        (17, "14:52", OUT, 1, "Anruf von Rita Weber angenommen", alan),
        (17, "14:58", CHECK, 1, "Warteschlange: 14 Aufträge hängen", alan),
        (17, "15:04", CHECK, 1, "Drucker neu gestartet, ohne Wirkung", alan),
        (17, "15:10", OUT, 1, "Antwort: Ersatzdrucker 4D nutzen", alan),
        (17, "15:31", IN, 2, "angenommen, Übergabe vollständig", berta),
        (17, "15:40", CHECK, 2, "Treiber auf druck01: aktuell", berta),
        (17, "15:51", CHECK, 2, "Warteschlange: kein Fehler", berta),
        (17, "16:02", CHECK, 2, "Port 9100 zu 4A–4C: keine Antwort", berta),
        (17, "16:12", OUT, 2, "Frage an Rita Weber", berta),
        (17, "16:55", VOICE, 0, "antwortet", ("Rita Weber", "RW")),
        (17, "16:58", IN, 2, "Befund: nur VLAN 214 betroffen", berta),
        (17, "17:40", AUTO, 3, "noch nicht angenommen, Erinnerung", ("", "")),
        (18, "07:12", IN, 3, "angenommen", carl),
        (18, "07:24", CHECK, 3, "Gateway antwortet, 9100 nicht", carl),
        (18, "07:36", CHECK, 3, "Soll/Ist der Regeln: druck-in fehlt", carl),
        (18, "07:48", IN, 3, "Änderung C-311 beantragt", carl),
        (18, "08:26", VOICE, 0, "fragt nach", ("Rita Weber", "RW")),
        (18, "08:34", OUT, 1, "Zwischenstand an Rita Weber", alan),
        (18, "09:02", AUTO, 3, "Anteil Level 3 verletzt, Teamleitung informiert", ("", "")),
        (18, "09:18", CHECK, 3, "Regel druck-in gesetzt", carl),
        (18, "09:27", CHECK, 3, "Port 9100 erreichbar, drei Stationen", carl),
        (18, "09:36", IN, 3, "Antwort über Level 2", carl),
        (18, "09:48", IN, 2, "Rückgabe angenommen", berta),
        (18, "09:58", CHECK, 2, "Testetikett 4A, 4B, 4C lesbar", berta),
    ]
    return tuple(
        Mark(at(day, clock), kind, level, words, author, initials, str(number))
        for number, (day, clock, kind, level, words, (author, initials)) in enumerate(rows, 1)
    )


def printers() -> Score:
    """The case of the design page: 1 → 2 → 3 → 2, one share broken by 38 minutes."""
    share, update = PromiseKind.SHARE, PromiseKind.UPDATE
    return Score(
        number="20417",
        calendar=OFFICE,
        opened_at=at(17, "14:52"),
        now=at(18, "10:06"),
        lines=LINES,
        marks=_marks(),
        stays=(
            Stay(1, at(17, "14:52"), at(17, "15:16"), "Service Desk"),
            Stay(2, at(17, "15:31"), at(17, "17:02"), "Arbeitsplatz & Druck"),
            Stay(3, at(18, "07:12"), at(18, "09:40"), "Netz"),
            Stay(2, at(18, "09:48"), None, "Arbeitsplatz & Druck"),
        ),
        strokes=(
            Stroke(1, 2, at(17, "15:16"), at(17, "15:31"), to_team="Arbeitsplatz & Druck"),
            Stroke(2, 3, at(17, "17:02"), at(18, "07:12"), to_team="Netz"),
            Stroke(3, 2, at(18, "09:40"), at(18, "09:48"), is_back=True, to_team="Arbeitsplatz & Druck"),
        ),
        rests=(
            Rest(2, at(17, "16:12"), at(17, "16:55"), "wartet auf Rita Weber", "Rita Weber"),
            Rest(3, at(18, "07:56"), at(18, "09:15"), "Wartungsfenster 09:15 (C-311)", "Wartungsfenster"),
        ),
        promises=(
            Promise(
                PromiseKind.SOLUTION,
                at(17, "14:52"),
                at(18, "15:35"),
                pauses=(Pause(at(17, "16:12"), at(17, "16:55")),),
            ),
            Promise(PromiseKind.ANSWER, at(17, "14:52"), at(17, "15:52"), at(17, "15:10")),
            Promise(update, at(17, "15:10"), at(18, "08:10"), at(17, "16:12")),
            Promise(update, at(17, "16:12"), at(18, "09:12"), at(18, "08:34")),
            Promise(update, at(18, "08:34"), at(18, "12:34")),
            Promise(share, at(17, "14:52"), at(17, "15:22"), at(17, "15:16"), level=1),
            Promise(
                share, at(17, "15:16"), at(17, "17:59"), at(17, "17:02"), 2, (Pause(at(17, "16:12"), at(17, "16:55")),)
            ),
            Promise(share, at(17, "17:02"), at(18, "09:02"), at(18, "09:40"), level=3),
            Promise(share, at(18, "09:40"), at(18, "10:37"), level=2),
        ),
        requester="Rita Weber",
    )


def closed() -> Score:
    """The same case, solved and closed by Rita at level 1."""
    score = printers()
    return replace(
        score,
        marks=(
            *score.marks,
            Mark(at(18, "10:20"), OUT, 1, "Lösung an Rita Weber", "Alan Yildiz", "AY", "26"),
            Mark(at(18, "10:41"), VOICE, 0, "bestätigt", "Rita Weber", "RW", "27"),
        ),
        stays=(*score.stays[:3], Stay(2, at(18, "09:48"), at(18, "10:12")), Stay(1, at(18, "10:14"), at(18, "10:41"))),
        strokes=(*score.strokes, Stroke(2, 1, at(18, "10:12"), at(18, "10:14"), is_back=True)),
        promises=tuple(
            replace(p, met_at=at(18, "10:12" if p.kind is PromiseKind.SHARE else "10:20")) if p.is_running else p
            for p in score.promises
        ),
        closures=(Closure(at(18, "10:41")),),
        now=at(20, "09:00"),
    )


def reopened() -> Score:
    """Closed, and opened again by Rita two days later; silence between is folded."""
    score = closed()
    return replace(
        score,
        marks=(
            *score.marks,
            Mark(at(20, "11:05"), VOICE, 0, "wieder gestört", "Rita Weber", "RW", "28"),
            Mark(at(20, "11:20"), CHECK, 1, "Port 9100: keine Antwort", "Alan Yildiz", "AY", "29"),
        ),
        stays=(*score.stays, Stay(1, at(20, "11:12"))),
        closures=(Closure(at(18, "10:41"), at(20, "11:05")),),
        now=at(20, "11:40"),
    )


def with_vendor() -> Score:
    """Level 3 asks the maker, who accepts only the next week."""
    score = printers()
    return replace(
        score,
        lines=VENDOR,
        marks=(
            *score.marks,
            Mark(at(18, "13:10"), OUT, 3, "Anfrage an den Hersteller", "Carl Thomsen", "CT", "30"),
            Mark(at(23, "09:30"), CHECK, 4, "Hersteller: Firmware 2.1 fehlerhaft", "Victor Hahn", "VH", "31"),
            Mark(at(23, "10:02"), OUT, 4, "Firmware 2.2 geliefert", "Victor Hahn", "VH", "32"),
        ),
        stays=(
            *score.stays[:3],
            Stay(2, at(18, "09:48"), at(18, "11:00")),
            Stay(3, at(18, "11:20"), at(18, "13:30")),
            Stay(4, at(23, "09:20")),
        ),
        strokes=(
            *score.strokes,
            Stroke(2, 3, at(18, "11:00"), at(18, "11:20")),
            Stroke(3, 4, at(18, "13:30"), at(23, "09:20")),
        ),
        now=at(23, "10:40"),
    )


def crowded(count: int = 80, *, outward_each: int = 9) -> Score:
    """Many marks in few hours, by three people."""
    score = printers()
    people = (("Alan Yildiz", "AY", 1), ("Berta Krüger", "BK", 2), ("Carl Thomsen", "CT", 3))
    marks = []
    for number in range(count):
        author, initials, level = people[(number // 7) % 3]
        kind = OUT if number % outward_each == 0 else (IN, CHECK)[number % 2]
        moment = (
            at(17, "14:52") + timedelta(minutes=number * 186 / count)
            if number < count * 0.6
            else at(18, "07:10") + timedelta(minutes=(number - count * 0.6) * 170 / (count * 0.4))
        )
        marks.append(Mark(moment, kind, level, f"Schritt {number}", author, initials, str(number)))
    return replace(score, marks=tuple(marks))


def long_case() -> Score:
    """Fourteen working days with something on each: the first days fold into 'earlier'."""
    score = printers()
    start = at(2, "09:00")
    hours = [(n, h) for n in range(19) for h in (0, 3, 6) if (start + timedelta(days=n)).weekday() < 5]
    marks = tuple(
        Mark(
            start + timedelta(days=n, hours=h),
            (OUT, IN, CHECK)[(n + h // 3) % 3],
            1 + n % 3,
            f"Tag {n}",
            "Berta Krüger",
            "BK",
            f"{n}{h}",
        )
        for n, h in hours
    )
    return replace(
        score,
        opened_at=start,
        marks=marks,
        stays=(Stay(1, start, at(4, "09:00")), Stay(2, at(4, "10:00"))),
        strokes=(Stroke(1, 2, at(4, "09:00"), at(4, "10:00")),),
        rests=(),
        promises=(Promise(PromiseKind.SOLUTION, start, at(24, "12:00")),),
        now=at(20, "12:00"),
    )


def at_night() -> Score:
    """On call: the alarm at 23:40, work from 23:52 to 01:10, handed over in the morning."""
    score = printers()
    dora = ("Dora Lenz", "DL")
    return replace(
        score,
        opened_at=at(16, "23:40"),
        now=at(17, "09:30"),
        marks=(
            Mark(at(16, "23:40"), AUTO, 1, "Alarm: Datenbank antwortet nicht", entry="1"),
            Mark(at(16, "23:52"), IN, 3, "Bereitschaft nimmt an", *dora, "2"),
            Mark(at(17, "00:20"), CHECK, 3, "Platte voll", *dora, "3"),
            Mark(at(17, "01:10"), OUT, 3, "Läuft wieder", *dora, "4"),
            Mark(at(17, "07:30"), IN, 2, "Ursache suchen", "Berta Krüger", "BK", "5"),
        ),
        stays=(Stay(3, at(16, "23:52"), at(17, "01:15")), Stay(2, at(17, "07:30"))),
        strokes=(
            Stroke(1, 3, at(16, "23:40"), at(16, "23:52")),
            Stroke(3, 2, at(17, "01:15"), at(17, "07:30"), is_back=True),
        ),
        rests=(),
        promises=(Promise(PromiseKind.SOLUTION, at(16, "23:40"), at(17, "08:30")),),
    )


def one_mark() -> Score:
    """A mail that came a moment ago and waits at level 1."""
    return Score(
        number="20500",
        calendar=OFFICE,
        opened_at=at(18, "09:40"),
        now=at(18, "10:06"),
        lines=LINES,
        marks=(Mark(at(18, "09:40"), VOICE, 0, "Mail", "Rita Weber", "RW", "1"),),
        requester="Rita Weber",
        promises=(Promise(PromiseKind.ANSWER, at(18, "09:40"), at(18, "11:40")),),
    )


def empty() -> Score:
    """Nothing but the opening, this very second."""
    return Score(number="1", calendar=OFFICE, opened_at=at(18, "10:06"), now=at(18, "10:06"), lines=LINES)


def only_first_level() -> Score:
    """A house with one level."""
    score = printers()
    return replace(
        score,
        lines=LINES[:1],
        marks=tuple(m for m in score.marks if m.level <= 1),
        stays=score.stays[:1],
        strokes=(),
        rests=(),
        promises=score.promises[:3],
    )


ALL = {
    "printers": printers,
    "closed": closed,
    "reopened": reopened,
    "with_vendor": with_vendor,
    "crowded": crowded,
    "long_case": long_case,
    "at_night": at_night,
    "one_mark": one_mark,
    "empty": empty,
    "only_first_level": only_first_level,
}
