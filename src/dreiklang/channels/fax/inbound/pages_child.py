"""The child's whole life: limits, a file in, the pictures of its pages out (P34).

Out goes a number of pages (0: not known), then each picture with its length. Ends with 1 if the file is broken, with 3
without memory; what went out before counts.
"""

from __future__ import annotations

import io
import resource
import struct
import sys
from collections.abc import Iterator
from typing import Any, Final

#: Dots of a picture: a page of A4 with 200 dots an inch is 1654 × 2339.
WIDTH: Final = 1240
MOST_PIXELS: Final = 80_000_000
LENGTH: Final = struct.Struct(">I")
#: A page with few shades is a third of the size, and as easy to read.
_SIXTEEN_GREYS: Final = [grey // 17 * 17 for grey in range(256)]


def main(kind: str, most: int, cpu_seconds: int, memory_mib: int) -> int:
    """Turn one file from standard input into pictures, ``most`` of them."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory_mib * 1_048_576, memory_mib * 1_048_576))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    content = sys.stdin.buffer.read()
    out = sys.stdout.buffer
    try:
        for piece in _of_pdf(content, most) if kind == "pdf" else _of_tiff(content, most):
            out.write(piece)
            out.flush()
    except MemoryError:
        return 3
    return 0


def _of_pdf(content: bytes, most: int) -> Iterator[bytes]:
    import pypdfium2

    with pypdfium2.PdfDocument(content) as document:
        yield LENGTH.pack(len(document))
        for number in range(min(most, len(document))):
            page = document[number]
            width, height = page.get_size()
            scale = min(WIDTH / max(width, 1), (MOST_PIXELS / 4 / max(width * height, 1)) ** 0.5)
            yield _framed(page.render(scale=scale, grayscale=True).to_pil())
            page.close()


def _of_tiff(content: bytes, most: int) -> Iterator[bytes]:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(io.BytesIO(content), formats=["TIFF"]) as document:
        count = getattr(document, "n_frames", 1)
        yield LENGTH.pack(count)
        for number in range(min(most, count)):
            document.seek(number)
            if document.width * document.height > MOST_PIXELS:
                raise MemoryError
            yield _framed(_upright(document))


def _upright(page: Any) -> Any:
    """In its true shape: a standard fax has half as many dots downwards as across (204 × 98 an inch)."""
    from PIL import Image

    across, down = (float(value) or 1.0 for value in page.info.get("dpi", (1, 1)))
    width = min(WIDTH, page.width)
    height = max(1, round(page.height * width / page.width * (across / down if 0.2 < down / across < 5 else 1)))
    return page.convert("L").resize((width, height), Image.Resampling.BOX)


def _framed(picture: Any) -> bytes:
    kept = io.BytesIO()
    picture.convert("L").point(_SIXTEEN_GREYS).save(kept, "PNG", compress_level=4)
    return LENGTH.pack(kept.tell()) + kept.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
