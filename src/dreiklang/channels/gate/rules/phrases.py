"""The phrases that ask for nothing: thanks, good news, greetings, in German and English, spelled out word by word.

Written as patterns: ``vielen|besten dank`` are two phrases, a part in brackets may be missing. Spelled as
`thanks.folded_word` folds: small, ä as ae, ß as ss. What is not here counts as a request, so a phrase is
added only if it can hardly be meant as one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Phrase(StrEnum):
    """What a phrase is."""

    THANKS = "thanks"
    GOOD_NEWS = "good_news"
    GREETING = "greeting"


THANKS, GOOD_NEWS, GREETING = Phrase.THANKS, Phrase.GOOD_NEWS, Phrase.GREETING

_HELP_DE = "hilfe|unterstuetzung|antwort|rueckmeldung|muehe|arbeit|bearbeitung|erledigung|loesung|info|information"
_HOW_DE = "schnelle|rasche|prompte|gute|nette|tolle|super|freundliche|kompetente|sehr_schnelle"
_HELP_EN = "help|support|assistance|reply|response|answer|work|fix|service|time|info|information"
_HOW_EN = "quick|fast|prompt|great|kind|good|excellent|speedy|swift"
_THINGS_DE = (
    "drucker|etikettendrucker|scanner|rechner|computer|pc|laptop|bildschirm|monitor|zugang|login|server|"
    "beamer|zugriff|dienst"
)
_THINGS_DE_F = "anmeldung|maus|tastatur|verbindung|mail|software|anwendung|telefonanlage"
_THINGS_DE_N = "telefon|netz|netzwerk|internet|wlan|vpn|programm|system|outlook|konto|laufwerk|notebook|passwort"
_THINGS_EN = (
    "printer|scanner|computer|pc|laptop|screen|monitor|access|login|server|phone|network|internet|wifi|vpn|system|"
    "program|outlook|account|mouse|keyboard|connection|password"
)
_THING_DE = f"der|mein {_THINGS_DE};die|meine {_THINGS_DE_F};das|mein {_THINGS_DE_N}"
_NOW_DE = "jetzt|nun|inzwischen|mittlerweile"
_WELL_DE = "wunderbar|einwandfrei|perfekt|prima|super|bestens|gut|tadellos|problemlos"

_THANKS = (
    "danke|dankeschoen|merci|thx|cheers",
    "danke schoen|dir|ihnen|euch|sehr|vielmals|nochmal|nochmals",
    "danke dir|ihnen|euch sehr|vielmals|nochmal|nochmals",
    "vielen|besten|herzlichen|lieben|tausend|schoenen|recht_herzlichen|ganz_herzlichen dank",
    "vielen|ganz lieben|herzlichen dank",
    "vielen|besten|herzlichen|lieben dank dafuer|nochmals|nochmal|dir|ihnen|euch",
    (
        "danke|dank|dankeschoen (dir|ihnen|euch) fuer (die|ihre|eure|deine|den) "
        f"(tolle|{_HOW_DE}) {_HELP_DE}|support|einsatz|service"
    ),
    "fuer (die|ihre|eure|deine|den) (schnellen|guten|tollen|super) einsatz|service|support|hinweis|tipp",
    f"fuer die|ihre|eure|deine (tolle|{_HOW_DE}) {_HELP_DE}",
    "(ich) bedanke mich (herzlich|recht_herzlich|sehr|vielmals) (bei ihnen|euch|dir)",
    "(wir) bedanken uns (herzlich|recht_herzlich|sehr|vielmals) (bei ihnen|euch|dir)",
    "thanks|thank_you|thankyou|ty",
    "thanks|thank_you (so|very) much (indeed)",
    "thanks a lot|million|bunch",
    "thanks|thank_you again|all|everyone|indeed",
    "many|much thanks",
    f"thanks|thank_you (so|very) (much) for (your|the|all|all_your) ({_HOW_EN}) {_HELP_EN}",
    f"for (your|the|all|all_your) ({_HOW_EN}) {_HELP_EN}",
    "(much|greatly|really) appreciated",
    "(i) appreciate it|your_help|the_help|that",
)
_GOOD_NEWS = (
    f"(es|das|alles|jetzt|nun) laeuft|geht|funktioniert|klappt ({_NOW_DE}) (alles) wieder (alles) ({_WELL_DE})",
    f"(es|das|alles|jetzt|nun) laeuft|funktioniert|klappt|geht ({_NOW_DE}) (alles) {_WELL_DE}",
    f"es|das|alles laeuft|funktioniert|klappt ({_NOW_DE}) (alles)",
    f"(jetzt|nun) laeuft|funktioniert|klappt|geht es|alles|das wieder ({_WELL_DE})",
    f"{_THING_DE} laeuft|geht|funktioniert|druckt|klappt ({_NOW_DE}) wieder ({_WELL_DE})",
    f"{_THING_DE} laeuft|funktioniert|druckt ({_NOW_DE}) {_WELL_DE}",
    f"(es|das|jetzt) hat ({_NOW_DE}) (alles) (super|prima|gut|wunderbar|perfekt|sofort) geklappt|funktioniert|geholfen",
    "das war|ist es|die_loesung",
    f"(das) problem ist|wurde|hat_sich ({_NOW_DE}) geloest|behoben|erledigt",
    "(das|es) hat sich erledigt",
    f"(es|das|alles) ist ({_NOW_DE}) (alles) erledigt|geloest|behoben",
    f"(es|das|alles) ist ({_NOW_DE}) (alles) wieder in_ordnung|gut|okay|ok",
    f"(es|alles) ({_NOW_DE}) (wieder) in_ordnung|gut|bestens|geloest|behoben|erledigt|okay|ok",
    "kein problem mehr",
    "keine probleme mehr",
    "(das|dieses) ticket kann (jetzt|nun|damit|gern|gerne) geschlossen_werden|zu|zugemacht_werden",
    "(sie|ihr) koennen|koennt das|dieses ticket (jetzt|nun|gern|gerne) schliessen",
    "du kannst das|dieses ticket (jetzt|nun|gern|gerne) schliessen",
    "(it|that|this|everything|all) (now) works (now|fine|well|great|perfectly) (again|now)",
    "(it|that|this|everything|all|it's|its) (is) (now) working (now|fine|well|great|perfectly) (again|now)",
    f"my|the {_THINGS_EN} works|is_working (now|fine|well|perfectly) (again|now)",
    "(it|that|this) (just|has|has_just) worked (perfectly|fine|great|well)",
    "that|this did it|the_trick",
    "that|this|it (has) (really) helped",
    "that|this|it has|is (now) (been) (all) solved|fixed|resolved|sorted",
    "(the|my) problem|issue is|was|has_been (now) solved|fixed|resolved|sorted",
    "(all|everything) (is) (now) good|fine|well|ok|okay|perfect|sorted|fixed|solved|resolved (now|again)",
    "all good|fine|well|sorted|set",
    "no|no_more problem|problems|issue|issues (anymore|any_more)",
    "(the|this) (ticket) can (now) be closed (now)",
    "(you) can (now) close it|this|the_ticket|this_ticket (now)",
)
_GREETINGS = (
    "hallo|hi|hey|servus|moin|gruezi|hello|dear|liebe|lieber|liebes|guten (zusammen|alle|all|team|everyone|there)",
    "guten tag|morgen|abend|mittag",
    "good morning|afternoon|evening|day",
    "sehr geehrte|geehrter|geehrtes (damen_und_herren|frau|herr|team|kollegen|kolleginnen)",
    "liebe|lieber|liebes|hallo|dear|hi (frau|herr|mr|mrs|ms|it|support|helpdesk|edv) (team|kollegen|kolleginnen)",
    "frau|herr|herrn|mr|mrs|ms|dr|prof",
    "(an das|ans|liebes|hallo|dear|hi|the) it|edv|support|helpdesk team",
    "kollegen|kolleginnen|kolleginnen_und_kollegen|team",
    "mit freundlichen|freundlichem|besten|herzlichen|lieben|vielen gruessen|gruss",
    "(und) (viele|beste|liebe|schoene|herzliche|freundliche) gruesse (von|aus_dem|sendet)",
    "(und) (vielen|besten|lieben|schoenen|freundlichen) gruss",
    "mfg|lg|vg|bg|hg|br",
    "(with) (kind|best|warm|many) regards|wishes|greetings",
    "all|the best|yours|sincerely",
    "yours sincerely|faithfully|truly",
    (
        "(einen|ein|ihnen|euch|dir|noch|und|wuensche|ich_wuensche) (noch) (ihnen|euch|dir) (noch) (einen|ein) "
        "schoenen|schoenes|guten|angenehmen tag|abend|feierabend|wochenende|woche|start (noch)"
    ),
    "schoene|gute woche|zeit|feiertage (noch)",
    "bis|und bald|dann",
    "tschuess|tschuss|ciao|bye",
    "(have|and_have) a (nice|good|great|lovely) day|weekend|evening|week|one",
    "alles klar|prima|super|gut",
    (
        "(super|sehr|ganz|really|very|so) super|klasse|prima|toll|perfekt|wunderbar|spitze|top|genial|great|perfect|"
        "awesome|excellent|brilliant|wonderful|fantastic|nice|lovely|gut|nett|lieb"
    ),
    "das ging (ja) (sehr|super|wirklich|echt) schnell|flott|fix",
    "that was (very|really|super) quick|fast",
    "(super|tolle|gute|great|good|nice|excellent|prima) arbeit|leistung|service|job|work",
)
#: Words that say nothing by themselves.
FILLERS = frozenset({"und", "and", "ok", "okay", "oh", "ah", "wow", "yes", "ja", "juhu", "hurra", "hooray", "yay"})

_BRACKETS = re.compile(r"\(([^)]*)\)|(\S+)")


@dataclass(frozen=True)
class Pattern:
    """Phrases of one shape: places one after the other, each with its choices, some of which may be missing."""

    kind: Phrase
    places: tuple[tuple[bool, frozenset[tuple[str, ...]]], ...]

    def ends(self, words: Sequence[str], at: int) -> set[int]:
        """Where a phrase of this shape may end that begins at a word; empty if none does."""
        reached = {at}
        for may_be_missing, choices in self.places:
            onward = set(reached) if may_be_missing else set()
            for place in reached:
                onward |= {place + len(choice) for choice in choices if _stands(choice, words, place)}
            reached = onward
            if not reached:
                break
        return reached - {at}


def _stands(choice: tuple[str, ...], words: Sequence[str], at: int) -> bool:
    return tuple(words[at : at + len(choice)]) == choice


def _pattern(kind: Phrase, written: str) -> Pattern:
    """``a|b c`` are two phrases, ``(x)`` may be missing, ``a_b`` are two words in one place."""
    return Pattern(
        kind,
        tuple(
            (bool(optional), frozenset(tuple(c.replace("_", " ").split()) for c in (optional or needed).split("|")))
            for optional, needed in _BRACKETS.findall(written)
        ),
    )


def _patterns() -> tuple[Pattern, ...]:
    written = [(GREETING, one) for one in _GREETINGS] + [(THANKS, one) for one in _THANKS]
    for one in _GOOD_NEWS:
        things = _THING_DE.split(";") if _THING_DE in one else [_THING_DE]
        written += [(GOOD_NEWS, one.replace(_THING_DE, thing)) for thing in things]
    return tuple(_pattern(kind, one) for kind, one in written)


PATTERNS = _patterns()

#: Every word that stands in a phrase: a mail with any other one need not be read further.
WORDS = FILLERS | {
    word for pattern in PATTERNS for _missing, choices in pattern.places for choice in choices for word in choice
}
