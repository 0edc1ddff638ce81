"""What of a mail is its text, what its HTML, and what are attachments."""

from __future__ import annotations

import hashlib
import html as html_entities
import mimetypes
import re
from dataclasses import dataclass, field
from functools import cached_property

from . import limits
from .charsets import text_of
from .filenames import made_up_filename, safe_filename
from .headers import Parameters, decoded, message_id
from .html_text import text_from_html, without_markers
from .sealed import ENCRYPTED, SIGNED, content_of_signed, is_cms, seal_of, words_of_clear_signed
from .structure import Part, Reading, read_structure, uudecoded
from .tnef import PackedFile, PackedMessage, mail_of, unpacked

_CONTROL = re.compile("[\ue0f0-\ue0f3\x01-\x08\x0b\x0e-\x1f\x7f\x80-\x9f\ufffe\uffff]+")
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]{1,200})\r?\n", re.MULTILINE)
_UU_END = re.compile(rb"^end[ \t]*\r?$", re.MULTILINE)
_UU_LINE = re.compile(rb"[ -`]{1,90}\r?")
_CHARSET_IN_HTML = re.compile(rb"<meta[^>]{0,300}charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_TEXT_TYPES = {"text/plain", "text/html"}
_ALTERNATIVES_ONLY = {
    "text/enriched",
    "text/richtext",
    "text/watch-html",
    "text/x-amp-html",
    "text/x-watch-html",
    "text/markdown",
    "text/x-markdown",
    "text/calendar",
    "text/rtf",
    "application/rtf",
}
_TNEF = {"application/ms-tnef", "application/vnd.ms-tnef"}
_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,100}")
_ENVELOPES = 3
"""Signed envelopes inside signed envelopes that are opened."""


@dataclass(frozen=True)
class Attachment:
    """A file that came with a mail."""

    filename: str
    content_type: str
    content: bytes = field(repr=False)
    inline: bool
    content_id: str

    @property
    def size(self) -> int:
        """Bytes after decoding."""
        return len(self.content)

    @cached_property
    def sha256(self) -> str:
        """Hexadecimal digest of the content."""
        return hashlib.sha256(self.content).hexdigest()

    def as_json(self) -> dict[str, object]:
        """As COMMANDS prints it."""
        return {
            "filename": self.filename,
            "content_type": self.content_type,
            "size": self.size,
            "sha256": self.sha256,
            "inline": self.inline,
            "content_id": self.content_id,
        }


@dataclass(slots=True)
class Bodies:
    """Text, HTML and files of one mail."""

    text: str
    html: str
    attachments: list[Attachment]
    marked_text: str
    """The text with the marks that mail programs set in HTML, where the text comes from HTML."""
    calendars: list[Part]
    is_meeting: bool = False
    """Outlook packed a meeting into winmail.dat."""
    seal: str = ""
    """`signed` or `encrypted`, as far as the mail as a whole is."""


@dataclass(slots=True)
class _Words:
    """One stretch of the writer's words in the forms in which it came."""

    plain: str = ""
    html: str = ""


@dataclass(slots=True)
class _Found:
    words: list[_Words] = field(default_factory=list)
    files: list[tuple[Part, bool]] = field(default_factory=list)
    loose_files: list[Attachment] = field(default_factory=list)
    calendars: list[Part] = field(default_factory=list)
    packed: list[PackedMessage] = field(default_factory=list)
    seals: list[str] = field(default_factory=list)
    depth: int = 0


def read_bodies(root: Part, reading: Reading) -> Bodies:
    """Choose text, HTML and attachments; every leaf is one of them, or an alternative of the text."""
    found = _Found()
    _visit(root, found, reading, in_related=False)
    if not any(words.plain.strip() or words.html.strip() for words in found.words):
        found.words += [_Words(_tidy(one.text), _tidy(one.html)) for one in found.packed]
    html = _html_of(found.words, reading)
    texts = (
        words.plain if words.plain.strip() or not words.html else text_from_html(words.html, markers=True)
        for words in found.words
    )
    text = "\n\n".join(text for text in (text.strip("\n") for text in texts) if text.strip())
    if len(text) > limits.TEXT_CHARACTERS:
        reading.note("text_truncated")
        text = text[: limits.TEXT_CHARACTERS]
    attachments = [
        _attachment(part, number, in_related, html, reading)
        for number, (part, in_related) in enumerate(found.files, start=1)
    ]
    text = text.strip("\n")
    is_meeting = any(one.is_meeting for one in found.packed)
    return Bodies(
        without_markers(text), html, attachments + found.loose_files, text, found.calendars, is_meeting, _seal(found)
    )


def _seal(found: _Found) -> str:
    """Encrypted outweighs signed: who reads must know first that something cannot be read."""
    return ENCRYPTED if ENCRYPTED in found.seals else next(iter(found.seals), "")


