"""What administrators may do with mails that do not leave."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dreiklang.channels.mail.outbound.events import MailTriedAgain
from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import NotFound, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require


@command
def try_again(mail_id: int, *, actor: Actor) -> OutgoingMail:
    """Try a mail again now that failed or waits, with two more days of patience. Raises WrongState for any other."""
    require(actor.has("control.use"))
    mail = OutgoingMail.objects.select_for_update().filter(pk=mail_id).first()
    if mail is None:
        raise NotFound(code="no_mail")
    waits = mail.state == OutgoingMail.State.WAITING and mail.tries > 0
    if mail.state != OutgoingMail.State.FAILED and not waits:
        raise WrongState(_("This mail has left, or is about to."))
    former = mail.reason
    mail.state, mail.reason, mail.settled_at = OutgoingMail.State.WAITING, "", None
    mail.queued_at = mail.leaves_at = clock.now()
    if former == "refused":  # nobody has it: whoever was refused for good is asked once more
        mail.accepted = []
    mail.save(update_fields=["state", "reason", "settled_at", "queued_at", "leaves_at", "accepted"])
    publish(MailTriedAgain(subject_id=mail.pk, former_reason=former), actor=actor)
    return mail
