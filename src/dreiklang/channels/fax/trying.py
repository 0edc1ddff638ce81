"""Whether a line's ways are open: each finding is a sentence, so that whoever reads it knows what to do."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from dreiklang.channels.fax.inbound.pages import pages_of
from dreiklang.channels.fax.models import Line
from dreiklang.channels.fax.rules import answer_address
from dreiklang.channels.mail.outbound.letters import sendable
from dreiklang.channels.mail.outbound.queries import mailbox_for
from dreiklang.channels.mail.settings.trying import try_smtp
from dreiklang.channels.models import Mailbox

#: A page of its own: A4, one word.
_PAGE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    is_good: bool
    words: str


def look_at(line: Line) -> list[Finding]:
    """What is in order with a line and what is not. Signs in at the mail server that answers would leave by."""
    found = [Finding(line.is_active, _("The line takes faxes.") if line.is_active else _("The line is off."))]
    found.append(_mail(line))
    found.append(_answers(line))
    can_show = pages_of(_PAGE).outcome == "read"
    found.append(Finding(can_show, _("Pages can be shown.") if can_show else _("Pages cannot be shown.")))
    return found


def _mail(line: Line) -> Finding:
    if not line.gateway:
        return Finding(True, _("No mail is a fax here: no gateway is named."))
    if not Mailbox.objects.filter(is_active=True).exists():
        return Finding(False, _("The desk has no mailbox that a gateway could write to."))
    return Finding(True, _("Mails from %(gateway)s are faxes.") % {"gateway": line.gateway})


def _answers(line: Line) -> Finding:
    if not line.answers_to:
        return Finding(True, _("Answers leave by mail: no address for sending faxes is named."))
    address = sendable(answer_address(line.answers_to, "+4970711234567"))
    if not address:
        return Finding(False, _("No mail can go to the address for sending faxes."))
    mailbox = mailbox_for(None)
    if mailbox is None:
        return Finding(False, _("The desk has no mailbox that answers could leave by."))
    tried = try_smtp(mailbox)
    if not tried.is_ok:
        return Finding(False, _("Answers cannot leave: %(problem)s") % {"problem": tried.problem})
    return Finding(True, _("An answer to +49 7071 1234567 would go to %(address)s.") % {"address": address})