def _visit(root: Part, found: _Found, reading: Reading, *, in_related: bool) -> None:
    """Sort the leaves in the order of the mail; the depth is limited by the structure."""
    kind = root.content_type
    if seal := seal_of(root):
        found.seals.append(seal)
    if is_cms(root) and _visit_signed(root, found, reading):
        return
    if root.children:
        if kind == "multipart/alternative":
            _visit_alternative(root, found, reading, in_related=in_related)
        elif kind == "multipart/encrypted":
            reading.note("encrypted")
            found.files.extend((child, False) for child in root.children)
        else:
            for child in root.children:
                _visit(child, found, reading, in_related=in_related or kind == "multipart/related")
        return
    if seal == ENCRYPTED:
        reading.note("encrypted")
    if kind == "text/calendar":
        found.calendars.append(root)
    if _is_tnef(root) and _unpack(root.content, found):
        return
    if kind.startswith("multipart/") or (kind in _TEXT_TYPES and not _is_file(root, alone=root is reading.root)):
        found.words.append(_words_of(root, found, reading))
    else:
        found.files.append((root, in_related))


def _is_tnef(part: Part) -> bool:
    return part.content_type in _TNEF or _declared_name(part).lower() == "winmail.dat"


def _unpack(content: bytes, found: _Found) -> bool:
    """Take what Outlook packed; False if it cannot be read, then the packet stays a file."""
    packed = unpacked(content)
    if packed is None:
        return False
    found.packed.append(packed)
    for number, one in enumerate(packed.files, start=1):
        found.loose_files.append(_unpacked_file(one, number))
    return True


def _unpacked_file(file: PackedFile, number: int) -> Attachment:
    if file.inner:
        name = safe_filename(file.inner.subject or file.name) or f"attachment-{number}"
        return Attachment(f"{name}.eml", "message/rfc822", mail_of(file.inner), inline=False, content_id="")
    kind = file.content_type if _TYPE.fullmatch(file.content_type) else ""
    name = safe_filename(file.name) or made_up_filename(kind, number)
    kind = kind or mimetypes.guess_type(name)[0] or "application/octet-stream"
    content_id = message_id(file.content_id)
    return Attachment(name, kind, file.content, inline=bool(content_id), content_id=content_id)


def _tidy(text: str) -> str:
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", ""))[: limits.TEXT_CHARACTERS]


def _visit_signed(root: Part, found: _Found, reading: Reading) -> bool:
    """The mail inside a signed envelope takes its place; False if there is none that can be read."""
    inner = content_of_signed(root.content) if seal_of(root) == SIGNED and found.depth < _ENVELOPES else None
    if not inner:
        return False
    found.depth += 1
    within = Reading(inner)
    _visit(read_structure(within), found, within, in_related=False)
    for problem in within.problems:
        reading.note(problem)
    return True


def _visit_alternative(root: Part, found: _Found, reading: Reading, *, in_related: bool) -> None:
    """All branches say the same: the last plain and the last HTML text count, other files are kept."""
    best = _Words()
    for child in root.children:
        if not child.children and child.content_type in _ALTERNATIVES_ONLY and not _is_file(child):
            if child.content_type == "text/calendar":
                found.calendars.append(child)
            continue
        branch = _Found()
        _visit(child, branch, reading, in_related=in_related)
        plain = "\n\n".join(words.plain.strip("\n") for words in branch.words if words.plain.strip())
        html = _html_of(branch.words, reading) if any(words.html for words in branch.words) else ""
        if html:
            best.html = html
        if plain and not (html and best.plain):
            best.plain = plain
        found.files.extend(branch.files)
        found.loose_files.extend(branch.loose_files)
        found.calendars.extend(branch.calendars)
        found.packed.extend(branch.packed)
    found.words.append(best)


def _is_file(part: Part, *, alone: bool = False) -> bool:
    """Whether a text part is a file: called attachment, or named and not the whole mail."""
    if part.disposition == "attachment":
        return True
    return not alone and bool(_declared_name(part)) and part.content_type in _TEXT_TYPES | _ALTERNATIVES_ONLY


def _declared_name(part: Part) -> str:
    disposition: Parameters = part.disposition_parameters
    return disposition.get("filename") or part.content_type_parameters.get("name") or ""


def _words_of(part: Part, found: _Found, reading: Reading) -> _Words:
    content = part.content
    if len(content) > 4 * limits.TEXT_CHARACTERS:
        reading.note("text_truncated")
        content = content[: 4 * limits.TEXT_CHARACTERS]
    if part.content_type != "text/html" and b"begin " in content:
        content = _without_uuencoded(content, found)
    charset = part.charset
    if charset is None and part.content_type == "text/html" and (named := _CHARSET_IN_HTML.search(content[:2_000])):
        charset = named.group(1).decode("ascii")
    text, problem = text_of(content, charset)
    if problem:
        reading.note(problem)
    if "\0" in text:
        reading.note("null_bytes")
        text = text.replace("\0", "")
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > limits.TEXT_CHARACTERS:
        reading.note("text_truncated")
        text = text[: limits.TEXT_CHARACTERS]
    if part.content_type == "text/html":
        return _Words(html=text)
    if text.startswith("-----BEGIN PGP SIGNED") or text.lstrip().startswith("-----BEGIN PGP SIGNED"):
        text = words_of_clear_signed(text)
    parameters = part.content_type_parameters
    if (parameters.get("format") or "").lower() == "flowed":
        text = unflowed(text, delete_space=(parameters.get("delsp") or "").lower() == "yes")
    if part.content_type == "text/plain" and "<html" in text[:400].lower() and "</html>" in text[-400:].lower():
        return _Words(html=text)
    return _Words(plain=text)


