"""What administrators may do with mails that do not leave, and what a new life of the desk does with all that wait."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dreiklang.channels.mail.outbound.events import MailReleased, MailSetAside, MailsHeld, MailTriedAgain
from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import NotFound, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets.commands import delivery


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


@command
def hold_what_waits(*, actor: Actor) -> int:
    """Hold every mail that waits or was just leaving; returns how many.

    Called when a new life of the desk begins (restore, copy): in the former one they have probably left since (P20).
    """
    require(actor.is_system)
    on_their_way = (OutgoingMail.State.WAITING, OutgoingMail.State.SENDING)
    count = OutgoingMail.objects.filter(state__in=on_their_way).update(
        state=OutgoingMail.State.HELD, reason="former_life", settled_at=None
    )
    publish(MailsHeld(subject_id=0, count=count), actor=actor)
    return count


@command
def release(mail_id: int, *, actor: Actor) -> OutgoingMail:
    """Let a held mail leave now, under the Message-ID it may have had. Raises WrongState for one that is not held."""
    mail = _held(mail_id, actor=actor)
    mail.state, mail.reason, mail.tries = OutgoingMail.State.WAITING, "", 0
    mail.queued_at = mail.leaves_at = clock.now()
    mail.save(update_fields=["state", "reason", "tries", "queued_at", "leaves_at"])
    publish(MailReleased(subject_id=mail.pk), actor=actor)
    return mail


@command
def set_aside(mail_id: int, *, actor: Actor) -> OutgoingMail:
    """Decide that a held mail does not leave; its words stay with the ticket and say so."""
    mail = _held(mail_id, actor=actor)
    mail.state, mail.reason, mail.settled_at = OutgoingMail.State.DROPPED, "set_aside", clock.now()
    mail.answer_links = ""
    mail.save(update_fields=["state", "reason", "settled_at", "answer_links"])
    if mail.said_id is not None:
        delivery.message_set_aside(mail.said_id, actor=actor)
    elif mail.correspondence_id is not None:
        delivery.correspondence_set_aside(mail.correspondence_id, actor=actor)
    publish(MailSetAside(subject_id=mail.pk), actor=actor)
    return mail


def _held(mail_id: int, *, actor: Actor) -> OutgoingMail:
    require(actor.has("control.use"))
    mail = OutgoingMail.objects.select_for_update().filter(pk=mail_id).first()
    if mail is None:
        raise NotFound(code="no_mail")
    if mail.state != OutgoingMail.State.HELD:
        raise WrongState(_("Somebody has decided about this mail already."))
    return mail
