"""The desk's own words: what goes by several names, so that a search by one finds the others."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.knowledge import events, policy
from dreiklang.knowledge.models import GlossaryEntry, GlossaryWord
from dreiklang.knowledge.rules.words import question_terms
from dreiklang.organizations.models import Organization
from dreiklang.organizations.rules.names import sort_key

MOST_WORDS, LONGEST_WORD, MOST_TERMS = 40, 80, 6
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?")


@command
def keep_entry(
    entry: GlossaryEntry | None,
    *,
    actor: Actor,
    words: Mapping[str, Sequence[str]],
    meaning: str = "",
    customer: Organization | None = None,
    version: int | None = None,
) -> GlossaryEntry:
    """Make an entry, or change one. ``words``: language → words that all mean the same; at least two altogether.

    Raises Conflict if somebody changed it since ``version``, Invalid with a sentence.
    """
    require(policy.may_review(actor))
    kept = _clean(words)
    if len(meaning.strip()) > 500:
        raise Invalid({"meaning": [_("At most %(most)s characters.") % {"most": 500}]})
    if entry is None:
        entry = GlossaryEntry(made_at=clock.now(), version=0)
    else:
        entry = GlossaryEntry.objects.select_for_update().get(pk=entry.pk)
        if version is not None and entry.version != version:
            raise Conflict(_("Somebody else changed this in the meantime."), current=entry.version)
    entry.customer, entry.meaning, entry.sort_key = customer, meaning.strip(), sort_key(kept[0].word)[:320]
    entry.version += 1
    entry.save()
    entry.words.all().delete()
    for word in kept:
        word.entry = entry
    GlossaryWord.objects.bulk_create(kept)
    publish(events.GlossaryEntryKept(subject_id=entry.pk, named=kept[0].word), actor=actor)
    return entry


@command
def remove_entry(entry: GlossaryEntry, *, actor: Actor) -> None:
    """Take an entry out; its words are found only as they stand from now on."""
    require(policy.may_review(actor))
    first = entry.words.first()
    key = entry.pk
    entry.delete()
    publish(events.GlossaryEntryRemoved(subject_id=key, named=first.word if first else ""), actor=actor)


def _clean(words: Mapping[str, Sequence[str]]) -> list[GlossaryWord]:
    kept: list[GlossaryWord] = []
    for language, said in words.items():
        if not _LANGUAGE.fullmatch(language):
            raise Invalid({"words": [_("This is no language code such as de or en.")]})
        for word in dict.fromkeys(" ".join(word.split()) for word in said):
            if word:
                kept.append(_word(language, word))
    if len(kept) < 2:
        raise Invalid({"words": [_("Please give two words at least that mean the same.")]})
    if len(kept) > MOST_WORDS:
        raise Invalid({"words": [_("At most %(most)s words.") % {"most": MOST_WORDS}]})
    return kept


def _word(language: str, word: str) -> GlossaryWord:
    terms = list(question_terms(word, language))
    if len(word) > LONGEST_WORD or len(terms) > MOST_TERMS or not word.isprintable():
        raise Invalid({"words": [_("This is too long for a word: %(word)s") % {"word": word[:40]}]})
    if not terms:
        raise Invalid({"words": [_("There is no word in this: %(word)s") % {"word": word[:40]}]})
    return GlossaryWord(language=language, word=word, terms=terms, first_term=terms[0])
