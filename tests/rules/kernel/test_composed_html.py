"""Composed words: only what an editor makes is kept, and the plain twin says the same."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from dreiklang.kernel.composed_html import as_html, composed, quoted_html


def test_what_is_only_lines_has_no_html() -> None:
    made = composed("<div>Guten Tag,</div><div><br></div><div>a &lt; b</div>")
    assert (made.html, made.text) == ("", "Guten Tag,\n\na < b")


def test_the_twin_writes_lists_quotations_and_links() -> None:
    made = composed(
        "<div>Bitte <b>beides</b>:</div><ol><li>aus</li><li>an<ul><li>warten</li></ul></li></ol>"
        '<blockquote><div>alt</div></blockquote><div><a href="https://haus.example/a">Anleitung</a></div>'
    )
    assert made.text.split("\n") == [
        "Bitte beides:", "1. aus", "2. an", "  - warten", "> alt", "Anleitung <https://haus.example/a>",
    ]  # fmt: skip
    assert "<b>beides</b>" in made.html


def test_p32_nothing_that_runs_or_calls_is_kept() -> None:
    made = composed(
        '<div style="background:url(https://x)" onclick="a()">x<img src="https://evil.example/p.png">'
        '<img src="cid:other"><script>run()</script><a href="javascript:run()">y</a></div><b>z</b>',
        picture=lambda address: "",
    )
    for word in ("style", "onclick", "img", "script", "run", "evil"):
        assert word not in made.html
    assert made.pictures == ()


def test_pictures_stand_under_the_content_id_they_are_given() -> None:
    made = composed(
        '<div><img src="/drafts/pictures/7/" alt="Bild-1.png"></div>', picture=lambda address: "cid:picture-7@draft"
    )
    assert made.pictures == ("picture-7@draft",)
    assert made.text == "[Bild-1.png]"


LINES = st.lists(st.text(st.characters(blacklist_categories=("C", "Z")), max_size=12), min_size=1, max_size=8)


@given(LINES)
def test_plain_lines_come_back_as_they_were(lines: list[str]) -> None:
    text = "\n".join(lines).strip("\n")
    assert composed(as_html(text)).text == text


@given(LINES)
def test_a_quotation_comes_back_as_it_was(lines: list[str]) -> None:
    quote = "\n".join(f"> {line}".rstrip() for line in lines)
    text = composed(f"<b>x</b>{quoted_html(quote)}").text
    assert re.sub(r" +$", "", text, flags=re.MULTILINE) == f"x\n{quote}"
