"""The HTML side of a mail: plain words as paragraphs, links one can press, a look that common mail programs show. Pure.

Mail programs know inline styles only, and strip what is clever. So: system letters, one column, no colours for ground
or text (the reader's light or dark stays theirs), links with a line around them in place of filled buttons.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Final

from dreiklang.communication import rules

_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
_LABELLED = re.compile(r"\s*(.+?):\s*\{(confirm_link|reopen_link|escalate_link|link)\}\s*")
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)

_BODY = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif;font-size:15px;line-height:1.5"
_BLUE = "#2f6fd6"
_PRESS = (
    f"display:inline-block;padding:9px 16px;margin:4px 0;border:1px solid {_BLUE};border-radius:6px;"
    f"color:{_BLUE};text-decoration:none;font-weight:600"
)
_LOGO = "display:block;max-height:48px;max-width:240px;border:0"
_QUOTED = "margin:0 0 12px;padding:0 0 0 12px;border-left:3px solid #c3ccd9;color:#6b7890"
_SIGNED = "margin:20px 0 0;padding:10px 0 0;border-top:1px solid #c3ccd9;font-size:13px;color:#6b7890"


def text_as_html(text: str) -> str:
    """Plain words as paragraphs, line by line, with links that can be pressed; quoted lines set apart."""
    html = ""
    for is_quoted, lines in groupby(text.strip("\n").split("\n"), key=lambda line: line.startswith(">")):
        if is_quoted:
            html += f'<blockquote style="{_QUOTED}">{_paragraphs([line[1:].removeprefix(" ") for line in lines])}'
            html += "</blockquote>"
        else:
            html += _paragraphs(list(lines))
    return html


def _paragraphs(lines: list[str]) -> str:
    blocks = re.split(r"\n[ \t]*\n+", "\n".join(lines).strip("\n"))
    return "".join(f'<p style="margin:0 0 12px">{_lines(block)}</p>' for block in blocks if block.strip())


def body_as_html(template: str, values: Mapping[str, str], *, text_html: str) -> str:
    """A template's body as HTML. ``text_html`` stands for ``{text}``; every other value is escaped.

    A line such as 'Yes, close it: {confirm_link}' becomes a link with those words.
    """
    parts = _SIGNATURE.split(template, maxsplit=1)
    html = _part(parts[0], values, text_html)
    if len(parts) == 2:
        signed = _part(parts[1], values, text_html)
        html += f'<div style="{_SIGNED}">{signed}</div>' if signed else ""
    return html


@dataclass(frozen=True, slots=True)
class Look:
    """What a brand adds: its colour (``#rrggbb`` or nothing), the content id of its logo, the lines below."""

    name: str = ""
    colour: str = ""
    logo: str = ""
    below: str = ""


PLAIN: Final = Look()


def page(html: str, *, language: str, look: Look = PLAIN) -> str:
    """The whole document around a body."""
    if look.colour:
        html = html.replace(_BLUE, look.colour)
    if look.logo:
        logo = f'<img src="cid:{escape(look.logo)}" alt="{escape(look.name)}" style="{_LOGO}">'
        html = f'<p style="margin:0 0 16px">{logo}</p>{html}'
    if look.colour:
        html = f'<div style="border-top:4px solid {look.colour};padding:16px 0 0">{html}</div>'
    if look.below:
        html += f'<div style="{_SIGNED}">{_lines(look.below)}</div>'
    return (
        f'<!DOCTYPE html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
        f'</head><body style="margin:0;padding:16px;{_BODY}"><div style="max-width:640px">{html}</div></body></html>'
    )


def _part(template: str, values: Mapping[str, str], text_html: str) -> str:
    html = ""
    for block in re.split(r"\n[ \t]*\n+", template.strip("\n")):
        for piece in re.split(r"^[ \t]*(\{text\})[ \t]*$", block, flags=re.MULTILINE):
            if piece == "{text}":
                html += text_html
            elif lines := [line for line in piece.strip("\n").split("\n") if not rules.says_nothing(line, values)]:
                said = "<br>".join(_line(line, values) for line in lines)
                html += f'<p style="margin:0 0 12px">{said}</p>' if said else ""
    return html


def _line(line: str, values: Mapping[str, str]) -> str:
    labelled = _LABELLED.fullmatch(line)
    if labelled and (url := values.get(labelled[2])):
        words = escape(rules.fill(labelled[1], values))
        return f'<a href="{escape(url)}" style="{_PRESS}">{words}</a>'
    return _lines(rules.fill(line, values))


def _lines(text: str) -> str:
    return "<br>".join(_linked(line) for line in text.split("\n"))


def _linked(line: str) -> str:
    html, end = "", 0
    for found in _LINK.finditer(line):
        url = escape(found[0])
        html += f'{_blanks(line[end : found.start()])}<a href="{url}" style="color:{_BLUE}">{url}</a>'
        end = found.end()
    return html + _blanks(line[end:])


def _blanks(text: str) -> str:
    """Escaped, with the indent of a line kept: people align small tables with blanks."""
    escaped = escape(text)
    indent = len(escaped) - len(escaped.lstrip(" "))
    return "&nbsp;" * indent + escaped[indent:]
