"""``fax deliver``: faxes through the gate, for HylaFAX's ``faxrcvd`` and for hands."""

from __future__ import annotations

import argparse
from pathlib import PurePath

from dreiklang.console.answers import DONE, TRY_LATER, USAGE, Refused, say, tell
from dreiklang.console.inputs import read_bytes, require_readable


def deliver(options: argparse.Namespace) -> int:
    """Take each file as a fax. 0 if every one was taken, 75 if one could not be: the sender tries again."""
    require_readable(options.files)
    from dreiklang.console.desk import open_desk
    from dreiklang.console.mail import require_desk

    with open_desk():
        require_desk()
        from django.db import Error as DatabaseError
        from django.db import connection

        from dreiklang.channels.fax.commands import read_fax, take_fax
        from dreiklang.channels.fax.models import Line
        from dreiklang.kernel.errors import Refusal, Unavailable
        from dreiklang.kernel.permissions import system
        from dreiklang.tickets.commands.attaching import Upload

        lines = list(Line.objects.filter(name=options.line) if options.line else Line.objects.filter(is_active=True))
        if len(lines) != 1:
            what = f"there is no fax line “{options.line}”" if options.line else f"there are {len(lines)} fax lines"
            raise Refused(USAGE, f"{what}: name one of the desk's with --line")
        code = DONE
        for name in options.files:
            upload = Upload("fax" if name == "-" else PurePath(name).name, "", read_bytes(name))
            try:
                fax, is_new = take_fax(lines[0], [upload], actor=system("fax"), number=options.number, door="file")
            except (DatabaseError, OSError, Unavailable) as trouble:
                tell(f"{name} could not be stored: {str(trouble).strip() or trouble!r}")
                connection.close()
                code = TRY_LATER
                continue
            except Refusal as refusal:
                raise Refused(USAGE, f"{name}: {refusal}") from refusal
            read_fax(fax.pk, actor=system("fax"))
            outcome = "opened" if is_new else "duplicate"
            answer = {"file": name, "outcome": outcome, "ticket": fax.ticket.number}
            say(answer, f"{name}: {outcome} {fax.ticket.number}", as_json=options.json)
        return code
