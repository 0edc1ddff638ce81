"""The secret that a program shows at a door: as ``Bearer``, or as the password of ``Basic`` where it knows no other."""

from __future__ import annotations

import base64
import binascii

from django.http import HttpRequest


def shown_secret(request: HttpRequest) -> str:
    """The secret in the Authorization header; empty if there is none that can be read."""
    scheme, _blank, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return given.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(given, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
