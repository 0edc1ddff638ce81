"""What the fax door does when news arrives."""

from __future__ import annotations

from dreiklang.channels.fax.commands import read_fax
from dreiklang.channels.fax.events import FaxReceived
from dreiklang.kernel.journal import Line
from dreiklang.kernel.permissions import system


def show_pages_of(line: Line) -> None:
    """The pages of a new fax become pictures. A second delivery finds nothing to do."""
    assert isinstance(line.event, FaxReceived)
    read_fax(line.event.subject_id, actor=system("fax"))
