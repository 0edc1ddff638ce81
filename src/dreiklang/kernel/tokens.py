"""Secrets that programs show at a door: shown once, kept as a digest, known by their public beginning."""

from __future__ import annotations

import hashlib
import secrets


def new_token(prefix: str) -> str:
    """A fresh token of 24 random bytes. ``prefix`` says at first sight what it opens."""
    return prefix + secrets.token_urlsafe(24)


def digest_of(token: str) -> bytes:
    """As tokens are kept: they are random, so one round of SHA-256 is enough. Any text has a digest."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
