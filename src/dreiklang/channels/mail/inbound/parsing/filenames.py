"""Names of attachments: decoded, readable, and harmless wherever they are written (P33)."""

from __future__ import annotations

import mimetypes
import re
import unicodedata

from . import limits

_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u061c\u180e\ufff9-\ufffb]")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_EXTENSIONS = {
    "message/rfc822": ".eml",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "message/feedback-report": ".txt",
    "text/rfc822-headers": ".txt",
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "application/pdf": ".pdf",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
    "application/pgp-signature": ".asc",
    "application/pgp-encrypted": ".asc",
    "application/ms-tnef": ".dat",
    "application/octet-stream": ".bin",
}


def safe_filename(name: str) -> str:
    """The last part of a path, without control, direction and zero-width characters; may be empty.

    Windows' reserved names and characters are made harmless too; at most `limits.FILENAME_BYTES` of UTF-8,
    the extension kept.
    """
    name = unicodedata.normalize("NFC", _UNSAFE.sub("", name[:5_000]))
    name = re.split(r"[/\\]", name)[-1]
    name = _FORBIDDEN.sub("_", name).strip(" .")
    name = re.sub(r"\s+", " ", name)
    if _RESERVED.fullmatch(name):
        name = "_" + name
    encoded = name.encode("utf-8", "ignore")
    if len(encoded) > limits.FILENAME_BYTES:
        stem, dot, extension = name.rpartition(".")
        if not dot or len(extension) > 10:
            stem, extension = name, ""
        room = limits.FILENAME_BYTES - len(extension.encode()) - 1
        stem = stem.encode("utf-8", "ignore")[:room].decode("utf-8", "ignore").rstrip(" .")
        name = f"{stem}.{extension}" if extension else stem
    else:
        name = encoded.decode("utf-8")
    return name


def made_up_filename(content_type: str, number: int) -> str:
    """A name for a part that brings none: `attachment-2.pdf`; `number` counts from 1."""
    extension = _EXTENSIONS.get(content_type) or mimetypes.guess_extension(content_type) or ".bin"
    kind = "picture" if content_type.startswith("image/") else "attachment"
    return f"{kind}-{number}{extension}"
