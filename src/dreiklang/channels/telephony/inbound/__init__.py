"""From what a telephone system sends to news of a call. Pure functions; what cannot be read is named."""

from .following import OURS, Following, Told
from .packets import Packet, Packets, TooLong, written
from .reading import ANSWERED, CALL_BACK, HUNG_UP, RANG, News, Unreadable, read

__all__ = [
    "ANSWERED", "CALL_BACK", "HUNG_UP", "OURS", "RANG", "Following", "News", "Packet", "Packets", "Told", "TooLong",
    "Unreadable", "read", "written",
]  # fmt: skip
