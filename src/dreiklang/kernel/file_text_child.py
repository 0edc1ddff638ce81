"""The child's whole life: limits, a file in, its words out.

Ends with 1 (as Python does) if the file is broken, with 3 without memory.
"""

from __future__ import annotations

import io
import logging
import resource
import sys
import zipfile
from collections.abc import Iterator
from typing import Final

LONGEST: Final = 60_000
MOST_PAGES: Final = 300
#: Bytes that come out of an Office file altogether: what claims to be small may be a bomb.
MOST_UNPACKED: Final = 60 * 1024 * 1024
_PARTS: Final = (
    "word/document", "word/header", "word/footer", "word/footnotes", "xl/sharedStrings", "xl/worksheets/",
    "ppt/slides/slide", "ppt/notesSlides/", "content.xml",
)  # fmt: skip
_PIECES: Final = frozenset({"p", "h", "si", "is"})


def main(kind: str, cpu_seconds: int, memory_mib: int) -> int:
    """Read one file from standard input."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory_mib * 1_048_576, memory_mib * 1_048_576))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    content = sys.stdin.buffer.read()
    try:
        said, length = list[str](), 0
        for piece in _of_pdf(content) if kind == "pdf" else _of_office(content):
            said.append(piece)
            length += len(piece)
            if length > LONGEST:
                break
        sys.stdout.buffer.write("\n".join(said)[:LONGEST].encode("utf-8", "replace"))
    except MemoryError:
        return 3
    return 0


def _of_pdf(content: bytes) -> Iterator[str]:
    from pypdf import PdfReader

    logging.disable(logging.CRITICAL)
    for number, page in enumerate(PdfReader(io.BytesIO(content), strict=False).pages):
        if number >= MOST_PAGES:
            return
        yield page.extract_text()


def _of_office(content: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        left = MOST_UNPACKED
        for member in packed.infolist()[:5_000]:
            if not member.filename.startswith(_PARTS) or not member.filename.endswith(".xml"):
                continue
            with packed.open(member) as part:
                data = part.read(left + 1)
            left -= len(data)
            if left < 0:
                raise ValueError("too much comes out of this archive")
            yield from _of_xml(data)


def _of_xml(data: bytes) -> Iterator[str]:
    """The paragraphs, cells and headings of a part; no entities, no network, no foreign document types."""
    from lxml import etree

    pieces = etree.iterparse(
        io.BytesIO(data), events=("end",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    for _event, element in pieces:
        if isinstance(element.tag, str) and etree.QName(element).localname in _PIECES:
            if words := "".join(element.itertext()).strip():
                yield words
            element.clear()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
