"""Making mails for tests, byte by byte as they would come."""

from __future__ import annotations

import itertools
from email.message import EmailMessage
from email.utils import format_datetime

from dreiklang.kernel import clock

_counted = itertools.count(1)


def mail(
    sender: str = "Rita Weber <rita@klinikum.example>",
    *,
    to: str = "desk@haus.example",
    subject: str = "Drucker druckt nicht",
    text: str = "Guten Tag,\n\nder Drucker auf Station 3 druckt nicht mehr.\n\nRita Weber\n",
    message_id: str | None = None,
    headers: dict[str, str] | None = None,
    attachments: tuple[tuple[str, str, bytes], ...] = (),
) -> bytes:
    """The bytes of a mail. ``headers`` adds any header; ``message_id`` stands without brackets, '' leaves it out."""
    made = EmailMessage()
    if sender:
        made["From"] = sender
    made["To"] = to
    made["Subject"] = subject
    made["Date"] = format_datetime(clock.now())
    if message_id is None:
        message_id = f"test-{next(_counted)}@klinikum.example"
    if message_id:
        made["Message-ID"] = f"<{message_id}>"
    for name, value in (headers or {}).items():
        made[name] = value
    made.set_content(text)
    for filename, content_type, content in attachments:
        maintype, _slash, subtype = content_type.partition("/")
        made.add_attachment(content, maintype=maintype, subtype=subtype, filename=filename)
    return made.as_bytes()


def dmarc_pass(domain: str = "klinikum.example", authserv_id: str = "mx.haus.example") -> dict[str, str]:
    """What our own mail server writes when the From domain is proven."""
    return {"Authentication-Results": f"{authserv_id}; dmarc=pass (p=reject) header.from={domain}"}
