"""A mail of a fax gateway is a fax: its sender is whoever has the number, not the gateway."""

from __future__ import annotations

from email.parser import BytesHeaderParser
from email.policy import compat32

from dreiklang.channels.fax.commands import take_fax
from dreiklang.channels.fax.inbound.pages import kind_of
from dreiklang.channels.fax.queries import line_of_gateway
from dreiklang.channels.fax.rules import number_in
from dreiklang.channels.gate.commands import deeds
from dreiklang.channels.gate.rules import Via
from dreiklang.channels.models import Incoming

_MOST_HEADERS = 65_536


def as_fax(case: deeds.Case) -> deeds.Done | None:
    """What became of a mail as a fax; None if it is none: it has no page, or no line knows its sender.

    What is blocked, our own or answers one of our mails goes the way of every mail; so do the gateway's reports,
    which bring no page.
    """
    sight, mail = case.seen.sight, case.mail
    if sight.is_blocked or sight.is_own or not sight.has_sender or sight.via in (Via.TOKEN, Via.REFERENCE):
        return None
    if not any(kind_of(one.content) for one in mail.attachments):
        return None
    line = line_of_gateway(case.seen.sender)
    if line is None:
        return None
    uploads = [one for one in deeds.uploads(case) if kind_of(one.content)]
    if not uploads:  # larger than a ticket takes: as a mail it opens its ticket, and says so
        return None
    fax, is_new = take_fax(
        line, uploads, actor=case.actor, door="mail", is_sender_proven=sight.is_proven, source_id=case.incoming_id,
        number=number_in(mail.subject, _headers(case.raw), case.seen.sender), came_at=case.came_at,
    )  # fmt: skip
    outcome = Incoming.Outcome.OPENED if is_new else Incoming.Outcome.JOINED
    return deeds.Done(outcome, fax.ticket_id, fax.ticket.number, reason="fax" if is_new else "same_fax")


def _headers(raw: bytes) -> list[tuple[str, str]]:
    found = BytesHeaderParser(policy=compat32).parsebytes(raw[:_MOST_HEADERS])
    return [(name.lower(), str(value)[:200]) for name, value in found.items()]
