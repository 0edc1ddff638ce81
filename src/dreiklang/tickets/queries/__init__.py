"""Every read of tickets that has a name."""

from dreiklang.tickets.queries.resembling import resembling
from dreiklang.tickets.queries.search import Found, search_tickets
from dreiklang.tickets.queries.searching import found_for
from dreiklang.tickets.queries.sorting import first_level_team, matrix, priority_for, questions_for

__all__ = [
    "Found",
    "first_level_team",
    "found_for",
    "matrix",
    "priority_for",
    "questions_for",
    "resembling",
    "search_tickets",
]