def unflowed(text: str, *, delete_space: bool = False) -> str:
    """Paragraphs of a format=flowed text joined (RFC 3676); quote marks stay, one depth per paragraph."""
    paragraphs: list[str] = []
    pieces: list[str] = []
    open_depth = 0
    for line in text.split("\n"):
        stripped = line.lstrip(">")
        depth = len(line) - len(stripped)
        if stripped.startswith(" "):
            stripped = stripped[1:]
        is_signature = stripped in {"-- ", "--"}
        flows = stripped.endswith(" ") and not is_signature
        if pieces and (depth != open_depth or is_signature):
            paragraphs.append(_paragraph(open_depth, pieces))
            pieces = []
        open_depth = depth
        pieces.append(stripped[:-1] if flows and delete_space else stripped)
        if not flows:
            paragraphs.append(_paragraph(depth, pieces))
            pieces = []
    if pieces:
        paragraphs.append(_paragraph(open_depth, pieces))
    return "\n".join(paragraphs)


def _paragraph(depth: int, pieces: list[str]) -> str:
    words = "".join(pieces)
    return ">" * depth + " " + words if depth and words else ">" * depth + words


def _without_uuencoded(content: bytes, found: _Found) -> bytes:
    """Files that stand uuencoded in the text become attachments; at most a hundred of them."""
    kept: list[bytes] = []
    position = 0
    for _ in range(100):
        begin = _UU_BEGIN.search(content, position)
        end = _UU_END.search(content, begin.end()) if begin else None
        if begin is None or end is None:
            break
        lines = content[begin.end() : end.start()].split(b"\n")
        if not all(_UU_LINE.fullmatch(line) for line in lines if line.strip()):
            kept.append(content[position : begin.end()])
            position = begin.end()
            continue
        name = safe_filename(decoded(begin.group(1).decode("utf-8", "replace")))
        body = uudecoded(content[begin.start() : end.end()])
        number = len(found.loose_files) + 1
        kept.append(content[position : begin.start()])
        position = end.end()
        found.loose_files.append(
            Attachment(
                name or made_up_filename("application/octet-stream", number),
                "application/octet-stream",
                body,
                inline=False,
                content_id="",
            )
        )
    kept.append(content[position:])
    return b"".join(kept)


def _html_of(all_words: list[_Words], reading: Reading) -> str:
    """The HTML pieces one after the other; plain pieces between them escaped. Empty if there is no HTML."""
    if not any(words.html for words in all_words):
        return ""
    if len(all_words) == 1:
        html = all_words[0].html
    else:
        html = "\n".join(
            words.html
            or f'<div style="white-space: pre-wrap">{html_entities.escape(words.plain.strip(), quote=False)}</div>'
            for words in all_words
            if words.html or words.plain.strip()
        )
    if len(html) > limits.TEXT_CHARACTERS:
        reading.note("html_truncated")
        html = html[: limits.TEXT_CHARACTERS]
    return html


def _attachment(part: Part, number: int, in_related: bool, html: str, reading: Reading) -> Attachment:
    content_type = part.content_type
    content = part.content
    name = safe_filename(_declared_name(part))
    if not name and content_type in {"message/rfc822", "message/global"}:
        name = _name_of_mail(content)
    if content_type == "application/ms-tnef" or name.lower() == "winmail.dat":
        reading.note("tnef_not_read")
    if content_type in {"message/rfc822", "message/global"} and not name.lower().endswith(".eml"):
        name += ".eml" if name else ""
    content_id = message_id(part.first("content-id"))
    return Attachment(
        name or made_up_filename(content_type, number),
        content_type,
        content,
        inline=_is_inline(part, content_id, in_related, html),
        content_id=content_id,
    )


def _is_inline(part: Part, content_id: str, in_related: bool, html: str) -> bool:
    """Shown inside the text: said so, or the HTML points to it."""
    if part.disposition == "inline":
        return True
    if content_id and html and f"cid:{content_id}" in html:
        return True
    return bool(content_id) and in_related and part.disposition != "attachment"


def _name_of_mail(content: bytes) -> str:
    """A forwarded mail is called after its subject."""
    inner = Part(Reading(content[:100_000]), 0, min(len(content), 100_000))
    return safe_filename(re.sub(r"[/\\]", "-", decoded(inner.first("subject") or "")))
