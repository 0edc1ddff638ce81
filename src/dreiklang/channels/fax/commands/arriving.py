"""A fax comes, by whichever way: it is a ticket at the first level, once, with its file whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from django.utils.translation import gettext as _
from django.utils.translation import override

from dreiklang.channels.fax.events import FaxReceived
from dreiklang.channels.fax.inbound.pages import kind_of
from dreiklang.channels.fax.models import Fax, Line
from dreiklang.channels.fax.rules import answer_address
from dreiklang.channels.telephony.queries import known_caller
from dreiklang.channels.telephony.rules import understood
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets.commands.attaching import Upload
from dreiklang.tickets.commands.conversation import receive_message
from dreiklang.tickets.commands.opening import open_ticket

FAX = "fax"
_TYPES = {"pdf": "application/pdf", "tiff": "image/tiff"}


@command
def take_fax(
    line: Line, uploads: Sequence[Upload], *, actor: Actor, number: str = "", door: str = "file",
    is_sender_proven: bool = True, source_id: int | None = None, came_at: datetime | None = None,
) -> tuple[Fax, bool]:  # fmt: skip
    """Open a ticket for a fax; the fax and whether it is new: the same file comes again as the fax it was.

    Its sender is the one person with that number; where nobody or several have it, the line's own stands for them.
    The pages become pictures afterwards. Raises Invalid (``no_fax``) if nothing is a PDF or TIFF, WrongState if the
    line is off.
    """
    require(actor.is_system)
    if not any(kind_of(upload.content) for upload in uploads):
        raise Invalid({"file": [_("A fax is a PDF or a TIFF. This is neither.")]}, code="no_fax")
    # Faxes of a line come one after the other: whether this one was there is looked up.
    line = Line.objects.select_for_update(of=("self",)).select_related("team", "person").get(pk=line.pk)
    if not line.is_active:
        raise WrongState(_("This fax line is off."), code="line_off")
    key = sha256(b"".join(sha256(upload.content).digest() for upload in uploads)).digest()
    earlier = Fax.objects.select_related("ticket").filter(line=line, key=key).first()
    if earlier is not None:
        publish(_received(earlier, door), actor=actor)
        return earlier, False
    said = understood(number, region=line.region, area=line.area_code)
    sender = known_caller(said.key)
    requester = sender or line.person
    at = came_at or clock.now()
    with override(requester.language):
        subject = _("Fax from %(who)s") % {"who": sender.name if sender else said.shown or _("a withheld number")}
        text = _("Fax from %(number)s") % {"number": said.shown or _("a withheld number")}
    ticket = open_ticket(requester, actor=actor, subject=subject, channel=FAX, team=line.team, is_said_at_once=True)
    message = receive_message(
        ticket, actor=actor, author=sender, author_name="" if sender else said.shown, text=text, subject=subject,
        channel=FAX, author_address=answer_address(line.answers_to, said.key), attachments=_typed(uploads),
        is_sender_proven=is_sender_proven, source_id=source_id, said_at=at, is_fresh=True,
    )  # fmt: skip
    fax = Fax.objects.create(
        line=line, door=door, key=key, number=said.key[:60], shown_number=said.shown[:60], received_at=at,
        ticket=ticket, message=message,
    )  # fmt: skip
    line.last_fax_at, line.last_problem = clock.now(), ""
    line.save(update_fields=["last_fax_at", "last_problem"])
    publish(_received(fax, door), actor=actor)
    return fax, True


def _received(fax: Fax, door: str) -> FaxReceived:
    return FaxReceived(subject_id=fax.pk, line_id=fax.line_id, ticket_id=fax.ticket_id, door=door)


def _typed(uploads: Sequence[Upload]) -> list[Upload]:
    """With the type that the bytes are, whatever the gateway calls them."""
    return [Upload(one.filename, _TYPES.get(kind_of(one.content), one.content_type), one.content) for one in uploads]
