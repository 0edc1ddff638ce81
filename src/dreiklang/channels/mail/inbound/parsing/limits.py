"""How much of one mail is read; what lies beyond is left in the raw mail and named in `problems` (P04)."""

from __future__ import annotations

from typing import Final

PARTS: Final = 1_000
"""MIME parts looked at; a thousand attachments in one mail is an attack or a mistake."""

DEPTH: Final = 50
"""Multiparts inside multiparts."""

HEADERS: Final = 2_000
"""Header lines of one part (long delivery chains reach some 150)."""

HEADER_BYTES: Final = 65_536
"""Length of one header value; the longest honest ones are recipient lists."""

ADDRESSES: Final = 500
"""Addresses read from one header."""

REFERENCES: Final = 100
"""Message-IDs kept from References: the first and the newest."""

TEXT_CHARACTERS: Final = 2_000_000
"""Characters of text (and of HTML) kept of one mail."""

HTML_FOR_TEXT: Final = 1_000_000
"""Characters of HTML turned into text where a mail has no plain text."""

REPLY_LINES: Final = 20_000
"""Lines in which quotes and signature are looked for."""

FILENAME_BYTES: Final = 200
"""Length of an attachment's name in UTF-8; file systems stop at 255."""

BOUNCE_RECIPIENTS: Final = 500
"""Failed recipients read from one bounce."""
