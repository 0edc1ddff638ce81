"""A few mails that came in just now, one of each fate, so that the door's pages show what they are for."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from dreiklang.channels.gate.commands import take_in
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import system
from dreiklang.tickets.models import Ticket

ADDRESS = "hilfe@talwerk.example"
MAIL = system("mail")


def deliver_mails(now: datetime) -> None:
    """A request, an out-of-office note, a stranger who names a ticket's number, and one that cannot be read."""
    known = Ticket.objects.unsettled().order_by("-id").first()
    mails = [
        _mail(
            "Rita Weber <rita.weber@klinikum-aschertal.example>",
            "Bildschirm im Stationszimmer 4B flackert",
            "Guten Morgen,\n\nder linke Bildschirm im Stationszimmer flackert seit der Frühschicht.\n\n"
            "Mit freundlichen Grüßen\nRita Weber\nStationsleitung Chirurgie\n",
        ),
        _mail(
            "Emma Clarke <emma.clarke@bergroth.example>",
            "Automatic reply: Your message has arrived",
            "I am out of the office until Monday.\n",
            {"Auto-Submitted": "auto-replied"},
        ),
        _mail("", "Angebot", "Ohne Absender.\n"),
    ]
    if known is not None:
        claim = f"AW: [#{known.number}] {known.subject}"
        mails.append(_mail("M. Frey <m.frey@fremd.example>", claim, "Hallo,\n\ngibt es hierzu schon etwas Neues?\n"))
    for n, mail in enumerate(mails):
        with clock.standing_at(now - timedelta(minutes=50 - 11 * n)):
            take_in(mail, mailbox=ADDRESS, door="lmtp", actor=MAIL)


def _mail(sender: str, subject: str, text: str, headers: dict[str, str] | None = None) -> bytes:
    made = EmailMessage()
    if sender:
        made["From"] = sender
    made["To"] = ADDRESS
    made["Subject"] = subject
    made["Date"] = format_datetime(clock.now())
    for name, value in (headers or {}).items():
        made[name] = value
    made.set_content(text)
    return made.as_bytes()
