"""The page of what goes out: what did not leave is seen, with why, and tried again."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.cast import Cast

from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.channels.mail.outbound.sending import send_due
from dreiklang.channels.models import Mailbox
from dreiklang.kernel import clock
from dreiklang.tickets.commands.conversation import write_message
from dreiklang.tickets.commands.opening import open_ticket


@pytest.fixture
def mailbox(cast: Cast) -> Mailbox:
    return Mailbox.objects.create(address="desk@haus.example", name="Service Desk", made_at=clock.now())


@pytest.fixture
def waiting(cast: Cast, mailbox: Mailbox) -> OutgoingMail:
    """A mail that cannot leave, because no server is named."""
    ticket = open_ticket(cast.rita, actor=cast.actor("alan"), subject="Printer", channel="phone")
    write_message(ticket, actor=cast.actor("alan"), text="Since when?")
    with clock.standing_at(clock.now() + timedelta(seconds=11)):
        send_due()
    return OutgoingMail.objects.get()


def signed_in(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.persons[name].account, backend="dreiklang.accounts.backends.PasswordBackend")
    return client


def test_what_waits_is_shown_with_its_reason(cast: Cast, waiting: OutgoingMail) -> None:
    page = signed_in(cast, "ada").get("/control/outgoing/?state=stuck").content.decode()
    assert "rita@klinikum.example" in page
    assert "kein Postfach nennt einen Ausgangsserver" in page
    assert "Since when?" not in page


def test_it_is_tried_again_at_once(cast: Cast, waiting: OutgoingMail) -> None:
    ada = signed_in(cast, "ada")
    assert ada.post(f"/control/outgoing/{waiting.pk}/attempt/").status_code == 302
    waiting.refresh_from_db()
    assert waiting.leaves_at <= clock.now()
    OutgoingMail.objects.update(state="sent")
    assert ada.post(f"/control/outgoing/{waiting.pk}/attempt/").status_code == 409
    assert ada.post("/control/outgoing/999999/attempt/").status_code == 404


def test_only_administrators_see_it(cast: Cast, waiting: OutgoingMail) -> None:
    for name in ("alan", "max", "victor", "zoe"):
        client = signed_in(cast, name)
        assert client.get("/control/outgoing/").status_code == 403
        assert client.post(f"/control/outgoing/{waiting.pk}/attempt/").status_code == 403
        assert client.post(f"/control/mailboxes/{Mailbox.objects.get().pk}/test-mail/").status_code == 403


def test_the_demo_says_where_its_mails_are(cast: Cast, settings) -> None:
    settings.OUTBOX_FILES = True
    assert str(settings.HOME / "outbox") in signed_in(cast, "ada").get("/control/outgoing/").content.decode()


def test_a_test_mail_goes_to_who_asks_and_says_what_is_wrong(cast: Cast, mailbox: Mailbox, settings, tmp_path) -> None:
    ada, where = signed_in(cast, "ada"), f"/control/mailboxes/{mailbox.pk}/test-mail/"
    page = ada.post(where, follow=True).content.decode()
    assert "kein Postfach nennt einen Ausgangsserver" in page
    settings.OUTBOX_FILES, settings.HOME = True, tmp_path
    page = ada.post(where, {"to": "victim@elsewhere.example"}, follow=True).content.decode()
    assert "ada@haus.example" in page
    (file,) = (tmp_path / "outbox").iterdir()
    assert b"To: ada@haus.example" in file.read_bytes()
    assert b"victim" not in file.read_bytes()


def test_held_mails_are_decided_about_one_by_one_or_all_at_once(cast: Cast, waiting: OutgoingMail) -> None:
    ada, one = signed_in(cast, "ada"), f"/control/outgoing/{waiting.pk}/decision/"
    OutgoingMail.objects.update(state="held", reason="former_life")
    page = ada.get("/control/outgoing/?state=held").content.decode()
    assert "rita@klinikum.example" in page
    assert "Alle beiseitelegen" in page
    assert ada.post(one, {"deed": "burn"}).status_code == 422
    assert signed_in(cast, "alan").post(one, {"deed": "release"}).status_code == 403
    assert ada.post(one, {"deed": "release"}).status_code == 302
    assert ada.post(one, {"deed": "release"}).status_code == 409
    OutgoingMail.objects.update(state="held", reason="former_life")
    assert ada.post("/control/outgoing/decision/", {"deed": "set_aside"}).status_code == 302
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == ("dropped", "set_aside")
    assert "Alle beiseitelegen" not in ada.get("/control/outgoing/").content.decode()
