"""Tickets are found by the words inside their attachments, by those who may read what they came with."""

from __future__ import annotations

import io
import zipfile

from tests.cast import Cast

from dreiklang.kernel.file_text import text_of
from dreiklang.kernel.permissions import Actor, system
from dreiklang.tickets.commands.attaching import Upload
from dreiklang.tickets.commands.conversation import receive_message, write_note
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.jobs import read_files
from dreiklang.tickets.models import AttachmentText
from dreiklang.tickets.queries import search_tickets

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def office(part: str, xml: str | bytes) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(part, xml)
    return whole.getvalue()


def docx(words: str) -> bytes:
    return office("word/document.xml", f"<w:document {W}><w:body><w:p>{words}</w:p></w:body></w:document>")


def pdf(words: str) -> bytes:
    stream = f"BT /F1 12 Tf 72 720 Td ({words}) Tj ET"
    parts = [
        "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        f"<</Length {len(stream)}>>stream\n{stream}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]  # fmt: skip
    whole, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(whole))
        whole += f"{number} 0 obj{part}endobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    start = len(whole)
    whole += f"xref\n0 6\n0000000000 65535 f \n{table}trailer<</Size 6/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
    return whole.encode()


def found(words: str, actor: Actor) -> int:
    return len(search_tickets(words, actor=actor).tickets)


def test_p31_files_are_found_by_who_may_read_the_words_they_came_with(cast: Cast) -> None:
    ticket = open_ticket(cast.rita, actor=system("mail"), subject="Bitte lesen", channel="mail")
    receive_message(
        ticket, actor=system("mail"), author=cast.rita, text="Anbei.",
        attachments=[Upload("bild.pdf", "application/pdf", pdf("Seriennummer K4711X"))],
    )  # fmt: skip
    letter = docx("<w:r><w:t>Kern</w:t></w:r><w:r><w:t>speicher</w:t></w:r>")
    write_note(ticket, actor=cast.actor("alan"), text="Intern.", attachments=[Upload("a.docx", "x/y", letter)])
    assert found("k4711x", cast.actor("alan")) == 0
    read_files(0)
    read_files(0)
    assert [read.outcome for read in AttachmentText.objects.all()] == ["read", "read"]
    assert found("k4711x", cast.actor("rita")) == found("k4711x", cast.actor("alan")) == 1
    assert found("Kernspeicher", cast.actor("alan")) == 1
    assert found("Kernspeicher", cast.actor("rita")) == found("k4711x", cast.actor("zoe")) == 0


def test_p04_bombs_and_broken_files_end_their_child_and_nothing_else() -> None:
    assert text_of("a.txt", "Größe".encode()).text == "Größe"
    assert text_of("a.exe", b"MZ").outcome == text_of("a.zip", office("a", "b")).outcome == "none"
    assert text_of("a.xlsx", office("xl/sharedStrings.xml", "<sst><si><t>Zelle</t></si></sst>")).text == "Zelle"
    assert text_of("a.pdf", b"%PDF-1.4 nothing more").outcome == "broken"
    assert text_of("a.docx", office("word/document.xml", b" " * 70_000_000)).outcome == "broken"
    laughs = "<!DOCTYPE a [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><a><p>&b;</p></a>"
    assert "ha" not in text_of("a.odt", office("content.xml", laughs)).text
    assert text_of("a.docx", docx("x" * 2_000_000), memory_mib=20).outcome != "read"
