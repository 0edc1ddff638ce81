"""When an announced outage holds, what is said of it in which language, and whether a request is about it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from dreiklang.knowledge.rules.words import question_terms

#: Planned work is told of this long before: agents in the banner, requesters on their page.
BEFORE_AGENTS, BEFORE_REQUESTERS = timedelta(days=1), timedelta(days=7)
#: Words that every report of a trouble holds: two texts are not alike because both hold one of them.
_EVERYWHERE: Final = {
    "de": (
        "Ausfall ausgefallen Störung gestört Problem Fehler geht funktioniert läuft langsam kaputt Wartung geplant "
        "System Server Dienst Service derzeit momentan heute morgen Anmeldung anmelden"
    ),
    "en": (
        "outage failure fails failed problem trouble error works working work down slow broken maintenance planned "
        "system server service currently today tomorrow sign log"
    ),
}


class Standing(StrEnum):
    """Where an announced outage stands."""

    COMING = "coming"
    RUNNING = "running"
    ENDED = "ended"


def standing(
    *, kind: str, from_at: datetime, until_at: datetime | None, ended_at: datetime | None, now: datetime
) -> Standing:
    """Planned work ends with its time; a disruption ends when somebody says so, however long that takes."""
    if ended_at is not None or (kind == "planned" and until_at is not None and until_at <= now):
        return Standing.ENDED
    return Standing.COMING if from_at > now else Standing.RUNNING


def in_language(words: Mapping[str, str], language: str) -> str:
    """What is said in a language, else in whichever there is: a foreign word is better than none."""
    return words.get(language[:2]) or next((said for said in words.values() if said), "")


def is_about(text: str, *, titles: Mapping[str, str], services: Iterable[str]) -> bool:
    """Whether a request sounds like an outage: it shares a word that tells something with a title or a service's name.

    Read in every language that the outage is told in, because people write in theirs.
    """
    named = " ".join(services)
    return any(
        _telling(text, language) & _telling(f"{title} {named}", language) for language, title in titles.items() if title
    )


def _telling(text: str, language: str) -> set[str]:
    return set(question_terms(text, language)) - _everywhere(language)


def _everywhere(language: str) -> set[str]:
    return set(question_terms(_EVERYWHERE.get(language, ""), language))
