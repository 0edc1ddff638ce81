"""What ``check`` finds: one thing each, with a code that stays and a sentence that says what to do."""

from __future__ import annotations

from dataclasses import dataclass

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class Finding:
    """One thing an operator should know: ``error`` stops work or endangers it, ``warning`` will."""

    code: str
    severity: str
    message: str
