"""``mail parse`` (pure) and ``mail deliver`` (through the gate)."""

from __future__ import annotations

import argparse
import mailbox
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dreiklang.console.answers import BAD_DATA, DONE, TRY_LATER, USAGE, Refused, say, tell
from dreiklang.console.inputs import read_bytes, require_readable


def parse(options: argparse.Namespace) -> int:
    """Show what is understood of each mail; nothing is stored."""
    from dreiklang.channels.mail.inbound.parsing import parse_mail

    require_readable(options.files)
    for name in options.files:
        understood = parse_mail(read_bytes(name)).as_json(name)
        say(understood, _in_words(understood), as_json=options.json)
    return DONE


def _in_words(mail: dict[str, Any]) -> str:
    sender = mail["from"] or {}
    lines = [
        f"{mail['file']}: {mail['subject']}",
        f"  from {sender.get('name') or ''} <{sender.get('address') or ''}>",
        f"  {mail['date'] or 'no date'}, auto: {mail['auto']}",
    ]
    for one in mail["attachments"]:
        lines.append(f"  attachment {one['filename']} ({one['content_type']}, {one['size']} bytes)")
    for problem in mail["problems"]:
        lines.append(f"  problem: {problem}")
    lines += [f"  | {line}" for line in (mail["reply_text"] or mail["text"]).splitlines()]
    return "\n".join(lines)


def deliver(options: argparse.Namespace) -> int:
    """Put each mail through the gate. 0 if every mail was stored, 75 if one could not be: the sender tries
    again.
    """
    if not (options.files or options.mbox or options.maildir):
        raise Refused(USAGE, "name mails: FILE…, -, --mbox F or --maildir D")
    _require_sources(options)
    from dreiklang.console.desk import open_desk
    from dreiklang.console.setting_up import set_up_if_empty

    with open_desk(before=set_up_if_empty):
        require_desk()
        from django.db import Error as DatabaseError
        from django.db import connection

        from dreiklang.channels.gate.commands import take_in
        from dreiklang.kernel.errors import Refusal, Unavailable
        from dreiklang.kernel.permissions import system

        code = DONE
        for name, raw in _mails(options):
            try:
                outcome = take_in(raw, mailbox=options.mailbox, actor=system("mail")).as_json()
            except (DatabaseError, OSError, Unavailable) as trouble:
                tell(
                    f"{name} could not be stored: {str(trouble).strip().splitlines()[0] if str(trouble) else trouble!r}"
                )
                connection.close()  # the next mail may find the database back
                code = TRY_LATER
                continue
            except Refusal as refusal:
                raise Refused(USAGE, f"{name}: {refusal}") from refusal
            answer = {"file": name, **outcome}
            say(answer, _outcome_in_words(answer), as_json=options.json)
        return code


def require_desk() -> None:
    """Refuse where tables are missing or old: for now, so that the mail server keeps the mail and tries again."""
    from dreiklang.console.desk import require_current_tables

    try:
        require_current_tables()
    except Refused as missing:
        raise Refused(TRY_LATER, str(missing)) from missing


def _outcome_in_words(answer: dict[str, Any]) -> str:
    number = answer.get("ticket") or answer.get("claims")
    return " ".join(
        str(word) for word in (f"{answer['file']}:", answer["outcome"], number, answer.get("reason")) if word
    )


def _require_sources(options: argparse.Namespace) -> None:
    require_readable([*options.files, *([options.mbox] if options.mbox else [])])
    if options.maildir and not (Path(options.maildir) / "cur").is_dir():
        raise Refused(USAGE, f"{options.maildir} is not a maildir: it has no folder 'cur'")


def _mails(options: argparse.Namespace) -> Iterator[tuple[str, bytes]]:
    for name in options.files:
        yield name, read_bytes(name)
    if options.mbox:
        box = mailbox.mbox(options.mbox, create=False)
        if not len(box) and Path(options.mbox).stat().st_size:
            raise Refused(BAD_DATA, f"{options.mbox} is not an mbox: no line begins a mail with 'From '")
        for key in box.iterkeys():
            yield f"{options.mbox}#{int(key) + 1}", box.get_bytes(key)
    if options.maildir:
        folder = mailbox.Maildir(options.maildir, create=False)
        for key in sorted(folder.iterkeys()):
            yield f"{options.maildir}/{key}", folder.get_bytes(key)
