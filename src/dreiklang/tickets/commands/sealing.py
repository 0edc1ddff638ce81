"""How words that came by mail were sealed, as a record keeps it."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Seal:
    """``state``: signed, encrypted or decrypted. ``check``: what the signature is worth (valid, foreign, altered,
    unknown, partly; empty: none, or not to be checked). ``by``: whose it is."""

    state: str = ""
    check: str = ""
    by: str = ""

    def as_fields(self) -> dict[str, str]:
        """As a message or correspondence keeps it."""
        return {"seal": self.state, "seal_check": self.check, "seal_by": self.by[:LONGEST_NAME]}


UNSEALED = Seal()
