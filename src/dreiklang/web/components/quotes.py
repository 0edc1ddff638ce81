"""Where a mail's own words end and the quoted history begins, for folding. Pure; errs on the side of showing."""

from __future__ import annotations

import re

#: Lines after which the rest is history, in the mail programs met in practice, German and English.
HISTORY = re.compile(
    r"^\s*(?:"
    r"(?:Am|On)\s.{6,160}\s(?:schrieb|wrote)(?:\s.{1,120})?:\s*"
    r"|-{2,}\s*(?:Ursprüngliche Nachricht|Urspr\. Nachricht|Original[ -]?Message|Weitergeleitete Nachricht"
    r"|Forwarded message|Original-Nachricht)\s*-{2,}.*"
    r"|_{20,}\s*"
    r"|(?:Von|From):\s.+"
    r")$",
    re.IGNORECASE,
)
HEADER_AFTER = re.compile(r"^\s*(?:Gesendet|Sent|Datum|Date|An|To|Betreff|Subject)\s*:", re.IGNORECASE)


def fold(text: str) -> tuple[str, str]:
    """Split a text into what was written now and what is quoted below it; the second part may be empty."""
    lines = text.splitlines()
    cut = next((n for n in range(len(lines)) if _begins_history(lines, n)), None)
    if cut is None:
        cut = _trailing_quote(lines)
    if cut is None or not any(line.strip() for line in lines[:cut]):
        return text.strip(), ""
    return "\n".join(lines[:cut]).strip(), "\n".join(lines[cut:]).strip()


def _begins_history(lines: list[str], n: int) -> bool:
    if not HISTORY.match(lines[n]):
        return False
    if re.match(r"\s*(?:Von|From):", lines[n], re.IGNORECASE):
        return any(HEADER_AFTER.match(line) for line in lines[n + 1 : n + 4])
    if lines[n].strip().startswith("____"):
        return any(HEADER_AFTER.match(line) for line in lines[n + 1 : n + 5])
    return True


def _trailing_quote(lines: list[str]) -> int | None:
    """Where a block of '>' lines begins that reaches to the end of the text."""
    n = len(lines)
    while n and (lines[n - 1].lstrip().startswith(">") or not lines[n - 1].strip()):
        n -= 1
    return n if any(line.lstrip().startswith(">") for line in lines[n:]) else None
