"""Words that say nothing about a text, by language; they also tell which language a question is asked in."""

from __future__ import annotations

from typing import Final

_GERMAN = (
    "aber alle allem allen aller alles als also am an auch auf aus bei beim bin bis bitte da damit dann das dass "
    "daß dein dem den denn der des dessen die dies diese diesem diesen dieser dieses doch dort du durch ein eine "
    "einem einen einer eines er es etwas euch euer für gegen gibt hab habe haben hallo hat hatte hatten hier hin "
    "ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im in ins ist ja jede jedem jeden jeder jedes jetzt kann "
    "kein keine keinem keinen keiner können könnte man mein meine meinem meinen meiner mich mir mit muss müssen "
    "nach nicht nichts noch nun nur ob oder ohne schon sehr sein seine seinem seinen seiner seit sich sie sind "
    "so soll sollen sondern sonst um und uns unser unsere unter vom von vor war waren warum was weil welche "
    "welchem welchen welcher welches wenn wer werde werden wie wieder will wir wird wo wollen wurde wurden zu "
    "zum zur zwischen über"
)
_ENGLISH = (
    "a about after again all also am an and any are as at be because been before being both but by can cannot "
    "could did do does doing each for from further had has have having he hello her here hers him his how i if in "
    "into is it its just let me more most my no nor not of on once only or other our ours out over own please same "
    "shall she should so some such than that the their them then there these they this those through to too until "
    "up upon us very was we were what when where which while who whom why will with would you your yours"
)

STOP_WORDS: Final[dict[str, frozenset[str]]] = {
    "de": frozenset(_GERMAN.split()),
    "en": frozenset(_ENGLISH.split()),
}
