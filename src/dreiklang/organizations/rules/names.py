"""Names and words: how they sort, how they are found."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

#: Letters that Unicode does not take apart, as they sort and are searched in German.
_LETTERS: Final = str.maketrans({
    "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L",
    "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "TH", "ı": "i",
})  # fmt: skip
_SPELLED_OUT: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_NO_WORD: Final = re.compile(r"[^0-9a-z]+")
_TITLES: Final = frozenset(
    {"dr", "prof", "med", "dent", "vet", "phil", "nat", "rer", "jur", "ing", "dipl", "mag", "frau", "herr", "pd", "hc"}
)
LONGEST_KEY: Final = 220


def plain_letters(text: str) -> str:
    """Lower case without accents: ä as a, ß as ss (DIN 5007-1)."""
    taken_apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).translate(_LETTERS))
    return "".join(letter for letter in taken_apart if not unicodedata.combining(letter)).lower()


def sort_key(text: str) -> str:
    """The key by which names stand in order after DIN 5007-1: letters first, then digits' and words' own order.

    Words are compared as if blanks and signs were one blank; texts that differ only in umlauts stand side by side.
    """
    return " ".join(_NO_WORD.sub(" ", plain_letters(text)).split())[:LONGEST_KEY]


def person_sort_key(name: str) -> str:
    """Persons stand by family name: the last word, or what is before a comma; titles do not count.

    'Dr. Rita von Weber' and 'Weber, Rita von' both stand at 'weber rita von'.
    """
    family, comma, given = name.partition(",")
    words = sort_key(given if comma else name).split()
    if not comma:
        words, last = (words[:-1], words[-1]) if words else ([], "")
    else:
        last = sort_key(family)
    rest = [word for word in words if word not in _TITLES]
    return " ".join([last, *rest]).strip()[:LONGEST_KEY]


def search_words(*texts: str) -> str:
    """What is kept of some texts for finding: each word in both German spellings, so 'Mueller' finds 'Müller'.

    The other way round works too: 'ue' is kept as 'u' besides, and a query's umlauts fold to plain letters.
    """
    kept: dict[str, None] = {}
    for text in texts:
        for word in folded(text).split():
            kept[word] = None
            kept[_short_vowels(word)] = None
        for word in folded(text.translate(_SPELLED_OUT)).split():
            kept[word] = None
    return " ".join(kept)


def folded(text: str) -> str:
    """Words to look for: plain letters, digits, the signs of mail addresses; everything else parts words."""
    return " ".join(re.sub(r"[^0-9a-z@._+-]+", " ", plain_letters(text)).split())


def _short_vowels(word: str) -> str:
    return word.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def name_from_mail(address: str) -> str:
    """A name to begin with for a sender who gave none: 'rita.weber@…' is 'Rita Weber'."""
    words = re.split(r"[._+-]+", address.partition("@")[0])
    return " ".join(word.capitalize() for word in words if word)[:200] or address[:200]


def tidy(text: str, longest: int) -> str:
    """A one-line text without control characters and double blanks, cut to a length."""
    seen = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(seen.split())[:longest]


def key_of(name: str, taken: frozenset[str] = frozenset()) -> str:
    """A short key for a name, for addresses and imports; numbered if it is taken."""
    stem = re.sub(r"[^a-z0-9]+", "-", plain_letters(name.translate(_SPELLED_OUT))).strip("-")[:50] or "x"
    key, number = stem, 2
    while key in taken:
        key, number = f"{stem}-{number}", number + 1
    return key
