"""An answer to a fax leaves as a PDF to the gateway, for the number it came from."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from tests.cast import Cast

from dreiklang.channels.fax.commands import make_line, take_fax
from dreiklang.channels.mail.outbound.sending import send_due
from dreiklang.channels.models import Mailbox
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.attaching import Upload
from dreiklang.tickets.commands.conversation import write_message

FAX = system("fax")


@pytest.mark.parametrize(("pattern", "is_fax"), [("{digits}@gateway.example", True), ("", False)])
def test_an_answer_leaves_by_fax_where_the_line_says_how(
    cast: Cast, mailbox: Mailbox, sink, pattern: str, is_fax: bool
) -> None:
    line, _token = make_line(
        "Zentrale", actor=FAX, organization=cast.organizations["house"], answers_to=pattern, answers_subject="PIN 4711"
    )  # fmt: skip
    fax, _new = take_fax(line, [Upload("f.pdf", "", b"%PDF-1.4 x")], actor=FAX, number="+49 30 901820")
    files = [Upload("plan.pdf", "application/pdf", b"%PDF-1.4 y"), Upload("liste.txt", "text/plain", b"z")]
    write_message(fax.ticket, actor=cast.actor("alan"), text="Der Alarm ist aus. #set <b>", attachments=files)
    with clock.standing_at(clock.now() + timedelta(seconds=11)):
        send_due()
    if not is_fax:  # nobody knows an address of the sender: nothing leaves, and the message says so
        assert not sink.taken
        return
    (taken,) = sink.taken
    assert (taken.recipients, taken.mail["Subject"]) == (["4930901820@gateway.example"], "PIN 4711")
    parts = [part for part in taken.mail.walk() if part.get_filename()]
    assert [part.get_filename() for part in parts] == [f"fax-{fax.ticket.number}.pdf", "plan.pdf"]
    words = PdfReader(BytesIO(parts[0].get_payload(decode=True))).pages[0].extract_text()
    assert "+49 30 901820" in words
    assert "Der Alarm ist aus. #set <b>" in words
    assert "Nicht mitgefaxt: liste.txt" in words
