"""What a page sends, read by an explicit list of names: anything else is refused (P30), what is typed is kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from dreiklang.kernel.errors import Invalid
from dreiklang.tickets.commands.attaching import LARGEST, MOST, Upload

#: What the database takes neither as text nor within JSON.
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
#: Sent along by every page and read elsewhere.
ALWAYS = frozenset({"csrfmiddlewaretoken", "version", "seen"})


def read(request: HttpRequest, *names: str, lists: Iterable[str] = ()) -> dict[str, Any]:
    """The named fields of a form as trimmed texts, ``lists`` as lists; Invalid if the form brings any other field."""
    many = frozenset(lists)
    known = ALWAYS | set(names) | many
    if strange := sorted(set(request.POST) - known):
        raise Invalid({"": [_("The form brings a field that is not known here: %(name)s") % {"name": strange[0][:40]}]})
    typed: dict[str, Any] = {name: request.POST.get(name, "").replace("\r\n", "\n").strip() for name in names}
    typed |= {name: [v.strip() for v in request.POST.getlist(name)] for name in many}
    if any("\x00" in str(value) for value in typed.values()):
        raise Invalid({"": [_("The text holds characters that cannot be kept.")]})
    return typed


def version_of(request: HttpRequest) -> int | None:
    """The version of the ticket that the page showed, so that two people do not overwrite each other (P14)."""
    return whole(request.POST.get("version", ""))


def whole(text: str, *, most: int = 2**53) -> int | None:
    """A whole number, or None if the text is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 17 and int(text) <= most else None


def moment(text: str) -> datetime | None:
    """A local date and time of a form field as a moment, or None if empty. Raises Invalid for anything else."""
    if not text:
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise Invalid({"until": [_("This is not a date and time.")]})
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def uploads(request: HttpRequest, name: str = "attachments") -> list[Upload]:
    """The files of a form. Refuses too many or too large ones before reading them."""
    files = request.FILES.getlist(name)
    if len(files) > MOST or any((f.size or 0) > LARGEST for f in files):
        raise Invalid({name: [_("At most 100 files, each up to 25 MB.")]})
    return [Upload(f.name or "file", f.content_type or "application/octet-stream", f.read()) for f in files]


def draft_content(request: HttpRequest) -> dict[str, Any]:
    """What a draft brings: names and texts, nothing nested deeper than lists.

    What cannot be kept, NUL and halves of characters, becomes U+FFFD, as a browser sends it in a form: no word is lost.
    """
    try:
        content = json.loads(request.POST.get("content", ""))
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or not all(isinstance(k, str) for k in content):
        raise Invalid({"content": [_("The draft cannot be read.")]})
    return {
        _kept(name[:60]): _kept(value) if isinstance(value, str) else [_kept(str(v)) for v in value]
        for name, value in content.items()
        if isinstance(value, str | list)
    }


def _kept(text: str) -> str:
    return _NO_TEXT.sub("\ufffd", text)
