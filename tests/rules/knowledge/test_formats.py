"""Articles in files of other shapes, and back again."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dreiklang.knowledge.rules import formats
from dreiklang.knowledge.rules.formats import Unreadable, archive, lines_of


def articles(name: str, content: str | bytes) -> list[dict[str, Any]]:
    data = content.encode() if isinstance(content, str) else content
    return [json.loads(line) for line in lines_of(name, data)]


def test_each_shape_tells_what_it_holds() -> None:
    (plain,) = articles("vpn.en.md", "# Set up *VPN* #\n\nInstall.")
    assert plain == {
        "id": "vpn", "language": "en", "title": "Set up *VPN*", "body": "Install.", "audience": "internal",
        "format": "markdown",
    }  # fmt: skip
    (headed,) = articles("x.md", "---\nid: kb-7\naudience: public\ntitle: 'A'\nmore: no\n---\nText")
    assert (headed["id"], headed["audience"], headed["title"]) == ("kb-7", "public", "'A'")
    (page,) = articles("a/b.html", "<html><title>Netz &amp; <b>Kabel</b></title><p>Text</p></html>")
    assert (page["id"], page["title"], page["format"]) == ("b", "Netz & Kabel", "html")
    rows = articles("t.csv", '\ufeffid;Title;body;extra\n1;Eins;Text;x\n2;Zwei;"a\nb"\n')
    assert [(row["id"], row["title"], row["body"]) for row in rows] == [("1", "Eins", "Text"), ("2", "Zwei", "a\nb")]


LINE = st.fixed_dictionaries(
    {
        "id": st.text("abcß.-/ 9", min_size=1, max_size=9),
        "language": st.sampled_from(["de", "en"]),
        "title": st.text("aß\"':-#\\ \n", max_size=9),
        "body": st.text('aé-:\n\r#"<>[]', max_size=20),
        "audience": st.sampled_from(["public", "level:2", "customer:clinic"]),
        "format": st.sampled_from(["markdown", "html"]),
    }
)


@given(st.lists(LINE, max_size=4))
def test_what_goes_out_comes_in_unchanged(lines: list[dict[str, str]]) -> None:
    back = articles("all.zip", archive(lines))
    assert [{name: one.get(name, "") for name in one | {"title": "", "body": ""}} for one in back] == lines


def test_broken_files_and_bombs_are_refused_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "LARGEST", 10_000)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.md", b"\0" * 10_001)
    broken = archive([{"id": "a", "language": "de", "title": "", "body": "x" * 99, "audience": "", "format": ""}])
    for name, content, code in (
        ("x.exe", b"", "kind"), ("x.md", b"\xff", "encoding"), ("x.zip", b"PK", "archive"),
        ("x.zip", broken[:40] + b"!!!!" + broken[44:], "archive"), ("x.zip", bomb.getvalue(), "large"),
        ("x.csv", b'id,body\n1,"' + b"x" * 900_000, "table"),
    ):  # fmt: skip
        with pytest.raises(Unreadable) as refused:
            list(lines_of(name, content))
        assert refused.value.args[0] == code
