"""Faxes come: by the mails of a gateway, from a fax server; their pages are seen, whatever the file holds."""

from __future__ import annotations

import struct
from email.message import EmailMessage
from io import BytesIO

import pytest
from PIL import Image, ImageDraw
from tests.cast import Cast, make_cast

from dreiklang.channels.fax.commands import change_line, make_line, read_fax, take_fax
from dreiklang.channels.fax.inbound.pages import pages_of
from dreiklang.channels.fax.models import Fax, Line
from dreiklang.channels.fax.rules import number_in
from dreiklang.channels.gate.commands import take_in
from dreiklang.channels.mail.settings.commands import make_mailbox
from dreiklang.channels.models import Incoming
from dreiklang.kernel import files
from dreiklang.kernel.errors import Invalid, WrongState
from dreiklang.kernel.permissions import system
from dreiklang.organizations.commands.persons import change_person
from dreiklang.tickets.commands.attaching import Upload
from dreiklang.tickets.models import Attachment, Message, Note, Ticket

pytestmark = pytest.mark.django_db
FAX = system("fax")
GATEWAY = "fax@gateway.example"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def line(cast: Cast) -> Line:
    """A line whose gateway writes to the desk's mailbox; Rita's number is known."""
    make_mailbox("desk@haus.example", name="Service Desk", team=cast.teams["desk"], is_catch_all=True, actor=FAX)
    change_person(cast.rita, actor=FAX, phones=["07071 4711"])
    made, _token = make_line(
        "Zentrale", actor=FAX, organization=cast.organizations["house"], area_code="7071", gateway=GATEWAY,
        answers_to="{digits}@gateway.example",
    )  # fmt: skip
    return made


def fax_file(pages: int = 2, kind: str = "TIFF", size: tuple[int, int] = (432, 275)) -> bytes:
    """A real fax: black on white, as fax machines pack it."""
    made = []
    for number in range(pages):
        page = Image.new("1", size, 1)
        ImageDraw.Draw(page).text((20, 20), f"Seite {number + 1}", fill=0)
        made.append(page)
    kept = BytesIO()
    packed = {"compression": "group4", "dpi": (204, 98)} if kind == "TIFF" else {}
    made[0].save(kept, kind, save_all=True, append_images=made[1:], **packed)
    return kept.getvalue()


def by_mail(content: bytes, subject: str = "Neues Fax von 07071/4711", sender: str = GATEWAY, **headers: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "desk@haus.example", subject
    mail["Auto-Submitted"] = "auto-generated"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("Sie haben ein Fax erhalten.")
    if content:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename="fax.tif")
    return mail.as_bytes()


def settled(raw: bytes) -> Ticket:
    outcome = take_in(raw, mailbox="desk@haus.example", actor=system("mail"))
    assert outcome.outcome == "opened", outcome
    return Ticket.objects.get(number=outcome.ticket)


def pictures(ticket: Ticket) -> list[Attachment]:
    return list(Attachment.objects.filter(ticket=ticket, content_type="image/png").order_by("id"))


def test_a_mailed_fax_opens_a_ticket_of_whoever_has_the_number_and_shows_its_pages(cast, line):
    content = fax_file(pages=2)
    ticket = settled(by_mail(content))
    assert (ticket.requester, ticket.channel, ticket.level) == (cast.rita, "fax", 1)
    fax = Fax.objects.get()
    assert (fax.number, fax.door, fax.ticket) == ("+4970714711", "mail", ticket)
    assert read_fax(fax.pk, actor=FAX).state == "read"
    message = Message.objects.get(ticket=ticket)
    assert (message.author, message.source_id) == (cast.rita, Incoming.objects.get().pk)
    original = message.attachments.order_by("id").first()
    assert (files.read(original.file.sha256), original.content_type) == (content, "image/tiff")
    shown = pictures(ticket)
    assert [one.message for one in shown] == [message, message]
    with Image.open(BytesIO(files.read(shown[0].file.sha256))) as picture:  # as high as it is on paper
        assert picture.size == (432, 572)
    assert read_fax(fax.pk, actor=FAX) is None
    assert len(pictures(ticket)) == 2


def test_a_pdf_from_a_number_nobody_has_belongs_to_the_lines_own_person(line):
    ticket = settled(by_mail(fax_file(kind="PDF"), "Fax", X_Fax_Number="+49 30 901820"))
    assert (ticket.requester, ticket.subject) == (line.person, "Fax von +49 30 901820")
    message = Message.objects.get(ticket=ticket)
    assert (message.author, message.author_name) == (None, "+49 30 901820")
    assert read_fax(Fax.objects.get().pk, actor=FAX).shown == 2


