"""Pages as pictures, made by a child process that has little time and memory: whatever the file holds, we go on."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import Final

from dreiklang.channels.fax.inbound.pages_child import LENGTH

CPU_SECONDS: Final = 30
MEMORY_MIB: Final = 768
#: Pages that become pictures; the file itself is kept whole.
MOST_PAGES: Final = 50
LARGEST: Final = 25 * 1024 * 1024


@dataclass(frozen=True)
class Pages:
    """The pictures (PNG), how many there are by the file; ``outcome``: ``read``, ``part``, ``broken``, ``limits``."""

    pictures: tuple[bytes, ...]
    count: int
    outcome: str


def kind_of(content: bytes) -> str:
    """``pdf`` or ``tiff`` by the first bytes, whatever the name says; empty: no fax."""
    if content[:1024].lstrip().startswith(b"%PDF-"):
        return "pdf"
    return "tiff" if content.startswith((b"II*\0", b"MM\0*")) else ""


def pages_of(
    content: bytes, *, most: int = MOST_PAGES, cpu_seconds: int = CPU_SECONDS, memory_mib: int = MEMORY_MIB
) -> Pages:
    """The pages of a PDF or TIFF, at most ``most`` of them. Never raises for what the file holds."""
    kind = kind_of(content)
    if not kind:
        return Pages((), 0, "broken")
    if len(content) > LARGEST:
        return Pages((), 0, "limits")
    command = [sys.executable, "-m", "dreiklang.channels.fax.inbound.pages_child"]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no shell, no foreign words
            [*command, kind, str(most), str(cpu_seconds), str(memory_mib)],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=cpu_seconds * 3 + 10,
            env={"PYTHONPATH": ":".join(path for path in sys.path if path), "LANG": "C.UTF-8"},
            check=False,
        )
        code, told = done.returncode, done.stdout
    except subprocess.TimeoutExpired as late:
        code, told = -1, late.stdout or b""
    count, pictures = _unpacked(told)
    if code == 0:
        return Pages(pictures, count, "read" if len(pictures) == count else "part")
    if pictures:
        return Pages(pictures, count, "part")
    return Pages((), count, "broken" if code == 1 else "limits")


def _unpacked(told: bytes) -> tuple[int, tuple[bytes, ...]]:
    if len(told) < LENGTH.size:
        return 0, ()
    (count,), at, found = LENGTH.unpack(told[: LENGTH.size]), LENGTH.size, []
    while at + LENGTH.size <= len(told):
        (length,) = LENGTH.unpack(told[at : at + LENGTH.size])
        at += LENGTH.size
        if at + length > len(told):
            break
        found.append(told[at : at + length])
        at += length
    return count, tuple(found)
