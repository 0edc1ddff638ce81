"""Keeping the words of an edition where they are found. Inside the command that publishes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from dreiklang.knowledge.models import ArticleLink, Edition, Posting, Word
from dreiklang.knowledge.rules.links import targets_of
from dreiklang.knowledge.rules.markup import as_text
from dreiklang.knowledge.rules.ranking import LEAD
from dreiklang.knowledge.rules.words import Opening, terms_of, umlaut_marks, written_words

_MOST = 32_767
_AT_ONCE = 5_000


def index_editions(editions: Iterable[Edition], *, opened: Opening) -> None:
    """Write the postings of editions anew from their published text; of those withdrawn, none."""
    editions = list(editions)
    Posting.objects.filter(edition__in=editions).delete()
    ArticleLink.objects.filter(edition__in=editions).delete()
    postings: list[Posting] = []
    words: set[str] = set()
    for edition in editions:
        title, body, lead, marks = _counted(edition, opened) if edition.is_published else _nothing()
        if edition.is_published:
            words |= written_words(f"{edition.title} {as_text(edition.body, is_html=edition.is_html)}")
        edition.title_length, edition.body_length = title.total(), body.total()
        title += marks[0]
        body += marks[1]
        postings += [
            Posting(
                edition=edition, term=term, in_title=min(title[term], _MOST), in_body=min(body[term], _MOST),
                in_lead=lead[term],
            )
            for term in title.keys() | body.keys()
        ]  # fmt: skip
    Edition.objects.bulk_update(editions, ["title_length", "body_length"], batch_size=500)
    Posting.objects.bulk_create(postings, batch_size=_AT_ONCE)
    ArticleLink.objects.bulk_create(
        ArticleLink(edition=edition, target=key)
        for edition in editions
        if edition.is_published and not edition.is_html
        for key in targets_of(edition.body)
    )
    Word.objects.bulk_create([Word(word=w) for w in sorted(words)], batch_size=_AT_ONCE, ignore_conflicts=True)


Counts = tuple[Counter[str], Counter[str], Counter[str], tuple[Counter[str], Counter[str]]]


def _counted(edition: Edition, opened: Opening) -> Counts:
    """Terms of the title, of the body, of its beginning; and the marks of umlauts in both, which add to no length."""
    text, language = as_text(edition.body, is_html=edition.is_html), edition.language
    body = terms_of(text, language, opened=opened)
    marks = Counter(umlaut_marks(edition.title, language)), Counter(umlaut_marks(text, language))
    return (
        Counter(terms_of(edition.title, language, opened=opened)), Counter(body), Counter(body[:LEAD]), marks
    )  # fmt: skip


def _nothing() -> Counts:
    return Counter(), Counter(), Counter(), (Counter(), Counter())
