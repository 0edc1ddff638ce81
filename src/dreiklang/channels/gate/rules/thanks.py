"""Whether a mail says nothing but 'thank you', in German or English (WISHES 23): such a mail reopens nothing."""

from __future__ import annotations

import re

LONGEST_IN_WORDS = 30

_THANKS = re.compile(
    r"\b(?:danke|dankeschön|dankeschoen|dank|merci|thanks|thank you|thx|ty|cheers|bedanke|"
    r"(?:vielen|besten|herzlichen|lieben|tausend) dank)\b"
)
#: Anything that may mean 'and it is not over': the doubt goes to the person who wrote.
_DOUBT = re.compile(
    r"\?|\b(?:aber|leider|nicht|nich|noch|trotzdem|jedoch|allerdings|wieder|erneut|weiterhin|immer|fehler|problem|"
    r"kein|keine|keinen|statt|bitte|könnten|koennten|können|koennen|kann|wann|warum|wie|außerdem|ausserdem|zudem|"
    r"but|unfortunately|not|n't|still|again|however|although|error|issue|fail|fails|failed|except|please|could|can|"
    r"when|why|how|also|another|doesnt|dont|cannot|no)\b|n't\b"
)


def is_thanks(text: str, *, has_attachments: bool = False) -> bool:
    """Whether the writer's own words are only thanks: short, with a word of thanks, without question or complaint.

    'Danke, läuft wieder!' is thanks; 'Danke, geht aber noch nicht' is not.
    """
    words = text.lower().replace("’", "'")
    if has_attachments or len(words.split()) > LONGEST_IN_WORDS or not _THANKS.search(words):
        return False
    return not _DOUBT.search(_good_news_removed(words))


def _good_news_removed(words: str) -> str:
    """Take out what sounds like doubt and is none: 'geht wieder', 'no problem', 'kein Problem mehr'."""
    return re.sub(
        r"\b(?:(?:geht|läuft|laeuft|funktioniert|klappt|tut|ist|works?|working) (?:jetzt |nun |alles |now |fine )*"
        r"(?:wieder|again)|(?:jetzt |nun )?(?:wieder|again) (?:da|gut|ok|okay|in ordnung|fine)|"
        r"kein problem(?: mehr)?|keine probleme mehr|no (?:more )?(?:problems?|issues?)|wie immer|immer wieder gerne?|"
        r"(?:das )?problem (?:ist |wurde |is |was )?(?:gelöst|geloest|behoben|solved|fixed|gone|weg)|"
        r"nochmals?|noch ?mal|"
        r"(?:kann|können) (?:das ticket )?(?:geschlossen werden|geschlossen|zu)|can be closed)\b",
        " ",
        words,
    )
