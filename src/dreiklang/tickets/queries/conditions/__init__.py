"""Conditions asked of the database: which tickets fit, whether one ticket does, and what is wrong with a condition.

A higher floor adds fields of its own with ``register`` when it starts (``apps.ready``): the names for the grammar and a
function that makes the question. What a person typed is never the name of a column or of a lookup (P38).
"""

from dreiklang.tickets.queries.conditions.asking import (
    Circumstances,
    condition_of,
    conditions_of,
    filtered,
    fits,
    known_to,
    names_meant,
    register,
    understood,
    vocabulary_for,
)
from dreiklang.tickets.queries.conditions.names import suggestions
from dreiklang.tickets.queries.conditions.sentences import mistake_words

__all__ = [
    "Circumstances",
    "condition_of",
    "conditions_of",
    "filtered",
    "fits",
    "known_to",
    "mistake_words",
    "names_meant",
    "register",
    "suggestions",
    "understood",
    "vocabulary_for",
]
