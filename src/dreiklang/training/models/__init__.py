"""Tables: lessons, which case became which article, what level 1 works by, exercises, new solutions."""

from __future__ import annotations

from dreiklang.training.models.announcements import Announcement as Announcement
from dreiklang.training.models.announcements import Interest as Interest
from dreiklang.training.models.announcements import SolutionRead as SolutionRead
from dreiklang.training.models.articles import ArticleUse as ArticleUse
from dreiklang.training.models.exercises import Attempt as Attempt
from dreiklang.training.models.exercises import Exercise as Exercise
from dreiklang.training.models.lessons import Lesson as Lesson
from dreiklang.training.models.processes import Keeper as Keeper
from dreiklang.training.models.processes import ProcessKind as ProcessKind
from dreiklang.training.models.processes import Proposal as Proposal
