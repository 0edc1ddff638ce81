"""What is published settles the lessons that asked for it; a second delivery finds nothing left to settle."""

from __future__ import annotations

from dreiklang.kernel.journal import Line
from dreiklang.kernel.permissions import system
from dreiklang.knowledge.events import ArticlePublished
from dreiklang.knowledge.models import Edition
from dreiklang.training.commands.announcements import announce
from dreiklang.training.commands.lessons import settle
from dreiklang.training.lifecycle import UNSETTLED
from dreiklang.training.models import Lesson
from dreiklang.training.queries.lessons import is_readable_on

LEARNING = system("training")


def settle_lessons_with_article(line: Line) -> None:
    """Readers see the article from now on: what was said to be missing is there."""
    assert isinstance(line.event, ArticlePublished)
    waiting = Lesson.objects.filter(article_id=line.event.subject_id, remedy=Lesson.Remedy.ARTICLE, state__in=UNSETTLED)
    for lesson in waiting.order_by("pk"):
        if is_readable_on(line.event.subject_id, lesson.to_level):
            settle(lesson, actor=LEARNING)


def announce_solution(line: Line) -> None:
    """Tell those inside; a second delivery tells of the same text once more, and nothing else."""
    assert isinstance(line.event, ArticlePublished)
    edition = Edition.objects.filter(pk=line.event.edition_id, is_published=True).first()
    if edition is not None:
        announce(edition, actor=LEARNING)