def test_mails_that_are_no_fax_go_the_way_of_every_mail(line):
    report = by_mail(b"", "Sendebericht")
    assert take_in(report, mailbox="desk@haus.example", actor=system("mail")).reason != "fax"
    stranger = by_mail(fax_file(), sender="wer@fremd.example")
    assert take_in(stranger, mailbox="desk@haus.example", actor=system("mail")).reason != "fax"
    change_line(line, actor=FAX, is_active=False)
    off = by_mail(fax_file(), "Noch ein Fax")
    assert take_in(off, mailbox="desk@haus.example", actor=system("mail")).reason != "fax"
    assert not Fax.objects.exists()
    assert Incoming.objects.count() == 3


def test_p05_the_same_fax_twice_is_one_ticket(line):
    content = fax_file()
    first, second = (take_fax(line, [Upload("f.tif", "", content)], actor=FAX, number="0301234") for _ in "ab")
    assert (first[1], second[1]) == (True, False)
    assert first[0] == second[0]
    mailed = fax_file(kind="PDF")
    settled(by_mail(mailed))
    again = take_in(by_mail(mailed, "Neues Fax von 0"), mailbox="desk@haus.example", actor=FAX)
    assert (again.outcome, again.reason) == ("joined", "same_fax")
    assert Ticket.objects.count() == 2


def test_a_fax_of_400_pages_shows_the_first_fifty_and_says_so(line):
    content = fax_file(pages=400, size=(64, 40))
    fax, _new = take_fax(line, [Upload("lang.tif", "", content)], actor=FAX)
    fax = read_fax(fax.pk, actor=FAX)
    assert (fax.state, fax.pages, fax.shown) == ("part", 400, 50)
    assert "400" in Note.objects.get(ticket=fax.ticket).text
    original = Attachment.objects.get(ticket=fax.ticket, content_type="image/tiff")
    assert files.read(original.file.sha256) == content


@pytest.mark.parametrize("broken", [b"II*\0broken", b"%PDF-1.7\nbroken"])
def test_p34_a_broken_file_is_a_ticket_all_the_same(line, broken):
    fax, _new = take_fax(line, [Upload("f.tif", "", broken)], actor=FAX, number="anonymous")
    fax = read_fax(fax.pk, actor=FAX)
    assert (fax.state, fax.number) == ("broken", "")
    assert Note.objects.filter(ticket=fax.ticket).count() == 1
    assert not pictures(fax.ticket)


def as_high_as(tiff: bytes, rows: int) -> bytes:
    """A TIFF of one row that says of itself that it has more (tag 257, ImageLength, in a little-endian file)."""
    (at,) = struct.unpack_from("<I", tiff, 4)
    (count,) = struct.unpack_from("<H", tiff, at)
    for place in range(at + 2, at + 2 + 12 * count, 12):
        if struct.unpack_from("<H", tiff, place) == (257,):
            return tiff[: place + 2] + struct.pack("<HII", 4, 1, rows) + tiff[place + 12 :]
    raise AssertionError("no ImageLength")


def test_p34_a_page_of_too_many_dots_ends_its_child_and_nothing_else(record_property):
    kept = BytesIO()
    Image.new("1", (50_000, 1), 1).save(kept, "TIFF", compression="group4")
    bomb = as_high_as(kept.getvalue(), 50_000)
    found = pages_of(bomb)
    assert (found.pictures, found.outcome in ("broken", "limits")) == ((), True)
    record_property("figure", f"a TIFF of 50,000 × 50,000 dots in {len(bomb):,} bytes: refused")


def test_what_is_no_fax_and_a_line_that_is_off_are_refused(line):
    with pytest.raises(Invalid):
        take_fax(line, [Upload("f.txt", "", b"hello")], actor=FAX)
    off = change_line(line, actor=FAX, is_active=False)
    with pytest.raises(WrongState):
        take_fax(off, [Upload("f.tif", "", fax_file())], actor=FAX)
    with pytest.raises(Invalid) as wrong:
        change_line(line, actor=FAX, answers_to="fax@gateway.example", gateway="nobody")
    assert set(wrong.value.fields) == {"answers_to", "gateway"}


@pytest.mark.parametrize(
    ("subject", "sender", "number"),
    [
        ("Fax von 07071123456", "box@fritz.example", "07071123456"),
        ("Neues Fax von +49 7071 123456", "fax@sipgate.example", "+49 7071 123456"),
        ("facsimile received from +1 415 555 0100", "fax@hylafax.example", "+1 415 555 0100"),
        ("Fax vom 26.11.2026: 0221/4710110 (2 Seiten)", "fax@x.example", "0221/4710110"),
        ("Fax 01-02-2026", "4970712222@fax.example", "4970712222"),
        ("Ein Fax ist da", "fax@x.example", ""),
    ],
)
def test_numbers_are_read_where_gateways_write_them(subject, sender, number):
    assert number_in(subject, (), sender) == number


def test_a_header_says_more_than_the_subject():
    assert number_in("Fax von 07071 1", [("x-fax-callerid", "+4930901820")], "") == "+4930901820"
