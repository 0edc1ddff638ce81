"""What the desk holds about somebody: all of theirs, no word of others, for whoever asked, for a week."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from zipfile import ZipFile

import pytest
from tests.cast import Cast
from tests.domain.automation.conftest import work_off

from dreiklang.exchange.commands.disclosing import ask_disclosure, fetch_disclosure, forget_expired
from dreiklang.exchange.models import Disclosure
from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotAllowed, NotFound, WrongState
from dreiklang.kernel.models import JournalLine
from dreiklang.kernel.permissions import system
from dreiklang.tickets.commands.attaching import Upload
from dreiklang.tickets.commands.conversation import receive_message, write_note
from dreiklang.tickets.commands.opening import open_with_message
from dreiklang.tickets.models import Ticket

SECRET = "Der Chef hat es kaputt gemacht"


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    file = Upload("../../foto.png", "image/png", b"\x89PNG\r\n\x1a\n" + b"0" * 40)
    made = open_with_message(
        cast.rita, actor=system("mail"), text="<script>Es druckt nicht.</script>", subject="Drucker", attachments=[file]
    )
    write_note(made, actor=cast.actor("alan"), text=SECRET)
    other = open_with_message(cast.karl, actor=system("mail"), text="Karls Geheimnis", subject="Karl")
    receive_message(other, actor=system("mail"), author=cast.rita, text="Ritas Wort bei Karl")
    return made


def made(cast: Cast, asked: Disclosure, who: str) -> dict[str, bytes]:
    work_off()
    asked.refresh_from_db()
    with ZipFile(io.BytesIO(fetch_disclosure(asked, actor=cast.actor(who)))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_one_gets_all_of_ones_own_and_no_word_from_inside(cast: Cast, ticket: Ticket) -> None:
    parts = made(cast, ask_disclosure(cast.rita, actor=cast.actor("rita")), "rita")
    whole = b"".join(parts.values()).decode(errors="replace")
    assert SECRET not in whole
    assert "Karls Geheimnis" not in whole
    told = json.loads(parts["person.json"])
    assert [t["number"] for t in told["tickets"]] == [ticket.number]
    assert told["words_elsewhere"][0]["text"] == "Ritas Wort bei Karl"
    assert f"files/{ticket.number}/foto.png" in parts
    assert b"<script>" not in parts["index.html"]
    assert set(parts) >= {"index.html", "person.json", "tickets.csv"}
    codes = set(
        JournalLine.objects.filter(subject_kind="person", subject_id=cast.rita.pk).values_list("code", flat=True)
    )
    assert {"disclosure.asked", "disclosure.made", "disclosure.fetched"} <= codes


def test_notes_come_only_if_the_controller_chose_so(cast: Cast, ticket: Ticket) -> None:
    parts = made(cast, ask_disclosure(cast.rita, actor=cast.actor("ada"), with_inside=True), "ada")
    assert SECRET in parts["person.json"].decode()
    with pytest.raises(NotAllowed):
        ask_disclosure(cast.rita, actor=cast.actor("rita"), with_inside=True)


def test_nobody_fetches_what_somebody_else_asked_for_and_nothing_after_a_week(cast: Cast, ticket: Ticket) -> None:
    for stranger in ("zoe", "alan", "max", "eve", "victor"):
        with pytest.raises(NotAllowed):
            ask_disclosure(cast.rita, actor=cast.actor(stranger))
    asked = ask_disclosure(cast.rita, actor=cast.actor("ada"))
    with pytest.raises(WrongState):
        ask_disclosure(cast.rita, actor=cast.actor("ada"))
    made(cast, asked, "ada")
    for other in ("rita", "max", "zoe"):
        with pytest.raises(NotFound):
            fetch_disclosure(asked, actor=cast.actor(other))
    with clock.standing_at(clock.now() + timedelta(days=8)):
        with pytest.raises(NotFound):
            fetch_disclosure(asked, actor=cast.actor("ada"))
        assert forget_expired(actor=system("schedule")) == 1
