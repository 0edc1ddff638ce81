"""The connection. Django looks for ``DatabaseWrapper`` in a module of this name."""

from __future__ import annotations

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Names a savepoint after its depth, not after how many there were.

    psycopg counts how often a statement was asked, for a hundred of them, and prepares it at the fifth time (decision
    0019). Names that never come again push all others out of that count, so that within commands, which are nested,
    nothing was ever planned once.
    """

    def savepoint(self) -> str | None:
        """Begin a savepoint within the present block; the ones around it have lower numbers."""
        self.savepoint_state = len(self.savepoint_ids)
        name: str | None = super().savepoint()
        return name
