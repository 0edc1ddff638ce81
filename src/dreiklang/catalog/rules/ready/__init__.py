"""Entries that a desk can begin with, in both languages. Each is only a beginning: a desk changes what it does not fit.

Amounts are in the desk's currency. Teams are named by level, since every desk has its own.
"""

from dreiklang.catalog.rules.ready.access import ACCESS
from dreiklang.catalog.rules.ready.infrastructure import INFRASTRUCTURE
from dreiklang.catalog.rules.ready.people import PEOPLE
from dreiklang.catalog.rules.ready.workplace import WORKPLACE
from dreiklang.catalog.rules.ready.writing import Ready

READY: tuple[Ready, ...] = (*ACCESS, *WORKPLACE, *PEOPLE, *INFRASTRUCTURE)

__all__ = ["READY", "Ready"]
