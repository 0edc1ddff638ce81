"""What happened to articles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ArticleEvent(Event):
    """Base: the subject is an article."""

    subject_kind: ClassVar[str] = "article"


@dataclass(frozen=True, kw_only=True)
class EditionEvent(ArticleEvent):
    """Base: about an article in one language."""

    words: ClassVar[frozenset[str]] = frozenset({"title"})
    edition_id: int
    language: str
    revision: int = 0
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class ArticleWritten(EditionEvent):
    """A draft was begun or changed."""

    code: ClassVar[str] = "article.written"


@dataclass(frozen=True, kw_only=True)
class ArticleSubmitted(EditionEvent):
    """A draft waits for review."""

    code: ClassVar[str] = "article.submitted"


@dataclass(frozen=True, kw_only=True)
class ArticleSentBack(EditionEvent):
    """The review asks for changes."""

    code: ClassVar[str] = "article.sent_back"
    words: ClassVar[frozenset[str]] = frozenset({"title", "because"})
    because: str = ""


@dataclass(frozen=True, kw_only=True)
class ArticlePublished(EditionEvent):
    """A revision is what readers see from now on."""

    code: ClassVar[str] = "article.published"


@dataclass(frozen=True, kw_only=True)
class ArticleWithdrawn(EditionEvent):
    """Readers do not see it any more."""

    code: ClassVar[str] = "article.withdrawn"


@dataclass(frozen=True, kw_only=True)
class DraftDiscarded(EditionEvent):
    """A draft was given up."""

    code: ClassVar[str] = "article.draft_discarded"


@dataclass(frozen=True, kw_only=True)
class WordsBorrowed(EditionEvent):
    """Words from inside the desk stand in a draft now."""

    code: ClassVar[str] = "article.words_borrowed"
    passages: int = 0
    confirmed: int = 0


@dataclass(frozen=True, kw_only=True)
class BorrowedConfirmed(EditionEvent):
    """Somebody read words from inside, and says that they may leave the house."""

    code: ClassVar[str] = "article.words_confirmed"
    borrowed_id: int


@dataclass(frozen=True, kw_only=True)
class BorrowedDoubted(EditionEvent):
    """They may not leave the house after all."""

    code: ClassVar[str] = "article.words_doubted"
    borrowed_id: int


@dataclass(frozen=True, kw_only=True)
class ArticleDescribed(ArticleEvent):
    """Kind, owner, services, tags or the day of checking were changed."""

    code: ClassVar[str] = "article.described"
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FeedbackGiven(EditionEvent):
    """A reader said whether it helped."""

    code: ClassVar[str] = "article.feedback_given"
    words: ClassVar[frozenset[str]] = frozenset({"title", "because"})
    helped: bool
    because: str = ""


@dataclass(frozen=True, kw_only=True)
class FeedbackAnswered(ArticleEvent):
    """The owner has looked at what readers missed."""

    code: ClassVar[str] = "article.feedback_answered"
    answered: int = 0


@dataclass(frozen=True, kw_only=True)
class ArticlesImported(Event):
    """A file of articles was read."""

    code: ClassVar[str] = "articles.imported"
    subject_kind: ClassVar[str] = "desk"
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0


@dataclass(frozen=True, kw_only=True)
class MeaningsLearned(Event):
    """The words of compounds and what terms mean in other languages were learned anew."""

    code: ClassVar[str] = "articles.meanings_learned"
    subject_kind: ClassVar[str] = "desk"
    words_known: int = 0
    meanings: int = 0


@dataclass(frozen=True, kw_only=True)
class GlossaryEvent(Event):
    """Base: about an entry of the glossary."""

    subject_kind: ClassVar[str] = "glossary_entry"
    words: ClassVar[frozenset[str]] = frozenset({"named"})
    named: str = ""


@dataclass(frozen=True, kw_only=True)
class GlossaryEntryKept(GlossaryEvent):
    """An entry was made or changed."""

    code: ClassVar[str] = "glossary.kept"


@dataclass(frozen=True, kw_only=True)
class GlossaryEntryRemoved(GlossaryEvent):
    """An entry was taken out."""

    code: ClassVar[str] = "glossary.removed"


@dataclass(frozen=True, kw_only=True)
class ArticleFileEvent(Event):
    """Base: about a file of an article."""

    subject_kind: ClassVar[str] = "article_file"
    words: ClassVar[frozenset[str]] = frozenset({"filename"})
    filename: str = ""


@dataclass(frozen=True, kw_only=True)
class ArticleFileAdded(ArticleFileEvent):
    """A picture or a file was added."""

    code: ClassVar[str] = "article_file.added"


@dataclass(frozen=True, kw_only=True)
class ArticleFileRemoved(ArticleFileEvent):
    """It was taken from its article."""

    code: ClassVar[str] = "article_file.removed"


@dataclass(frozen=True, kw_only=True)
class PublicPagesSet(Event):
    """Articles for everybody are shown without signing in from now on, or no longer."""

    code: ClassVar[str] = "articles.public_pages_set"
    subject_kind: ClassVar[str] = "desk"
    is_on: bool


@dataclass(frozen=True, kw_only=True)
class SolvedByArticle(EditionEvent):
    """Somebody in the portal solved their trouble with it and reported nothing."""

    code: ClassVar[str] = "article.solved"


@dataclass(frozen=True, kw_only=True)
class ImportTakenBack(Event):
    """What a file had brought was taken back, where nobody had written on since."""

    code: ClassVar[str] = "articles.import_taken_back"
    subject_kind: ClassVar[str] = "desk"
    run_id: int
    withdrawn: int = 0
    restored: int = 0
    kept: int = 0
