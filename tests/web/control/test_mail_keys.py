"""Keys for encrypted mail: given in control, never shown, used at the gate, taken away again."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.cast import Cast
from tests.certificates import owned_by
from tests.rules.channels.test_sealed import ENTITY, enveloped

from dreiklang.channels.gate.commands import take_in
from dreiklang.channels.models import Mailbox, MailKey
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import system
from dreiklang.tickets.models import Message

AT = "/control/mailboxes/keys/"


def signed_in(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.persons[name].account, backend="dreiklang.accounts.backends.PasswordBackend")
    return client


def test_p39_a_key_opens_what_comes_in_is_never_shown_and_can_be_destroyed(cast: Cast) -> None:
    Mailbox.objects.create(address="desk@haus.example", name="Service Desk", made_at=clock.now(), is_catch_all=True)
    ada, mine = signed_in(cast, "ada"), owned_by("desk@haus.example")
    raw = enveloped(mine.encrypted(ENTITY), "enveloped-data")
    take_in(raw, actor=system("mail"))
    assert [(m.seal, m.text) for m in Message.objects.all()] == [("encrypted", "")]
    assert signed_in(cast, "alan").get(AT).status_code == 403
    packed = mine.as_pkcs12(b"Kiel")
    wrong = ada.post(AT, {"file": SimpleUploadedFile("desk.p12", packed), "password": "Bonn"})
    assert "das Passwort öffnet sie nicht" in wrong.content.decode()
    assert ada.post(AT, {"file": SimpleUploadedFile("desk.p12", packed), "password": "Kiel"}).status_code == 302
    again = ada.post(AT, {"file": SimpleUploadedFile("desk.pem", mine.as_pem())})
    assert "Diesen Schlüssel hat der Desk schon." in again.content.decode()
    page = ada.get(AT).content.decode()
    assert "desk@haus.example" in page
    assert "PRIVATE KEY" not in page
    take_in(raw.replace(b"Befund", b"Befund 2"), actor=system("mail"))
    message = Message.objects.order_by("-id")[0]
    assert (message.seal, message.text) == ("decrypted", "Grüße aus Köln")
    shown = signed_in(cast, "alan").get(f"/desk/tickets/{message.ticket.number}/").content.decode()
    assert "kam verschlüsselt" in shown
    assert ada.post(f"{AT}{MailKey.objects.get().pk}/").status_code == 302
    assert not MailKey.objects.exists()
