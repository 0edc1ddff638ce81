"""Words that came encrypted and could not be read are opened later, when the desk has the key."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from dreiklang.kernel.command import command
from dreiklang.kernel.errors import WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets.commands.attaching import Upload, attach
from dreiklang.tickets.commands.finding import remember_words
from dreiklang.tickets.commands.holding import held, written
from dreiklang.tickets.commands.sealing import Seal
from dreiklang.tickets.events import WordsUnsealed
from dreiklang.tickets.models import Correspondence, Message

CLOSED = "encrypted"


@command
def unseal(
    words: Message | Correspondence,
    *,
    actor: Actor,
    text: str,
    html: str,
    seal: Seal,
    attachments: Sequence[Upload] = (),
) -> Message | Correspondence:
    """Put what was inside in the place of what could not be read. The closed mail stays among the files.

    Raises WrongState if the words can be read already.
    """
    require(actor.is_system)
    ticket = held(words.ticket_id, actor=actor)
    current: Message | Correspondence = type(words).objects.select_for_update().get(pk=words.pk)
    if current.seal != CLOSED or seal.state == CLOSED:
        raise WrongState(_("There is nothing here that waits to be opened."))
    current.text, current.html = text, html
    fields = seal.as_fields()
    for name, value in fields.items():
        setattr(current, name, value)
    current.save(update_fields=["text", "html", *fields])
    attach(current, attachments, ticket=ticket)
    written(ticket)
    said = [text, *(upload.filename for upload in attachments)]
    is_message = isinstance(current, Message)
    remember_words(ticket, outside=said if is_message else (), inside=() if is_message else said)
    publish(
        WordsUnsealed(
            subject_id=ticket.pk,
            message_id=current.pk if is_message else None,
            correspondence_id=None if is_message else current.pk,
        ),
        actor=actor,
    )
    return current
