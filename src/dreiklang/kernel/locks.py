"""Numbers of locks in the database that several packages take; plain, so that `backup` reads them without Django."""

from __future__ import annotations

from typing import Final

#: Taken while unused files are removed; held shared by a backup until it has copied every file its moment names.
SWEEPING: Final = 0x5F17
