"""The words inside attachments, where tickets are found by them: who may read the words it came with finds it so."""

from __future__ import annotations

from django.db.models import F, Func, IntegerField

from dreiklang.kernel import clock
from dreiklang.kernel.command import personal
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets.commands.finding import remember_words
from dreiklang.tickets.models import Attachment, AttachmentText, TicketWords

#: Words of a ticket beyond which its files add none: its index row must hold what people write.
MOST_WORDS = 25_000


@personal
def remember_file(attachment: Attachment, *, actor: Actor, text: str, outcome: str) -> AttachmentText:
    """Note that a file was read, and let its ticket be found by its words (P28, P31): those that came with a message
    are the outside's, all others are found inside alone. A second time changes nothing.
    """
    require(actor.is_system)
    read, is_new = AttachmentText.objects.get_or_create(
        attachment=attachment, defaults={"outcome": outcome, "read_at": clock.now()}
    )
    if not is_new or not text:
        return read
    if _words_of(attachment.ticket_id) > MOST_WORDS:
        read.outcome = "full"
        read.save(update_fields=["outcome"])
    elif attachment.message_id is not None:
        remember_words(attachment.ticket, outside=[text])
    else:
        remember_words(attachment.ticket, inside=[text])
    return read


def _words_of(ticket_id: int) -> int:
    counted = TicketWords.objects.filter(pk=ticket_id).values_list(
        Func(F("inside"), function="length", output_field=IntegerField()), flat=True
    )
    return counted.first() or 0
