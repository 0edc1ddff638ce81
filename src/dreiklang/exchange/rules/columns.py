"""What columns may mean, how they are usually headed, and how their cells are understood. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Final

OWN_FIELD: Final = "field."
NOTHING: Final = ""

#: Field of a ticket → headings by which other desks call it, folded.
TICKETS: Final[dict[str, tuple[str, ...]]] = {
    "subject": ("subject", "title", "summary", "betreff", "titel", "thema", "kurzbeschreibung", "short description"),
    "text": ("text", "description", "body", "beschreibung", "inhalt", "nachricht", "details", "first message"),
    "requester": ("requester", "requester mail", "requester email", "customer mail", "from", "email", "e-mail", "mail",
                  "reporter", "melder", "anfragende person", "absender", "kunde e-mail", "customeruser"),
    "requester_name": ("requester name", "name", "reporter name", "customer name", "name des melders"),
    "organization": ("organisation", "organization", "company", "firma", "customer", "auftraggeber", "kunde"),
    "kind": ("kind", "type", "art", "typ", "ticket type", "issue type"),
    "category": ("category", "kategorie", "service", "queue", "group", "gruppe", "bereich"),
    "impact": ("impact", "auswirkung"),
    "urgency": ("urgency", "dringlichkeit"),
    "team": ("team", "assigned team"),
    "state": ("state", "status", "zustand"),
    "opened_at": ("opened", "created", "created at", "opened at", "erstellt", "erstellt am", "eroeffnet",
                  "creation date", "date", "datum"),
    "ended_at": ("closed", "closed at", "resolved", "resolved at", "geschlossen", "geschlossen am", "geloest",
                 "geloest am", "close date", "beendet am"),
    "solution": ("solution", "resolution", "loesung", "answer"),
    "tags": ("tags", "labels", "schlagworte", "stichworte"),
    "language": ("language", "sprache", "locale"),
    "reference": ("number", "ticket number", "id", "ticket id", "key", "nummer", "ticketnummer", "ticket#", "reference",
                  "referenz", "issue key", "tn"),
}  # fmt: skip

#: The same for organisations.
ORGANIZATIONS: Final[dict[str, tuple[str, ...]]] = {
    "name": ("name", "organisation", "organization", "company", "firma", "kunde", "customer", "auftraggeber"),
    "key": ("key", "kuerzel", "short name", "schluessel", "customer id", "kundennummer"),
    "kind": ("kind", "type", "art", "typ"),
    "mail_domains": ("domains", "domain", "mail domains", "domaenen", "mail-domaenen", "domaene"),
    "phone": ("phone", "telephone", "telefon"),
    "language": ("language", "sprache"),
    "region": ("region", "bundesland", "state"),
    "sites": ("sites", "site", "standorte", "standort"),
    "note": ("note", "notes", "notiz", "bemerkung", "comment"),
}  # fmt: skip
NEEDED: Final = {"tickets": ("subject",), "organizations": ("name",)}

KINDS: Final = {
    "": "", "incident": "incident", "stoerung": "incident", "fehler": "incident", "bug": "incident",
    "security": "security", "security incident": "security", "sicherheitsvorfall": "security",
    "request": "request", "service request": "request", "anforderung": "request", "serviceanfrage": "request",
    "auftrag": "request", "task": "request", "aufgabe": "request",
    "question": "question", "frage": "question", "complaint": "complaint", "beschwerde": "complaint",
}  # fmt: skip
DEGREES: Final = {
    "": 0, "1": 1, "high": 1, "hoch": 1, "critical": 1, "kritisch": 1, "2": 2, "medium": 2, "mittel": 2, "normal": 2,
    "3": 3, "low": 3, "niedrig": 3, "gering": 3,
}  # fmt: skip
OPEN_WORDS: Final = frozenset({
    "", "open", "offen", "new", "neu", "in progress", "in bearbeitung", "pending", "waiting", "wartend", "on hold",
    "pending reminder", "stalled", "assigned", "zugewiesen",
})  # fmt: skip
ENDED_WORDS: Final = frozenset({
    "closed", "geschlossen", "resolved", "geloest", "done", "erledigt", "solved", "closed successful", "rejected",
    "abgelehnt", "cancelled", "beendet", "fertig", "merged", "closed unsuccessful",
})  # fmt: skip
LANGUAGES: Final = {
    "": "", "de": "de", "de-de": "de", "deutsch": "de", "german": "de", "en": "en", "en-us": "en", "en-gb": "en",
    "englisch": "en", "english": "en",
}  # fmt: skip
ORGANIZATION_KINDS: Final = {
    "": "customer", "customer": "customer", "kunde": "customer", "auftraggeber": "customer", "vendor": "vendor",
    "hersteller": "vendor", "lieferant": "vendor", "external": "external", "extern": "external",
    "external provider": "external", "externer dienstleister": "external",
}  # fmt: skip
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


class NotUnderstood(ValueError):
    """A cell that does not say what its column needs."""


def folded(text: str) -> str:
    """A heading or a word as it is compared: lower case, umlauts written out, blanks and underscores alike."""
    return " ".join(re.sub(r"[_\s]+", " ", text.casefold().translate(_UMLAUTS)).split()).strip(" :*")


def guessed(headings: Sequence[str], known: Mapping[str, Sequence[str]], remembered: Mapping[str, str]) -> list[str]:
    """What each column probably means, each field once: as it was said the last time, else by its usual names."""
    by_name = {name: field for field, names in known.items() for name in (*names, folded(field))}
    found: list[str] = []
    for heading in headings:
        name = folded(heading)
        field = remembered[name] if name in remembered else by_name.get(name, NOTHING)
        found.append(NOTHING if field in found else field)
    return found


def one_of(words: Mapping[str, str], cell: str) -> str:
    """What a word of a closed list means. Raises NotUnderstood."""
    try:
        return words[folded(cell)]
    except KeyError:
        raise NotUnderstood(cell) from None


def degree(cell: str) -> int:
    """1 high to 3 low; 0 where nothing is said; ``3 normal`` counts by its word. Raises NotUnderstood."""
    name = folded(cell)
    for part in (name, name.lstrip("0123456789 -:"), name[:1]):
        if part in DEGREES:
            return DEGREES[part]
    raise NotUnderstood(cell)


def has_ended(cell: str) -> bool:
    """Whether a state says that it is over. Raises NotUnderstood."""
    name = folded(cell)
    if name in ENDED_WORDS or name in OPEN_WORDS:
        return name in ENDED_WORDS
    raise NotUnderstood(cell)


_GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ ,T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")


def moment(cell: str) -> datetime | None:
    """A moment as ISO 8601 or German writing has it; without a zone it is naive. None for an empty cell.

    Raises NotUnderstood, also for 03/04/2024, of which nobody can say which is the month.
    """
    text = cell.strip()
    if not text:
        return None
    try:
        if german := _GERMAN.fullmatch(text):
            day, month, year, hour, minute, second = (int(part or 0) for part in german.groups())
            return datetime.combine(date(year, month, day), time(hour, minute, second))
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time())
        return datetime.fromisoformat(re.sub(r"\s*UTC$", "+00:00", text))
    except ValueError:
        raise NotUnderstood(cell) from None


def several(cell: str) -> list[str]:
    """The words of a cell that holds several, each once."""
    return list(dict.fromkeys(part.strip() for part in re.split(r"[,;|\n]+", cell) if part.strip()))
