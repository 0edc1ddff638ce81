"""Whether a mail says nothing but 'thank you', in German or English (WISHES 23): such a mail reopens nothing.

The two ways of being wrong weigh differently. A 'thank you' taken for more opens a ticket again: a click. A complaint
taken for thanks is lost: so nothing is guessed. A mail is mere thanks only if *every* word of it belongs to a phrase
that is known to carry no request (`phrases`); one word beyond them, a question mark, a figure, a frown, a file, and
it is more than thanks. There is no list of words of doubt that could be incomplete.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from dreiklang.channels.gate.rules.phrases import FILLERS, GOOD_NEWS, PATTERNS, THANKS, WORDS, Phrase

LONGEST_IN_WORDS = 40

_SMILEYS = re.compile(r"[:;]-?[)DP](?!\w)|[👍🙂😊😀😃😄😁🙏❤☺🎉👌✌🤝]\ufe0f?[\U0001f3fb-\U0001f3ff]?")
_SENT_FROM = re.compile(
    r"^\s*(?:(?:von|gesendet von|sent from) (?:meinem|my|outlook|mobile)[^\n.?!]{0,40}(?: gesendet)?|"
    r"(?:gesendet mit|get) outlook[^\n.?!]{0,30})\.?\s*$",
    re.IGNORECASE | re.MULTILINE,
)
#: All that may stand between words; a colon, a bracket, a question mark or a figure says that there is more.
_PLAIN = re.compile(r"[\w\s.,;!…'’&–—-]*")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


class Gratitude(StrEnum):
    """What the words are, as far as thanks go."""

    NONE = ""
    """More than thanks, or something else: somebody must read it."""
    THANKS = "thanks"
    """Mere thanks."""
    GOOD_NEWS = "good_news"
    """Mere thanks, and the news that it works: an answer to who waits for one."""


def gratitude_of(text: str, *, names: Iterable[str] = (), has_attachments: bool = False) -> Gratitude:
    """What somebody's own words say besides thanks. ``names``: who writes and who is addressed, as they may be called.

    A name counts where it begins with a capital letter, so that a Mr Fast does not lend his name to 'almost'.
    'Danke, läuft wieder!' is thanks with good news; 'Danke, geht aber noch nicht' is none.
    """
    if has_attachments or len(text) > 2_000:
        return Gratitude.NONE
    said = _SENT_FROM.sub(" ", _SMILEYS.sub(" ", unicodedata.normalize("NFC", text)))
    if not _PLAIN.fullmatch(said) or any(c.isdigit() or c == "_" for c in said):
        return Gratitude.NONE
    words = _WORD.findall(said)
    if not words or len(words) > LONGEST_IN_WORDS:
        return Gratitude.NONE
    called = {folded_word(part) for name in names for part in _WORD.findall(name) if len(part) > 1}
    is_name = [word[0].isupper() and folded_word(word) in called for word in words]
    folded = [folded_word(word) for word in words]
    if not all(known or word in WORDS for word, known in zip(folded, is_name, strict=True)):
        return Gratitude.NONE
    found = _read_wholly(folded, is_name)
    if found is None or THANKS not in found:
        return Gratitude.NONE
    return Gratitude.GOOD_NEWS if GOOD_NEWS in found else Gratitude.THANKS


def is_thanks(text: str, *, names: Iterable[str] = (), has_attachments: bool = False) -> bool:
    """Whether the writer's own words are only thanks, with good news or without."""
    return bool(gratitude_of(text, names=names, has_attachments=has_attachments))


def folded_word(word: str) -> str:
    """A word as the phrases spell it: small, umlauts as two letters, one apostrophe."""
    return word.lower().replace("’", "'").translate(_UMLAUTS)


def _read_wholly(words: list[str], is_name: list[bool]) -> frozenset[Phrase] | None:
    """The kinds of phrases that cover all words one after the other, or None if a word is left over.

    From the end backwards, each place once: what can be read from there on. Names may stand anywhere, because a
    name asks for nothing.
    """
    best: list[frozenset[Phrase] | None] = [None] * len(words) + [frozenset()]
    for at in range(len(words) - 1, -1, -1):
        readings: list[frozenset[Phrase]] = []
        for pattern in PATTERNS:
            readings += [rest | {pattern.kind} for end in pattern.ends(words, at) if (rest := best[end]) is not None]
        if (is_name[at] or words[at] in FILLERS) and (rest := best[at + 1]) is not None:
            readings.append(rest)
        best[at] = max(readings, key=lambda kinds: (THANKS in kinds, GOOD_NEWS in kinds), default=None)
    return best[0]
