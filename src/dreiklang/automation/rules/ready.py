"""Rules that every desk can start from: taken over with one click, switched off until somebody has looked. Pure."""

from __future__ import annotations

from typing import Any, Final

READY: Final[tuple[dict[str, Any], ...]] = (
    {
        "key": "vip", "when": "opened", "conditions": "is:vip", "rights": [],
        "name": "VIP", "name_de": "VIP", "deeds": [
            {"deed": "tag", "value": "VIP"}, {"deed": "set_urgency", "value": "1"},
        ],
    },
    {
        # The kind comes last: from then on the ticket is of restricted sight, for rules too.
        "key": "security", "when": "opened", "rights": [],
        "conditions": "(phishing or malware or ransomware or schadsoftware or trojaner or trojan) not kind:security",
        "name": "What sounds like an attack is a security incident",
        "name_de": "Was nach einem Angriff klingt, ist ein Sicherheitsvorfall",
        "deeds": [
            {"deed": "set_urgency", "value": "1"}, {"deed": "notify", "value": "team"},
            {"deed": "set_kind", "value": "security"},
        ],
    },
    {
        "key": "unanswered", "when": "idle", "idle_hours": 4, "conditions": "is:unanswered is:open", "rights": [],
        "name": "Nobody has answered for four hours", "name_de": "Vier Stunden ohne Antwort",
        "deeds": [{"deed": "notify", "value": "team"}],
    },
    {
        "key": "forgotten", "when": "idle", "idle_hours": 72, "conditions": "is:open", "rights": [],
        "name": "Three days without a step", "name_de": "Drei Tage ohne einen Schritt",
        "deeds": [{"deed": "tag", "value": "forgotten"}, {"deed": "notify", "value": "assignee"}],
    },
    {
        "key": "complaint", "when": "opened", "conditions": "kind:complaint", "rights": [],
        "name": "Complaints are urgent", "name_de": "Beschwerden sind dringend",
        "deeds": [{"deed": "set_urgency", "value": "1"}, {"deed": "notify", "value": "team"}],
    },
    {
        "key": "reopened", "when": "reopened", "conditions": "", "rights": [],
        "name": "Mark what came back", "name_de": "Kennzeichnen, was wiederkommt",
        "deeds": [{"deed": "tag", "value": "reopened"}],
    },
    {
        "key": "new_mail_after_hours", "when": "opened", "conditions": "priority:<=2 channel:mail", "rights": [
            "automation.write",
        ],
        "name": "Tell the requester that it is urgent for us too",
        "name_de": "Bei hoher Priorität sagen, dass wir es eilig nehmen",
        "deeds": [{
            "deed": "message",
            "text": "Guten Tag,\n\nIhr Anliegen hat bei uns hohe Priorität. Wir melden uns, sobald wir mehr wissen.",
            "text_en": "Good day,\n\nyour case has a high priority here. We will write as soon as we know more.",
        }],
    },
)  # fmt: skip
