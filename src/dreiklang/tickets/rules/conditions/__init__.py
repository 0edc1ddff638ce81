"""Conditions on tickets: a small language of our own for search, views and rules.

``team:netz priority:<=2 (is:overdue or is:vip) not kind:question`` is read into a tree (``read``), checked against a
table of fields (``Vocabulary``), written again in the reader's language (``write``), shown as a form (``as_form``).
What a person types is only ever a value: which columns are asked, and how, stands in ``tickets.queries.conditions``.
"""

from dreiklang.tickets.rules.conditions.forms import Form, Row, as_form, from_form
from dreiklang.tickets.rules.conditions.moments import is_moment, span_of
from dreiklang.tickets.rules.conditions.reading import Mistake, read
from dreiklang.tickets.rules.conditions.tree import (
    NOTHING,
    Comparison,
    Either,
    Every,
    Node,
    Not,
    Words,
    comparisons,
    fields_of,
    leaves,
)
from dreiklang.tickets.rules.conditions.vocabulary import USUAL, Field, Vocabulary
from dreiklang.tickets.rules.conditions.writing import quoted, write

__all__ = [
    "NOTHING",
    "USUAL",
    "Comparison",
    "Either",
    "Every",
    "Field",
    "Form",
    "Mistake",
    "Node",
    "Not",
    "Row",
    "Vocabulary",
    "Words",
    "as_form",
    "comparisons",
    "fields_of",
    "from_form",
    "is_moment",
    "leaves",
    "quoted",
    "read",
    "span_of",
    "write",
]
