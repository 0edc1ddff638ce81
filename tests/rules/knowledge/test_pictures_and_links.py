"""Pictures measured without being opened; links between articles."""

from __future__ import annotations

import base64
import struct

from hypothesis import given
from hypothesis import strategies as st

from dreiklang.kernel.file_kinds import picture_size, picture_type
from dreiklang.knowledge.rules import links, markup

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 3, 2)
JPEG = b"\xff\xd8\xff\xe0\0\4JF\xff\xff\xc2\0\x11\x08" + struct.pack(">HH", 2, 3)
VP8X = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\2\0\0\1\0\0"


def test_the_size_of_a_picture_is_read_from_its_beginning() -> None:
    for picture in (PNG, JPEG, VP8X, b"GIF89a" + struct.pack("<HH", 3, 2)):
        assert picture_size(picture) == (3, 2)
    assert picture_type(b"RIFF\0\0\0\0WAVE") == ""


@given(
    st.sampled_from([PNG, JPEG, VP8X, b"GIF89a", b"RIFF\0\0\0\0WEBPVP8L"]), st.binary(max_size=40), st.integers(0, 30)
)
def test_no_bytes_break_the_measure(start: bytes, rest: bytes, cut: int) -> None:
    width, height = picture_size(start[: len(start) - cut] + rest)
    assert width >= 0
    assert height >= 0


def test_p32_a_bomb_inside_the_text_is_not_shown() -> None:
    bomb = PNG[:16] + struct.pack(">II", 60_000, 60_000)
    for picture, count in ((PNG, 1), (bomb, 0)):
        body = f"![x](data:image/png;base64,{base64.b64encode(picture).decode()})"
        assert markup.as_html(body).count("<img") == count


def test_links_stand_in_words_and_not_in_code() -> None:
    body = "Siehe [[a b]] und [[c|das *andere*]].\n\n```\n[[d]]\n```\n`[[e]]` [[a b]]"
    assert links.targets_of(body) == ["a b", "c"]
    shown = links.with_links(body, lambda key, words: f"<{key}:{words}>")
    assert shown == "Siehe <a b:> und <c:das *andere*>.\n\n```\n[[d]]\n```\n`[[e]]` <a b:>"
    assert links.as_words("[x](y) *z*") == r"\[x\]\(y\) \*z\*"


def test_a_large_text_is_read_quickly() -> None:
    links.targets_of("[[" * 200_000)
    links.targets_of("`" * 400_000)
    links.targets_of("```" * 100_000)
