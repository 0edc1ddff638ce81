"""Tables: lessons and what became of them."""

from __future__ import annotations

from dreiklang.training.models.lessons import Lesson as Lesson
