"""A mail that came as a file is read in its place: cleaned, in a sandbox, only by those who may have the file."""

from __future__ import annotations

from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.tickets.models import Attachment, Ticket

Browser = Callable[[str], Client]
INNER = (
    "From: Karl <karl@fern.example>\r\nTo: rita@klinikum.example\r\nSubject: Rechnung <b>\r\n"
    "Date: Mon, 23 Nov 2026 09:15:00 +0100\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    "<p>Grüße</p><script>alert(1)</script><img src='//evil.example/x.png'>"
).encode()


def test_p32_a_forwarded_mail_is_read_in_its_place_and_runs_nothing(
    browser: Browser, cast: Cast, ticket: Ticket
) -> None:
    files = [SimpleUploadedFile("weiter.eml", INNER, "message/rfc822"), SimpleUploadedFile("a.txt", b"x", "text/plain")]
    typed = {"text": "Siehe Anhang", "attachments": files}
    notes = f"/desk/tickets/{ticket.number}/notes/"
    assert browser("alan").post(notes, typed, headers={"HX-Request": "true"}).status_code == 200
    mail, other = Attachment.objects.order_by("id")
    at = reverse("desk:forwarded", args=[mail.pk])
    assert at in browser("alan").get(f"/desk/tickets/{ticket.number}/entries/").content.decode()
    answer = browser("alan").get(at)
    page = answer.content.decode()
    assert "Karl &lt;karl@fern.example&gt;" in page
    assert "Rechnung &lt;b&gt;" in page
    assert "<p>Grüße</p>" in page
    assert "alert" not in page
    assert "evil.example" not in page
    assert "sandbox" in answer["Content-Security-Policy"]
    assert browser("alan").get(reverse("desk:forwarded", args=[other.pk])).status_code == 404
    assert browser("zoe").get(at).status_code == 403
    assert browser("victor").get(at).status_code == 404
