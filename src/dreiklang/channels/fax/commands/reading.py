"""The pages of a fax become pictures beside its file, and words where the program for it is installed."""

from __future__ import annotations

from pathlib import PurePosixPath

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from dreiklang.channels.fax.events import FaxRead
from dreiklang.channels.fax.inbound.pages import MOST_PAGES, Pages, kind_of, pages_of
from dreiklang.channels.fax.models import Fax
from dreiklang.kernel import files
from dreiklang.kernel.command import command
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets.commands.attaching import Upload, attach
from dreiklang.tickets.commands.conversation import write_note
from dreiklang.tickets.models import Ticket


def read_fax(fax_id: int, *, actor: Actor) -> Fax | None:
    """Make the pages of a fax pictures; None if that was done before. The child works outside of any transaction."""
    fax = Fax.objects.select_related("message").filter(pk=fax_id, state=Fax.State.WAITING).first()
    if fax is None:
        return None
    made = [(name, pages_of(content)) for name, content in _documents(fax)]
    return show_pages(fax, made, actor=actor)


def _documents(fax: Fax) -> list[tuple[str, bytes]]:
    found = []
    for one in fax.message.attachments.select_related("file").order_by("id"):
        content = files.read(one.file.sha256)
        if kind_of(content):
            found.append((one.filename, content))
    return found


@command
def show_pages(fax: Fax, made: list[tuple[str, Pages]], *, actor: Actor) -> Fax:
    """Put pictures beside the file they are of, by the file's name. What is not shown is told in a note."""
    require(actor.is_system)
    fax = Fax.objects.select_for_update().get(pk=fax.pk)
    if fax.state != Fax.State.WAITING:
        publish(_read(fax), actor=actor)
        return fax
    ticket = Ticket.objects.select_related("requester").get(pk=fax.message.ticket_id)
    with override(ticket.language):
        pictures = [
            Upload(_named(name, page), "image/png", one)
            for name, pages in made for page, one in enumerate(pages.pictures, 1)
        ][:MOST_PAGES]  # fmt: skip
        attach(fax.message, pictures, ticket=ticket)
        fax.pages, fax.shown = sum(pages.count for _name, pages in made), len(pictures)
        fax.state = _state_of([pages for _name, pages in made], fax)
        told = _told(fax)
    fax.save(update_fields=["pages", "shown", "state"])
    if told:
        write_note(ticket, actor=actor, text=told, channel="fax")
    publish(_read(fax), actor=actor)
    return fax


def _named(name: str, page: int) -> str:
    return _("%(file)s, page %(page)s.png") % {"file": PurePosixPath(name).stem, "page": page}


def _read(fax: Fax) -> FaxRead:
    return FaxRead(subject_id=fax.pk, outcome=fax.state, pages=fax.pages, shown=fax.shown)


def _state_of(made: list[Pages], fax: Fax) -> str:
    if made and all(pages.outcome == "read" for pages in made) and fax.shown == fax.pages:
        return Fax.State.READ
    if fax.shown:
        return Fax.State.PART
    return Fax.State.LIMITS if any(pages.outcome == "limits" for pages in made) else Fax.State.BROKEN


def _told(fax: Fax) -> str:
    """What whoever reads the ticket has to know, in its language; empty if all pages are there."""
    if fax.state == Fax.State.BROKEN:
        return _("The file of this fax is damaged: no page can be shown. It is kept as it came.")
    if fax.state == Fax.State.LIMITS:
        return _("The file of this fax is too large to be shown here. It is kept as it came.")
    if fax.state == Fax.State.PART and fax.pages > fax.shown:
        shown = ngettext("the first page is", "the first %(shown)s pages are", fax.shown) % {"shown": fax.shown}
        return _("This fax has %(pages)s pages; %(shown)s shown as pictures. All of them are in the file.") % {
            "pages": fax.pages, "shown": shown,
        }  # fmt: skip
    if fax.state == Fax.State.PART:
        return _("A page of this fax is damaged and cannot be shown. The file is kept as it came.")
    return ""
