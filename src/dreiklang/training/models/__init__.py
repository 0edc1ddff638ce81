"""Tables: lessons and what became of them, and which case became which article."""

from __future__ import annotations

from dreiklang.training.models.articles import ArticleUse as ArticleUse
from dreiklang.training.models.lessons import Lesson as Lesson
