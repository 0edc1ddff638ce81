"""Origins as browsers send them (RFC 6454): scheme, host and port, nothing behind, compared as a whole."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_ORIGIN = re.compile(r"https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?|https?://\[[0-9a-f:]+\](:[0-9]{1,5})?")
_USUAL = {"http": ":80", "https": ":443"}


def origin_of(address: str) -> str:
    """The origin of an address as a browser would send it; empty if it has none."""
    try:
        parts = urlsplit(address.strip().lower())
        origin = f"{parts.scheme}://{parts.netloc}"
    except ValueError:
        return ""
    usual = _USUAL.get(parts.scheme, "")
    origin = origin.removesuffix(usual) if usual else origin
    return origin if _ORIGIN.fullmatch(origin) else ""


def wrong_origin(origins: list[str]) -> str:
    """The first entry that is no origin, as typed; empty if all are."""
    return next((one for one in origins if not origin_of(one) or urlsplit(one.strip()).path not in ("", "/")), "")
