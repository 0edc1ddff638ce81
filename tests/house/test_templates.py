"""Templates keep to the strict content security policy, and to the icons that are built."""

import re

from tests.house import source

TEMPLATES = [f for f in sorted(source.PACKAGE.rglob("*.html")) if "templates" in f.parts]
#: Mails are read by mail programs, which know inline styles only.
FOR_MAIL = re.compile(r"/(mail|mails|outbound)/")
COMMENT = re.compile(r"{#.*?#}|{% comment.*?endcomment %}|<!--.*?-->", re.S)
TAG = re.compile(r"<[a-zA-Z][^<>]*>", re.S)
INLINE = re.compile(r"""\s(style|on[a-z]+|hx-on[:a-z-]*|hx-vals=["']js:)\s*=""", re.I)
SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=[\"']application/(?:ld\+)?json)[^>]*>", re.I)
ELSEWHERE = re.compile(r"""<(?:script|link|img|iframe|source)[^>]*\b(?:src|href)=["'](?:https?:)?//""", re.I)
ICON = re.compile(r"{%\s*icon\s+[\"']([\w/-]+)[\"']")


def pages():
    """Templates that a browser shows, without their comments."""
    for file in TEMPLATES:
        if not FOR_MAIL.search(str(file)):
            yield file, COMMENT.sub("", file.read_text(encoding="utf-8"))


def test_no_page_has_inline_styles_or_scripts():
    found = []
    for file, text in pages():
        found += [f"{source.place(file)}: {tag[:90]}" for tag in TAG.findall(text) if INLINE.search(tag)]
        found += [f"{source.place(file)}: {script}" for script in SCRIPT.findall(text)]
        found += [f"{source.place(file)}: a style element"] if re.search(r"<style\b", text, re.I) else []
    assert not found, "\n".join(found)


def test_no_page_calls_another_host():
    found = [f"{source.place(file)}: {hit.group(0)[:90]}" for file, text in pages() for hit in ELSEWHERE.finditer(text)]
    assert not found, "\n".join(found)


def test_every_icon_of_a_page_is_in_the_list():
    lines = (source.PACKAGE / "web" / "icons.txt").read_text(encoding="utf-8").splitlines()
    listed = {line.split("#")[0].strip() for line in lines}
    found = [
        f"{source.place(file)}: {name}" for file, text in pages() for name in ICON.findall(text) if name not in listed
    ]
    assert not found, "add to src/dreiklang/web/icons.txt:\n" + "\n".join(found)


def test_templates_mark_nothing_as_safe():
    allowed = re.compile(r"\|safe\b|{%\s*autoescape\s+off")
    found = [
        source.place(file)
        for file in TEMPLATES
        if file.suffix == ".html"
        and not FOR_MAIL.search(str(file))
        and allowed.search(COMMENT.sub("", file.read_text(encoding="utf-8")))
    ]
    assert not found, "\n".join(found)
