"""How people are drawn small: initials, since nobody is asked for a portrait."""

from __future__ import annotations

TITLES = frozenset({"dr", "dr.", "prof", "prof.", "dipl.-ing.", "mr", "mrs", "ms", "herr", "frau"})


def initials(name: str) -> str:
    """One or two capital letters of a name: first and last word, titles and bracketed words left out."""
    words = [w for w in name.replace(",", " ").split() if w.lower() not in TITLES and w[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()
