"""How conditions could go on while one types them: fields that begin so, then the values of the field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from django.http import HttpRequest, JsonResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from dreiklang.kernel.permissions import Actor
from dreiklang.tickets.queries.conditions import suggestions, vocabulary_for
from dreiklang.tickets.rules.conditions import Field, Vocabulary, quoted
from dreiklang.tickets.rules.conditions.moments import GERMAN_DAYS
from dreiklang.tickets.rules.conditions.vocabulary import MOMENT, NUMBER
from dreiklang.web.desk.saved.fields import hint_of, label_of
from dreiklang.web.routing import actor_of, policy

MOST, LONGEST = 8, 200
#: A field, how it is asked, values before; then what has been typed of the last value, quoted or bare.
_VALUE = re.compile(
    r'(?:^|[\s(,-])([^\W\d_][\w.-]*)(?:<=|>=|!=|[:=<>])+(?:(?:"[^"]*"|[^\s"(),]+),\s*)*("[^"]*|[^"\s(),]*)$'
)
_WORD = re.compile(r"(?:^|[\s(-])([^\W\d_][\w.-]*)$")
SHORTEST = 2
#: Days and spans that are asked for most; and the steps of level and priority.
DAYS, SPANS, STEPS = ("today", "yesterday", "week", "month"), ("1d", "7d", "30d"), ("1", "2", "3", "4")
STEPPED = ("level", "priority")


@dataclass(frozen=True)
class Offer:
    """One way to go on: what would be written, and what it means."""

    text: str
    hint: str = ""


def offers_for(typed: str, actor: Actor) -> tuple[int, list[Offer]]:
    """How many letters at the end would be replaced, and by what. Names only of what the actor may see."""
    vocabulary, language = vocabulary_for(actor), (get_language() or "en")[:2]
    if found := _VALUE.search(typed):
        field = vocabulary.find(found[1])
        begun = found[2]
        offered = _values(field, begun.lstrip('"'), actor, language) if field else []
        return len(begun), offered[:MOST]
    word = _WORD.search(typed)
    if word is None or len(word[1]) < SHORTEST:
        return 0, []
    return len(word[1]), sorted(_fields(vocabulary, word[1].casefold(), language), key=lambda one: one.text)[:MOST]


def _fields(vocabulary: Vocabulary, begun: str, language: str) -> Iterator[Offer]:
    for field in vocabulary.fields.values():
        if not field.is_deleted and field.name_in(language).startswith(begun):
            yield Offer(f"{field.name_in(language)}:", _meaning(field, language))


def _meaning(field: Field, language: str) -> str:
    """What a field is asked for: its values, or what may be typed."""
    words = ", ".join(field.word_for(value, language) for value in list(field.values)[:4])
    return f"{label_of(field, language)}: {words or hint_of(field)}"


def _values(field: Field, begun: str, actor: Actor, language: str) -> list[Offer]:
    small = begun.casefold()
    if field.values:
        words = {field.word_for(value, language) for value in field.values}
    elif field.kind == MOMENT:
        words = {*((GERMAN_DAYS.get(day, day) if language == "de" else day) for day in DAYS), *SPANS}
    elif field.kind == NUMBER:
        words = set(STEPS) if field.key in STEPPED else set()
    else:
        return [Offer(quoted(name)) for name in suggestions(field.key, begun, actor=actor)]
    return [Offer(quoted(word)) for word in sorted(words) if word.casefold().startswith(small) and word != begun]


@require_GET
@policy("desk")
def offers(request: HttpRequest) -> JsonResponse:
    """What could be meant by the word that is being typed, for the fields that take conditions."""
    length, offered = offers_for(request.GET.get("q", "")[-LONGEST:], actor_of(request))
    return JsonResponse({"length": length, "offers": [asdict(one) for one in offered]})
