"""A disclosure as files: JSON for machines, a page to read, a table, and the files that came along. Pure."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#172131}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;"
    "border-bottom:1px solid #d5dbe3}th{font-weight:600}pre{white-space:pre-wrap;font:inherit;margin:0}"
    "article{margin:1rem 0;padding:.6rem 1rem;border-left:3px solid #9aa7b8}h2{margin-top:2.5rem}"
)


def safe_name(name: str, taken: set[str]) -> str:
    """A file name no folder can be left by, and no two files share."""
    plain = re.sub(r"[^\w.\- ]", "_", name).strip(". ")[-120:] or "file"
    found, n = plain, 1
    while found.casefold() in taken:
        n += 1
        found = f"{n}-{plain}"
    taken.add(found.casefold())
    return found


def harmless(cell: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def table_file(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A CSV that spreadsheets open with its letters right."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow([harmless(one) for one in headings])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def page_file(title: str, language: str, parts: Iterable[str]) -> bytes:
    """A page that needs nothing but itself."""
    body = "\n".join(parts)
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><h1>{escape(title)}</h1>\n{body}\n</body></html>"
    ).encode()


def facts_part(heading: str, facts: Iterable[tuple[str, Any]]) -> str:
    """A table of names and values; empty values are left out."""
    rows = "".join(
        f'<tr><th scope="row">{escape(str(name))}</th><td><pre>{escape(str(value))}</pre></td></tr>'
        for name, value in facts if value not in ("", None, [])
    )  # fmt: skip
    return f"<h2>{escape(heading)}</h2><table>{rows}</table>" if rows else ""


def words_part(heading: str, meta: str, words: Iterable[tuple[str, str, Sequence[tuple[str, str]]]]) -> str:
    """A conversation: above each text who said it when, below it links to its files (name, path)."""
    articles = "".join(
        f"<article><strong>{escape(above)}</strong><pre>{escape(text)}</pre>"
        + "".join(f'<p><a href="{escape(path)}">{escape(name)}</a></p>' for name, path in files)
        + "</article>"
        for above, text, files in words
    )
    return f"<h2>{escape(heading)}</h2><p>{escape(meta)}</p>{articles}"


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """Path → bytes as one file."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for path, content in parts.items():
            archive.writestr(path, content)
    return out.getvalue()


def json_file(values: Any) -> bytes:
    """Values as JSON people can read too."""
    return json.dumps(values, ensure_ascii=False, indent=2, default=str).encode()
