"""From what a telephone system sends to news of a call. Pure functions; what cannot be read is named."""

from .reading import ANSWERED, CALL_BACK, HUNG_UP, RANG, News, Unreadable, read

__all__ = ["ANSWERED", "CALL_BACK", "HUNG_UP", "RANG", "News", "Unreadable", "read"]
