"""Decisions of the telephone door, from plain values."""

from .numbers import Number, understood
from .stages import ENDED, MISSED, RINGING, TALKING, was_answered

__all__ = ["ENDED", "MISSED", "RINGING", "TALKING", "Number", "understood", "was_answered"]
