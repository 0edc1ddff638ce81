"""Playbooks: on which occasion which holds, and the usual words until the desk has its own. Pure."""

from __future__ import annotations

from typing import Final

from dreiklang.tickets.rules import COMPLAINT, SECURITY

VIP: Final = "vip"

USUAL_PLAYBOOKS: Final[dict[str, dict[str, str]]] = {
    SECURITY: {
        "en": (
            "1. Do not switch the device off; take it off the network (cable, Wi-Fi).\n"
            "2. Ask what was opened, typed in or installed, and when. Note the time.\n"
            "3. Passwords that were typed in: change them at once, from another device.\n"
            "4. Keep the mail or file as it is; forward it only as an attachment.\n"
            "5. Hand over to the responsible team at once, and tell the security officer by phone.\n"
            "6. Talk about it with those concerned only: this ticket is restricted."
        ),
        "de": (
            "1. Gerät nicht ausschalten; vom Netz trennen (Kabel, WLAN).\n"
            "2. Fragen, was geöffnet, eingegeben oder installiert wurde und wann. Uhrzeit notieren.\n"
            "3. Eingegebene Passwörter sofort ändern, von einem anderen Gerät aus.\n"
            "4. Mail oder Datei unverändert aufheben; nur als Anhang weiterleiten.\n"
            "5. Sofort an das zuständige Team übergeben und die Informationssicherheit anrufen.\n"
            "6. Nur mit Beteiligten darüber sprechen: Dieses Ticket ist nur eingeschränkt sichtbar."
        ),
    },
    VIP: {
        "en": (
            "1. Call back within a quarter of an hour, whatever the priority.\n"
            "2. Agree on a time before a visit; the office knows the calendar.\n"
            "3. Tell the team lead if it will take longer than half a day."
        ),
        "de": (
            "1. Innerhalb einer Viertelstunde zurückrufen, gleich welche Priorität.\n"
            "2. Vor einem Besuch einen Termin vereinbaren; das Sekretariat kennt den Kalender.\n"
            "3. Die Teamleitung informieren, wenn es länger als einen halben Tag dauert."
        ),
    },
    COMPLAINT: {
        "en": (
            "1. Thank for it and say who takes care of it; do not justify anything yet.\n"
            "2. Name an owner outside the level it is about, and link the ticket.\n"
            "3. Find out what happened; ask both sides.\n"
            "4. Answer in writing: what went wrong, what is changed, by when.\n"
            "5. Write the measures down and see them done."
        ),
        "de": (
            "1. Dafür danken und sagen, wer sich kümmert; noch nichts rechtfertigen.\n"
            "2. Eine verantwortliche Person außerhalb des betroffenen Levels benennen, das Ticket verknüpfen.\n"
            "3. Klären, was geschehen ist; beide Seiten fragen.\n"
            "4. Schriftlich antworten: was schiefging, was sich ändert, bis wann.\n"
            "5. Maßnahmen aufschreiben und nachhalten."
        ),
    },
}


def occasions_of(kind: str, *, is_vip: bool) -> list[str]:
    """The occasions a ticket is: by its kind, and for a VIP besides."""
    return [kind] * (kind in USUAL_PLAYBOOKS) + [VIP] * is_vip
