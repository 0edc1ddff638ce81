"""Articles in files of other shapes, as the plain lines an import reads; and the same lines as files again.

Markdown (with a head of ``key: value`` lines between ``---``), HTML, CSV with a header, JSON lines, and a ZIP of these.
Nothing is unpacked beyond a bound, whatever the archive claims.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final

from dreiklang.knowledge.rules import markup

MOST_FILES: Final = 5_000
#: Bytes that come out of an archive altogether.
LARGEST: Final = 100 * 1024 * 1024
FIELDS: Final = ("id", "language", "title", "body", "audience", "format")
_HEAD: Final = re.compile(r"\A---\r?\n(.*?)\r?\n---\r?\n", re.DOTALL)
_HEADING: Final = re.compile(r"\A\s*#\s+(.+?)\s*#*\s*$", re.MULTILINE)
_TITLE: Final = re.compile(r"<(title|h1)\b[^>]{0,300}>(.{0,1000}?)</\1\s*>", re.IGNORECASE | re.DOTALL)
_LANGUAGE_IN_NAME: Final = re.compile(r"(.+)[._]([a-z]{2})\Z")


class Unreadable(ValueError):
    """A file that is none of the known kinds, or is broken; ``args[0]`` is a code."""


def lines_of(filename: str, content: bytes, *, language: str = "de", audience: str = "internal") -> Iterator[str]:
    """The articles of a file as JSON lines; ``language`` and ``audience`` where they do not say. Raises Unreadable."""
    kind = PurePosixPath(filename.replace("\\", "/")).suffix.lower()
    if kind == ".zip":
        for name, inside in _unpacked(content):
            if PurePosixPath(name).suffix.lower() in _KINDS:
                yield from lines_of(name, inside, language=language, audience=audience)
        return
    if kind not in _KINDS:
        raise Unreadable("kind")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise Unreadable("encoding") from wrong
    if kind in (".jsonl", ".json"):
        yield from text.split("\n")
        return
    for article in _KINDS[kind](filename, text):
        given = {name: value for name, value in article.items() if name in FIELDS and value}
        yield json.dumps({"language": language, "audience": audience} | given, ensure_ascii=False)


def archive(lines: Iterable[Mapping[str, str]]) -> bytes:
    """Lines as a ZIP of Markdown and HTML files, each with its head, to be read again unchanged."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        for number, line in enumerate(lines, start=1):
            ending = "html" if line["format"] == "html" else "md"
            name = re.sub(r"[^\w-]+", "-", line["id"], flags=re.ASCII)[:80] or "article"
            head = "".join(f"{field}: {json.dumps(line[field], ensure_ascii=False)}\n" for field in FIELDS
                           if field not in ("body", "format"))  # fmt: skip
            packed.writestr(f"{line['language']}/{name}-{number}.{ending}", f"---\n{head}---\n{line['body']}")
    return whole.getvalue()


def _unpacked(content: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        packed = zipfile.ZipFile(io.BytesIO(content))
        members = [member for member in packed.infolist() if not member.is_dir()]
        if len(members) > MOST_FILES:
            raise Unreadable("many")
        left = LARGEST
        for member in members:
            with packed.open(member) as inside:
                data = inside.read(left + 1)
            left -= len(data)
            if left < 0:
                raise Unreadable("large")
            yield member.filename, data
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, zlib.error) as wrong:
        raise Unreadable("archive") from wrong


def _of_markdown(filename: str, text: str) -> Iterator[dict[str, str]]:
    head, body = _head(text)
    if "title" not in head and (found := _HEADING.match(body)):
        head["title"], body = found[1], body[found.end() :].lstrip("\r\n")
    yield _named(filename) | head | {"body": body, "format": "markdown"}


def _of_html(filename: str, text: str) -> Iterator[dict[str, str]]:
    head, body = _head(text)
    if "title" not in head and (found := _TITLE.search(body)):
        head["title"] = " ".join(markup.as_text(found[2], is_html=True).split())
    yield _named(filename) | head | {"body": body, "format": "html"}


def _of_csv(_filename: str, text: str) -> Iterator[dict[str, str]]:
    try:
        first = text.split("\n", 1)[0]
        divider = max(";,\t", key=first.count)
        csv.field_size_limit(markup.LONGEST * 2)
        for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=divider):
            yield {str(name).strip().lower(): value or "" for name, value in row.items() if isinstance(value, str)}
    except csv.Error as wrong:
        raise Unreadable("table") from wrong


def _head(text: str) -> tuple[dict[str, str], str]:
    found = _HEAD.match(text)
    if found is None:
        return {}, text
    head = {}
    for line in found[1].splitlines():
        name, colon, value = line.partition(":")
        if colon and name.strip().lower() in FIELDS:
            head[name.strip().lower()] = _value(value.strip())
    return head, text[found.end() :]


def _value(text: str) -> str:
    try:
        read = json.loads(text)
    except ValueError:
        return text
    return read if isinstance(read, str) else text


def _named(filename: str) -> dict[str, str]:
    """What a file's name tells: ``vpn.en.md`` is the English edition of ``vpn``."""
    stem = PurePosixPath(filename.replace("\\", "/")).stem
    if found := _LANGUAGE_IN_NAME.fullmatch(stem):
        return {"id": found[1], "language": found[2]}
    return {"id": stem}


_KINDS: Final = {
    ".jsonl": _of_markdown, ".json": _of_markdown, ".md": _of_markdown, ".markdown": _of_markdown, ".txt": _of_markdown,
    ".html": _of_html, ".htm": _of_html, ".csv": _of_csv,
}  # fmt: skip
