"""Reading an archive: nothing of it is used before all of it was verified."""

from __future__ import annotations

import hashlib
import json
import re
import tarfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from types import TracebackType
from typing import IO, Any, NoReturn

from dreiklang.console.answers import BAD_DATA, USAGE, Refused
from dreiklang.console.archive.writing import FORMAT

_NAMES = re.compile(r"database\.dump|files/[0-9a-f]{64}|keys/[A-Za-z0-9_-][A-Za-z0-9._-]*|manifest\.json")
_PIECE = 1024 * 1024


class Archive:
    """An opened archive. The file is opened before root's rights are laid down."""

    def __init__(self, name: str, raw: IO[bytes]) -> None:
        self.name = name
        self._raw = raw
        self.manifest: dict[str, Any] = {}

    @classmethod
    def open(cls, name: str) -> Archive:
        """Open the file; refuse if it cannot be read."""
        try:
            return cls(name, open(name, "rb"))
        except OSError as wrong:
            raise Refused(USAGE, f"cannot read {name}: {wrong.strerror}") from wrong

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._raw.close()

    def verify(self) -> None:
        """Read it once from end to end and compare every checksum; refuse with the place that is wrong."""
        try:
            sums = self._sums()
        except (tarfile.TarError, EOFError) as cut:
            self._refuse(f"cannot be read as an archive: {cut}")
        if not self.manifest:
            self._refuse("is cut off: its manifest is missing")
        expected = self.manifest["sha256"]
        wrong = sorted(name for name in {*sums, *expected} if sums.get(name) != expected.get(name))
        if wrong:
            self._refuse(f"is damaged: {wrong[0]} is not what the manifest says ({len(wrong)} in all)")

    def _sums(self) -> dict[str, str]:
        sums: dict[str, str] = {}
        for name, content in self.members():
            if name == "manifest.json":
                self.manifest = self._manifest(content.read())
                continue
            digest = hashlib.sha256()
            while piece := content.read(_PIECE):
                digest.update(piece)
            if name in sums:
                self._refuse(f"holds {name} twice")
            sums[name] = digest.hexdigest()
        return sums

    def members(self) -> Iterator[tuple[str, IO[bytes]]]:
        """Name and content of each member in order; only plain files with our own names."""
        self._raw.seek(0)
        with tarfile.open(fileobj=self._raw, mode="r:") as tar:
            for member in tar:
                if not member.isfile() or not _NAMES.fullmatch(member.name):
                    self._refuse(f"holds something foreign: {PurePosixPath(member.name).name[:60]}")
                content = tar.extractfile(member)
                assert content is not None
                yield member.name, content

    def _manifest(self, text: bytes) -> dict[str, Any]:
        try:
            manifest = json.loads(text)
            if int(manifest["format"]) > FORMAT:
                self._refuse("was made by a newer version of dreiklang; install that one to read it")
            return dict(manifest, sha256=dict(manifest["sha256"]))
        except (ValueError, KeyError, TypeError) as wrong:
            raise Refused(BAD_DATA, f"{self.name}: its manifest cannot be read ({wrong})") from wrong

    def _refuse(self, what: str) -> NoReturn:
        raise Refused(BAD_DATA, f"{self.name} {what}; nothing was changed")
