"""The fax line of the demo desk, and a fax of this morning: two pages, from a practice whose number nobody knows."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from io import BytesIO

from dreiklang.channels.fax.commands import make_line, read_fax
from dreiklang.channels.fax.models import Fax
from dreiklang.channels.gate.commands import take_in
from dreiklang.console.demo.mails import ADDRESS, MAIL
from dreiklang.console.demo.world import SETUP, World
from dreiklang.kernel import clock

GATEWAY = "fax@gateway.example"
PAGES = (
    ("Bestätigung Wartungstermin", "", "Sehr geehrte Damen und Herren,", "",
     "die Wartung der Medikamentenschränke im 3. Stock", "findet am Donnerstag von 7 bis 9 Uhr statt.",
     "Bitte schalten Sie in dieser Zeit den Alarm ab.", "", "Anlage: Liste der Schränke"),
    ("Anlage: Liste der Schränke", "", "3.104   Schrank A   links der Tür", "3.110   Schrank B",
     "3.121   Schrank C   Schlüssel am Empfang"),
)  # fmt: skip


def deliver_fax(world: World, now: datetime) -> None:
    """Open a line, and let its gateway send a fax."""
    make_line(
        "Fax", actor=SETUP, organization=world.organizations["talwerk"], team=world.teams["desk"], area_code="7071",
        gateway=GATEWAY, answers_to="{digits}@gateway.example",
    )  # fmt: skip
    at = now - timedelta(minutes=7)
    with clock.standing_at(at):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = GATEWAY, ADDRESS, "Neues Fax von +49 7071 555 0199"
        mail["Date"] = format_datetime(at)
        mail.set_content("Sie haben ein Fax erhalten.\n")
        mail.add_attachment(_tiff(), maintype="image", subtype="tiff", filename="fax.tif")
        take_in(mail.as_bytes(), mailbox=ADDRESS, door="lmtp", actor=MAIL)
        for fax in Fax.objects.filter(state=Fax.State.WAITING):
            read_fax(fax.pk, actor=SETUP)


def _tiff() -> bytes:
    """As fax machines send it: black or white, 204 × 98 dots an inch, packed by Group 4 (ITU-T T.6)."""
    from PIL import Image, ImageDraw, ImageFont

    made = []
    for lines in PAGES:
        page = Image.new("L", (1728, 2292), 255)
        drawing, font = ImageDraw.Draw(page), ImageFont.load_default(44)
        for number, line in enumerate(lines):
            drawing.text((190, 240 + 70 * number), line, fill=0, font=font)
        made.append(page.resize((1728, 1146)).point(lambda grey: 255 if grey > 150 else 0).convert("1"))
    kept = BytesIO()
    made[0].save(kept, "TIFF", save_all=True, append_images=made[1:], compression="group4", dpi=(204, 98))
    return kept.getvalue()
