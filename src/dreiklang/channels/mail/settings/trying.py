"""Whether a mailbox's servers answer and let the desk in: what the connection test shows."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from imapclient.exceptions import IMAPClientError

from dreiklang.accounts.models import Account
from dreiklang.channels.mail import threads
from dreiklang.channels.mail.outbound import letters, markup
from dreiklang.channels.models import Mailbox
from dreiklang.kernel import clock, instance
from dreiklang.kernel.errors import Refusal
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person


@dataclass(frozen=True, slots=True)
class Trial:
    """What the test of one server found: how many mails lie there, or what is wrong."""

    door: str
    is_ok: bool
    waiting: int | None = None
    problem: str = ""


def try_imap(mailbox: Mailbox) -> Trial:
    """Sign in, look into the folder, count; change nothing (P07)."""
    from dreiklang.channels.doors.imap import signed_in

    def look() -> int:
        with signed_in(mailbox, timeout=15) as server:
            return int(server.folder_status(mailbox.imap_folder, ["MESSAGES"])[b"MESSAGES"])

    return _tried("imap", look)


def try_smtp(mailbox: Mailbox) -> Trial:
    """Greet, secure, sign in; send nothing."""
    from dreiklang.channels.mail.outbound.transport import TryLater, connect

    def greet() -> None:
        try:
            connect(mailbox).quit()
        except TryLater as trouble:
            raise OSError(f"{trouble.reason}: {trouble.answer}".rstrip(": ")) from trouble

    return _tried("smtp", greet)


def _tried(door: str, contact: Callable[[], int | None]) -> Trial:
    try:
        return Trial(door, True, contact())
    except (Refusal, OSError, ssl.SSLError, imaplib.IMAP4.error, IMAPClientError) as wrong:
        return Trial(door, False, problem=str(wrong)[:300])


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a test mail; ``reason`` is a literal of the outbox."""

    address: str
    is_ok: bool
    reason: str = ""
    answer: str = ""


def try_test_mail(mailbox: Mailbox, *, actor: Actor) -> Sent:
    """Send a mail the mailbox's way to whoever asks, and wait for what the server says. To nobody else (P21)."""
    from dreiklang.channels.mail.outbound.transport import Sessions, TryLater

    require(actor.has("control.use"))
    account = Account.objects.filter(pk=actor.account_id or 0).first()
    person = Person.objects.filter(pk=actor.person_id or 0).first()
    addresses = person.addresses.filter(kind="mail").order_by("-is_first", "id") if person else None
    address = (addresses.values_list("value", flat=True).first() if addresses is not None else None) or (
        account.login if account else ""
    )
    letter = _test_letter(mailbox, address)
    try:
        with Sessions() as sessions:
            outcome = sessions.send(
                mailbox, letters.as_bytes(letter), name=letter.message_id, sender=mailbox.address, recipients=[address]
            )
    except TryLater as trouble:
        return Sent(address, False, trouble.reason, trouble.answer)
    refused = outcome.refused.get(address)
    return Sent(address, refused is None, "refused" if refused else "", f"{refused[0]} {refused[1]}" if refused else "")


def _test_letter(mailbox: Mailbox, address: str) -> letters.Letter:
    text = _("This mail shows that mails from %(address)s arrive.") % {"address": mailbox.address}
    return letters.Letter(
        sender=letters.Mailed(mailbox.name, mailbox.address),
        to=(letters.Mailed("", address),),
        subject=_("Test mail"),
        text=text + "\n",
        html=markup.page(markup.text_as_html(text), language=get_language() or "en"),
        message_id=threads.make_message_id(mark=instance.mark(), host=threads.host_of(mailbox.address)),
        at=clock.now(),
        mark=instance.mark(),
        envelope_from=mailbox.address,
        automatic=letters.GENERATED,
    )
