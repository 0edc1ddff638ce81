"""Placeholders of what is written ready: a list of names, no logic, no attributes (P37). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dreiklang.communication.rules import PLACEHOLDER

#: What a text block or the text of a macro may name; each is a plain value of the ticket at hand.
PLACEHOLDERS = frozenset({"number", "subject", "name", "customer", "agent", "team", "day", "link"})
MOST_STEPS = 60
LONGEST = 20_000


def unknown_placeholders(text: str) -> list[str]:
    """Names in braces that are none of ours, in the order in which they stand."""
    return [name for name in dict.fromkeys(PLACEHOLDER.findall(text)) if name not in PLACEHOLDERS]


def in_language(words: Mapping[str, str], language: str, first: str) -> str:
    """A text in the reader's language, else in the desk's first one, else in any."""
    short = language.split("-")[0]
    return words.get(short) or words.get(first) or next((text for text in words.values() if text), "")


def begun_with(wanted: str, *names: str) -> bool:
    """Whether what is typed after ``::`` begins a name, its shortcut, or a word of it."""
    typed = wanted.casefold()
    return any(name.casefold().startswith(typed) or f" {typed}" in name.casefold() for name in names)


def clean_tags(tags: Iterable[str]) -> list[str]:
    """Tags without blanks around, each once."""
    return list(dict.fromkeys(tag.strip()[:60] for tag in tags if tag.strip()))


def clean_steps(lines: Iterable[str]) -> Sequence[str]:
    """Steps of a runbook, one a line, without numbers or signs in front."""
    stripped = (line.strip().lstrip("-*•0123456789.) ").strip() for line in lines)
    return [line[:500] for line in stripped if line]
