"""Whether a mailbox's servers answer and let the desk in: what the connection test shows."""

from __future__ import annotations

import imaplib
import poplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from imapclient.exceptions import IMAPClientError, LoginError

from dreiklang.accounts.models import Account
from dreiklang.channels.mail import threads
from dreiklang.channels.mail.outbound import letters, markup
from dreiklang.channels.models import Mailbox
from dreiklang.kernel import clock, instance
from dreiklang.kernel.errors import Refusal
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person

LONGEST = 300


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


def try_pop(mailbox: Mailbox) -> Trial:
    """Sign in, count; change nothing (P07)."""
    from dreiklang.channels.doors.pop import names_on_server, signed_in

    def look() -> int:
        with signed_in(mailbox, timeout=15) as client:
            return len(names_on_server(client))

    return _tried("pop3", look)


def try_fetching(mailbox: Mailbox) -> list[Trial]:
    """The test of the door by which the mailbox is fetched; none where mail is delivered."""
    ways = {Mailbox.Fetch.IMAP: try_imap, Mailbox.Fetch.POP: try_pop}
    way = ways.get(Mailbox.Fetch(mailbox.fetch))
    return [way(mailbox)] if way else []


def try_smtp(mailbox: Mailbox) -> Trial:
    """Greet, secure, sign in; send nothing."""
    from dreiklang.channels.mail.outbound.transport import TryLater, connect

    try:
        connect(mailbox).quit()
    except TryLater as trouble:
        return Trial("smtp", False, problem=_smtp_words(trouble.reason, trouble.answer)[:LONGEST])
    except OSError as wrong:
        return Trial("smtp", False, problem=problem_words(wrong))
    return Trial("smtp", True)


def _tried(door: str, contact: Callable[[], int | None]) -> Trial:
    try:
        return Trial(door, True, contact())
    except (Refusal, OSError, ssl.SSLError, imaplib.IMAP4.error, IMAPClientError, poplib.error_proto) as wrong:
        return Trial(door, False, problem=problem_words(wrong))


def problem_words(wrong: Exception) -> str:
    """What stands in the way, for who sets a mailbox up: in their language, with what the server said."""
    said = _said(wrong)
    match wrong:
        case Refusal():
            words = said
        case ssl.SSLCertVerificationError():
            words = _smtp_words("certificate", wrong.verify_message or said)
        case ssl.SSLError():
            words = _("No protected connection came about; perhaps the protection does not fit the port. %(said)s") % {
                "said": said
            }
        case LoginError():
            words = _smtp_words("sign_in", said)
        case TimeoutError():
            words = _("The server does not answer.")
        case ConnectionRefusedError():
            words = _("No server answers at this port.")
        case _:
            words = said
    return words[:LONGEST]


def _smtp_words(reason: str, said: str) -> str:
    match reason:
        case "sign_in":
            words = _("The server does not accept this user name with this password. It says: %(said)s")
        case "certificate":
            words = _("Nobody vouches for the server's certificate; the password was not sent. %(said)s")
        case "unprotected_password":
            return _("A password is never sent over an unprotected line.")
        case "no_answer":
            words = _("The server does not answer as a mail server does. %(said)s")
        case _:
            return said
    return words % {"said": said}


def _said(wrong: Exception) -> str:
    """What the other side said; ``imaplib`` hands on bytes."""
    first = wrong.args[0] if wrong.args else ""
    text = first.decode("utf-8", "replace") if isinstance(first, bytes) else str(wrong)
    return text[2:-1] if text[:2] in ("b'", 'b"') else text


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
