"""What mail servers on the way say about spam: SpamAssassin, Rspamd, Exchange, and what others write like them.

Anybody can write these headers; but who calls their own mail spam harms nobody else.
"""

from __future__ import annotations

import re

from .headers import clean
from .structure import Part

_PLAIN = ("x-spam-flag", "x-spam-status", "x-spam", "x-barracuda-spam-flag", "x-spambayes-classification")
_YES = ("yes", "true", "spam", "1")
_RSPAMD_ACTIONS = frozenset({"add header", "rewrite subject", "quarantine", "reject", "discard"})
_RSPAMD_RESULT = re.compile(r"\w+:\s*true\b", re.IGNORECASE)
_EXCHANGE = re.compile(r"(?:^|;)\s*SCL:\s*(-?\d+)|(?:^|;)\s*SFV:\s*(SPM|SKB|SKS)\b", re.IGNORECASE)
_LEAST_LEVEL = 5
"""Exchange files mail from this level on as junk."""


def spam_flag_of(root: Part) -> str:
    """`yes` if a server says spam; else what the first of them says; empty if none says anything."""
    words = [clean(root.first(name) or "")[:998] for name in _PLAIN]
    if any(word.lower().startswith(_YES) for word in words) or _rspamd_says_so(root) or _exchange_says_so(root):
        return "yes"
    return next((word for word in words if word), "")


def _rspamd_says_so(root: Part) -> bool:
    action = (root.first("x-rspamd-action") or "").strip().lower()
    return action in _RSPAMD_ACTIONS or bool(_RSPAMD_RESULT.match((root.first("x-spamd-result") or "").strip()))


def _exchange_says_so(root: Part) -> bool:
    level = (root.first("x-ms-exchange-organization-scl") or "").strip()
    if level.isdecimal() and len(level) < 3 and int(level) >= _LEAST_LEVEL:
        return True
    report = (root.first("x-forefront-antispam-report") or "")[:4_000]
    return any(found.group(2) or int(found.group(1)[:4]) >= _LEAST_LEVEL for found in _EXCHANGE.finditer(report))
