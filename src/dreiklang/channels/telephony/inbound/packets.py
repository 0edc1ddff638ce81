"""The lines of Asterisk's manager interface (AMI): packets of ``Name: value`` lines, ended by an empty one.

Names are written in several ways over the versions (``Uniqueid``, ``UniqueID``): they are read in lower case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

#: A packet is far smaller; what grows beyond is no manager interface.
LONGEST: Final = 100_000
BANNER: Final = "asterisk call manager"

Packet = dict[str, str]


class TooLong(ValueError):
    """What came does not end: no packet is so long."""


class Packets:
    """Bytes in, whole packets out, however they were cut on the way."""

    def __init__(self) -> None:
        self._rest = b""
        self._packet: Packet = {}
        self._size = 0

    def feed(self, part: bytes) -> Iterator[Packet]:
        """The packets that are whole now. The greeting comes as one of its own, under ``banner``. Raises TooLong."""
        *lines, self._rest = (self._rest + part).split(b"\n")
        for line in lines:
            text = line.decode("utf-8", "replace").strip("\r")
            self._size += len(line)
            if self._size > LONGEST:
                raise TooLong
            if not text.strip():
                if self._packet:
                    yield self._packet
                self._packet, self._size = {}, 0
            elif text.lower().startswith(BANNER):
                yield {"banner": text.strip()}
            else:
                name, _colon, value = text.partition(":")
                self._packet.setdefault(name.strip().lower(), value.strip())
        if len(self._rest) > LONGEST:
            raise TooLong


def written(action: str, fields: Mapping[str, str]) -> bytes:
    """One action as it goes over the line. Raises ValueError for a value that would begin a line of its own."""
    lines = [("Action", action), *fields.items()]
    if any(not value.isprintable() for _name, value in lines):
        raise ValueError("a value of one line")
    return "".join(f"{name}: {value}\r\n" for name, value in lines).encode() + b"\r\n"
