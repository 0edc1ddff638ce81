"""`dreiklang seed`: a desk full of tickets with their history, in bulk, to measure and to look at."""

from dreiklang.console.seed.filling import seed

__all__ = ["seed"]
