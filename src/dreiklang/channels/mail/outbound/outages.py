"""What a mail says of an outage, put together from how it is announced when the mail leaves (P29)."""

from __future__ import annotations

from django.conf import settings
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.channels.mail.outbound.programs import Word
from dreiklang.communication.events import OutageEnded
from dreiklang.communication.models import AnnouncedOutage
from dreiklang.communication.queries.outages import may_be_told
from dreiklang.communication.rules.outages import Standing
from dreiklang.kernel import journal
from dreiklang.organizations.models import Organization


def word_of_outage(mail: OutgoingMail) -> Word | str:
    """What to write, or the literal that says why nothing is: it goes on, it is over, it is not told to them."""
    person = mail.person
    assert person is not None
    assert mail.line_id is not None
    event = journal.line(mail.line_id).event
    outage = AnnouncedOutage.objects.filter(pk=event.subject_id).first()
    if outage is None or not person.is_active or not may_be_told(outage, person):
        return "lost_sight"
    is_end, is_over = isinstance(event, OutageEnded), outage.standing == Standing.ENDED
    if is_end != is_over:
        return "reopened" if is_end else "over"
    language = person.account.language if person.account else person.language
    first = person.addresses.filter(kind="mail").order_by("-is_first", "id").values_list("value", flat=True).first()
    is_inside = person.organization.kind == Organization.Kind.PROVIDER
    page = f"/desk/outages/{outage.pk}/" if is_inside else "/portal/"
    return Word(
        key="outage_over" if is_end else "outage",
        language=language,
        name=person.name,
        address=first or (person.account.login if person.account else ""),
        values={
            "name": person.name,
            "title": outage.title_in(language),
            "text": outage.text_in(language),
            "when": _when(outage, language),
            "link": f"{settings.PUBLIC_URL}{page}",
        },
    )


def _when(outage: AnnouncedOutage, language: str) -> str:
    with translation.override(language):
        begin, end = (
            formats.date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT") if at else ""
            for at in (outage.from_at, outage.until_at)
        )
        if outage.kind == AnnouncedOutage.Kind.PLANNED:
            return _("planned from %(from)s until %(until)s") % {"from": begin, "until": end}
        return _("since %(from)s") % {"from": begin}
