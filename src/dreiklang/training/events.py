"""What became of lessons. They are the house's own: no news about a ticket, so that nobody outside hears of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class LessonEvent(Event):
    """Base: the subject is a lesson."""

    subject_kind: ClassVar[str] = "lesson"
    ticket_id: int
    remedy: str


@dataclass(frozen=True, kw_only=True)
class LessonGiven(LessonEvent):
    """A level said what the level below could have done, with what."""

    code: ClassVar[str] = "lesson.given"
    words: ClassVar[frozenset[str]] = frozenset({"gist"})
    from_level: int
    to_level: int
    to_team_id: int
    gist: str = ""


@dataclass(frozen=True, kw_only=True)
class LessonCorrected(LessonEvent):
    """Its words were put right."""

    code: ClassVar[str] = "lesson.corrected"
    words: ClassVar[frozenset[str]] = frozenset({"gist"})
    gist: str = ""


@dataclass(frozen=True, kw_only=True)
class LessonTaken(LessonEvent):
    """Somebody sees to it."""

    code: ClassVar[str] = "lesson.taken"
    owner_id: int
    former_owner_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class LessonReleased(LessonEvent):
    """Nobody sees to it any more."""

    code: ClassVar[str] = "lesson.released"
    former_owner_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class LessonSettled(LessonEvent):
    """The level below has what it needs."""

    code: ClassVar[str] = "lesson.settled"
    words: ClassVar[frozenset[str]] = frozenset({"outcome"})
    article_id: int | None = None
    outcome: str = ""


@dataclass(frozen=True, kw_only=True)
class LessonDeclined(LessonEvent):
    """It stays with the level above, for a reason."""

    code: ClassVar[str] = "lesson.declined"
    words: ClassVar[frozenset[str]] = frozenset({"because"})
    because: str = ""


@dataclass(frozen=True, kw_only=True)
class LessonWithdrawn(LessonEvent):
    """Whoever said it took it back."""

    code: ClassVar[str] = "lesson.withdrawn"


@dataclass(frozen=True, kw_only=True)
class LessonReopened(LessonEvent):
    """An open point again."""

    code: ClassVar[str] = "lesson.reopened"
    former: str = ""


@dataclass(frozen=True, kw_only=True)
class LessonTiedToArticle(LessonEvent):
    """An article is to settle it, or no longer."""

    code: ClassVar[str] = "lesson.tied_to_article"
    article_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class ArticleUsed(Event):
    """A case was solved with an article, or became one."""

    code: ClassVar[str] = "article.used"
    subject_kind: ClassVar[str] = "article"
    ticket_id: int
    how: str
    level: int


@dataclass(frozen=True, kw_only=True)
class ArticleUseDropped(Event):
    """It was not this article."""

    code: ClassVar[str] = "article.use_dropped"
    subject_kind: ClassVar[str] = "article"
    ticket_id: int


@dataclass(frozen=True, kw_only=True)
class KeeperNamed(Event):
    """Somebody keeps what the first level works by, or (without a person) nobody does any more."""

    code: ClassVar[str] = "process.keeper_named"
    subject_kind: ClassVar[str] = "process"
    kind: str
    person_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class ProposalMade(Event):
    """A change was proposed."""

    code: ClassVar[str] = "proposal.made"
    subject_kind: ClassVar[str] = "proposal"
    words: ClassVar[frozenset[str]] = frozenset({"gist"})
    kind: str
    process_id: int
    gist: str = ""


@dataclass(frozen=True, kw_only=True)
class ProposalAnswered(Event):
    """What became of it: accepted, done, declined, withdrawn, open again."""

    code: ClassVar[str] = "proposal.answered"
    subject_kind: ClassVar[str] = "proposal"
    words: ClassVar[frozenset[str]] = frozenset({"answer"})
    kind: str
    process_id: int
    state: str
    answer: str = ""


@dataclass(frozen=True, kw_only=True)
class ExerciseKept(Event):
    """An exercise was written, changed, shown or put away. What somebody answered is no news."""

    code: ClassVar[str] = "exercise.kept"
    subject_kind: ClassVar[str] = "exercise"
    team_id: int
    is_published: bool = False


@dataclass(frozen=True, kw_only=True)
class ExerciseDropped(Event):
    """An exercise is gone, with what was answered."""

    code: ClassVar[str] = "exercise.dropped"
    subject_kind: ClassVar[str] = "exercise"
    team_id: int


@dataclass(frozen=True, kw_only=True)
class SolutionAnnounced(Event):
    """A new solution is told to those inside whom it concerns."""

    code: ClassVar[str] = "solution.announced"
    subject_kind: ClassVar[str] = "article"
    edition_id: int
