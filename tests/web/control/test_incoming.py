"""What came in: the original as text, and a way out for what was taken for a machine's words."""

from __future__ import annotations

from django.test import Client
from tests.cast import Cast
from tests.mails import mail

from dreiklang.channels.gate.commands import take_in
from dreiklang.channels.models import Held, Incoming, Mailbox
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import system
from dreiklang.tickets.models import Ticket


def browser(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.persons[name].account)
    return client


def test_a_mail_that_was_only_stored_is_looked_at_and_shown_to_level_one(cast: Cast) -> None:
    Mailbox.objects.create(address="desk@haus.example", name="Service Desk", made_at=clock.now(), is_catch_all=True)
    raw = mail(text="<script>alert(1)</script>", headers={"Auto-Submitted": "auto-replied"})
    kept = take_in(raw, actor=system("mail"))
    assert (kept.outcome, Ticket.objects.count()) == ("ignored", 0)
    at, ada = f"/control/incoming/{kept.incoming_id}/", browser(cast, "ada")
    source = ada.get(f"{at}source/")
    assert source["Content-Type"] == "text/plain; charset=utf-8"
    assert "sandbox" in source["Content-Security-Policy"]
    assert b"Auto-Submitted: auto-replied" in source.content
    assert browser(cast, "alan").get(f"{at}source/").status_code == 403
    assert browser(cast, "alan").post(f"{at}level-1/").status_code == 403
    assert "Der Stufe 1 zeigen" in ada.get(at).content.decode()
    assert ada.post(f"{at}level-1/").status_code == 302
    held = Held.objects.get()
    assert (held.reason, held.sender_address, held.settlement) == ("asked_for", "rita@klinikum.example", "")
    assert Incoming.objects.get().outcome == "held"
    assert "Stufe 1 wurde gebeten, sie anzusehen" in ada.get(at).content.decode()
    again = ada.post(f"{at}level-1/", follow=True).content.decode()
    assert "Nur eine Mail, die bloß aufbewahrt wurde" in again
    assert Held.objects.count() == 1
