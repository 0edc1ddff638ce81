"""Every write of the messenger door."""

from .leaving import try_again
from .lines import change_line, make_line, new_word
from .taking import keep_post, note_problem, settle, settle_due, take_said, take_told

__all__ = [
    "change_line",
    "keep_post",
    "make_line",
    "new_word",
    "note_problem",
    "settle",
    "settle_due",
    "take_said",
    "take_told",
    "try_again",
]
