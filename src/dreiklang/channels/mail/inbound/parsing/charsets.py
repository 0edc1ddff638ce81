"""Bytes to text where the declared charset is missing, unknown or a lie."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

_ALIASES = {
    "x-sjis": "cp932",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "windows-31j": "cp932",
    "gb2312": "gb18030",
    "x-gbk": "gb18030",
    "gbk": "gb18030",
    "euc-cn": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "ksc5601": "cp949",
    "big5": "cp950",
    "windows-874": "cp874",
    "tis-620": "cp874",
    "x-mac-roman": "mac_roman",
    "x-macintosh": "mac_roman",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "iso-2022-jp": "iso2022_jp_ext",
    "cp-1252": "cp1252",
    "ansi": "cp1252",
    "windows1252": "cp1252",
    "iso8859": "cp1252",
    "8bit": "utf-8",
    "x-unknown": "",
    "unknown": "",
    "unknown-8bit": "",
    "default": "",
    "binary": "",
}
_NEVER = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
_WESTERN = {"ascii", "iso8859-1", "cp1252", "iso8859-15"}
_SURROGATE = re.compile("[\ud800-\udfff]")
_HIGH = re.compile(rb"[\x80-\xff]")


@lru_cache(maxsize=256)
def codec_of(charset: str | None) -> str | None:
    """The Python codec for a charset label, or None where it is unknown or no text encoding."""
    label = (charset or "").strip().strip("\"'").lower()
    label = _ALIASES.get(label, label)
    if not label or len(label) > 40:
        return None
    try:
        found = codecs.lookup(label)
        b"".decode(label)
    except (LookupError, ValueError, TypeError, UnicodeError):
        return None
    return None if found.name.replace("-", "_") in _NEVER else found.name


def text_of(content: bytes, charset: str | None) -> tuple[str, str | None]:
    """The text, and a problem code (`charset_unknown`, `charset_mislabelled`) if the label did not do.

    Order: bytes that are valid UTF-8 with letters beyond ASCII are UTF-8, whatever a western label says;
    then the declared charset; then UTF-8; then Windows-1252, which reads anything.
    """
    codec = codec_of(charset)
    problem = "charset_unknown" if charset and codec is None else None
    if codec in _WESTERN or codec is None:
        if not _HIGH.search(content):
            return content.decode("ascii"), problem
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            if codec == "iso8859-15":
                return content.decode(codec), problem
            return windows_text(content), problem or ("charset_mislabelled" if codec == "ascii" else None)
        return text, problem or ("charset_mislabelled" if charset else None)
    try:
        text = content.decode("utf-8-sig" if codec == "utf-8" else codec)
    except (UnicodeError, ValueError, OverflowError):
        return _guessed(content, codec), "charset_mislabelled"
    if _SURROGATE.search(text):
        text = _SURROGATE.sub("\ufffd", text)
    return text, problem


def _guessed(content: bytes, codec: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if codec == "utf-8" and _mostly_utf8(content):
        return content.decode("utf-8", "replace")
    if codec in {"utf-8", "utf-7"} or codec.startswith(("utf-16", "utf-32", "iso8859")):
        return windows_text(content)
    return _SURROGATE.sub("\ufffd", content.decode(codec, "replace"))


def _mostly_utf8(content: bytes) -> bool:
    """Whether UTF-8 was only cut or slightly damaged: most high bytes form whole letters."""
    sample = content[:20_000]
    broken = sample.decode("utf-8", "replace").count("\ufffd")
    whole = len(sample) - len(sample.decode("utf-8", "ignore").encode("utf-8"))
    return broken * 4 <= len(_HIGH.findall(sample)) - whole


def windows_text(content: bytes) -> str:
    """Windows-1252 as browsers read it: its five unused bytes become control characters, never an error."""
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
