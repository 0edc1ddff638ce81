"""A start for an empty desk: which words go together in IT, in German and English.

A category whose name holds a word of a group (or a compound of it) is thought to be about the rest of the group too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from dreiklang.assistance.rules.terms import words_of

_LINES: Final = """
drucker drucken druckt printer printing print toner papierstau paper jam scanner scannen kopierer multifunktion
kennwort passwort password konto konten account anmeldung anmelden login gesperrt locked expired benutzer
berechtigung berechtigungen zugriff zugang freigabe laufwerk ordner rechte access permission share folder drive
netzwerk netz network wlan wifi lan vpn internet verbindung connection router switch kabel dns proxy
mail email e-mail outlook postfach mailbox kalender calendar termin verteiler signatur spam anhang exchange
telefon telefonie phone telephony headset anruf call rufnummer voicemail durchwahl handy mobile smartphone
notebook laptop rechner computer arbeitsplatz workplace hardware monitor bildschirm screen tastatur keyboard
software programm programme anwendung anwendungen application app install installieren update lizenz absturz
server datenbank database speicher storage sicherung backup wiederherstellung restore virtuell dienst
phishing virus malware sicherheit security verdächtig suspicious trojaner erpressung ransomware datenschutz
bestellung bestellen beschaffung order purchase procurement kaufen angebot rechnung lieferung
eintritt austritt mitarbeiter onboarding offboarding personal hr abteilungswechsel joiner leaver
frage beratung question advice schulung training anleitung hilfe
"""
GROUPS: Final = tuple(tuple(words_of(line)) for line in _LINES.strip().splitlines())
SHORTEST_PART: Final = 5


def texts_for(names: Iterable[str], asked: Sequence[str] = ()) -> list[str]:
    """Texts that a category is about: its names, what it asks for, and the groups its names belong to."""
    given = [name for name in names if name.strip()]
    said = set(words_of(" ".join(given)))
    groups = [" ".join(group) for group in GROUPS if any(_belongs(word, group) for word in said)]
    return [*given, *(words for words in asked if words.strip()), *groups]


def _belongs(word: str, group: Sequence[str]) -> bool:
    return any(
        word == other
        or (len(other) >= SHORTEST_PART and other in word)
        or (len(word) >= SHORTEST_PART and word in other)
        for other in group
    )
