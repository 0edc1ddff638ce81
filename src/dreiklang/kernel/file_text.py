"""The words inside a file, read by a child process that has little time and memory: whatever it holds, we go on.

The child (``file_text_child``) may be ended by its limits or fall over; then the file has no words, and says why.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

CPU_SECONDS: Final = 20
MEMORY_MIB: Final = 768
LARGEST: Final = 25 * 1024 * 1024
#: Letters that are kept of a file.
LONGEST: Final = 60_000
_OFFICE: Final = {
    ".docx": "office", ".docm": "office", ".xlsx": "office", ".xlsm": "office", ".pptx": "office", ".pptm": "office",
    ".odt": "office", ".ods": "office", ".odp": "office",
}  # fmt: skip
_PLAIN: Final = frozenset({".txt", ".log", ".csv", ".md", ".json", ".xml", ".ini", ".conf", ".yml", ".yaml"})


@dataclass(frozen=True)
class FileText:
    """What was read; ``outcome``: ``read``, ``none`` (a kind without words), ``large``, ``limits`` or ``broken``."""

    text: str
    outcome: str


def kind_of(filename: str, content: bytes) -> str:
    """``pdf``, ``office``, ``plain`` or nothing, by the first bytes and the ending."""
    ending = PurePosixPath(filename.lower()).suffix
    if content[:1024].lstrip().startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"PK\x03\x04"):
        return _OFFICE.get(ending, "")
    return "plain" if ending in _PLAIN and b"\0" not in content[:4096] else ""


def text_of(filename: str, content: bytes, *, cpu_seconds: int = CPU_SECONDS, memory_mib: int = MEMORY_MIB) -> FileText:
    """The words of a file, at most ``LONGEST`` letters of them. Never raises for what the file holds."""
    kind = kind_of(filename, content)
    if not kind:
        return FileText("", "none")
    if len(content) > LARGEST:
        return FileText("", "large")
    if kind == "plain":
        return FileText(_clean(content[: LONGEST * 4].decode("utf-8", "replace")), "read")
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no shell, no foreign words
            [sys.executable, "-m", "dreiklang.kernel.file_text_child", kind, str(cpu_seconds), str(memory_mib)],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=cpu_seconds * 3 + 10,
            env={"PYTHONPATH": ":".join(path for path in sys.path if path), "LANG": "C.UTF-8"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return FileText("", "limits")
    if done.returncode == 0:
        return FileText(_clean(done.stdout.decode("utf-8", "replace")), "read")
    return FileText("", "broken" if done.returncode == 1 else "limits")


def _clean(text: str) -> str:
    return text.replace("\0", " ")[:LONGEST]
