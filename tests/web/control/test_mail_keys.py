"""Keys for encrypted mail: given in control, never shown, used at the gate, taken away again."""

import pysequoia
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.cast import Cast
from tests.certificates import PEM, owned_by
from tests.rules.channels.test_sealed import ENTITY, HEAD, enveloped

from dreiklang.channels.gate.commands import take_in
from dreiklang.channels.models import KnownSigner, Mailbox, MailKey
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import system
from dreiklang.tickets.models import Message

AT = "/control/mailboxes/keys/"
CAME = "/control/incoming/"


def signed_in(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.persons[name].account, backend="dreiklang.accounts.backends.PasswordBackend")
    return client


def test_p39_a_key_opens_what_comes_in_is_never_shown_and_can_be_destroyed(cast: Cast) -> None:
    Mailbox.objects.create(address="desk@haus.example", name="Service Desk", made_at=clock.now(), is_catch_all=True)
    ada, mine = signed_in(cast, "ada"), owned_by("desk@haus.example")
    raw = enveloped(mine.encrypted(ENTITY), "enveloped-data")
    closed = take_in(raw, actor=system("mail"))
    assert [(m.seal, m.text) for m in Message.objects.all()] == [("encrypted", "")]
    assert "Kein Schlüssel" in ada.post(f"{CAME}{closed.incoming_id}/opening/", follow=True).content.decode()
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
    assert "Mit den Schlüsseln des Desks" in ada.get(f"{CAME}{closed.incoming_id}/").content.decode()
    assert ada.post(f"{CAME}{closed.incoming_id}/opening/").status_code == 302
    first = Message.objects.order_by("id")[0]
    assert (first.seal, first.text, first.attachments.count()) == ("decrypted", "Grüße aus Köln", 1)
    assert "Mit den Schlüsseln des Desks" not in ada.get(f"{CAME}{closed.incoming_id}/").content.decode()
    shown = signed_in(cast, "alan").get(f"/desk/tickets/{first.ticket.number}/entries/").content.decode()
    assert "mit einem später erhaltenen Schlüssel geöffnet" in shown
    assert ada.post(f"{AT}{MailKey.objects.get().pk}/").status_code == 302
    assert not MailKey.objects.exists()


def test_signed_mail_is_checked_against_whom_an_administrator_believes(cast: Cast) -> None:
    Mailbox.objects.create(address="desk@haus.example", name="Service Desk", made_at=clock.now(), is_catch_all=True)
    ada = signed_in(cast, "ada")
    key, mine = pysequoia.Tsk.generate("Rita <rita@klinikum.example>"), pysequoia.Tsk.generate("desk@haus.example")
    raw = sealed_for(mine, ENTITY, by=key)
    assert signed_in(cast, "alan").post(f"{AT}signers/").status_code == 403
    wrong = ada.post(f"{AT}signers/", {"certificate": SimpleUploadedFile("k.asc", str(key).encode())})
    assert "Darin steht ein privater Schlüssel." in wrong.content.decode()
    wrong = ada.post(f"{AT}signers/", {"certificate": SimpleUploadedFile("k.asc", b"nichts")})
    assert "weder ein Zertifikat noch" in wrong.content.decode()
    public = str(key.extract_certificate()).encode()
    assert ada.post(f"{AT}signers/", {"certificate": SimpleUploadedFile("k.asc", public)}).status_code == 302
    again = ada.post(f"{AT}signers/", {"certificate": SimpleUploadedFile("k.asc", public)})
    assert "Der Desk kennt es schon." in again.content.decode()
    assert ada.post(AT, {"file": SimpleUploadedFile("d.asc", str(mine).encode()), "password": ""}).status_code == 302
    page = ada.get(AT).content.decode()
    assert "Rita &lt;rita@klinikum.example&gt;" in page
    assert "PRIVATE" not in page
    take_in(raw, actor=system("mail"))
    message = Message.objects.get()
    assert (message.text, message.seal, message.seal_check) == ("Grüße aus Köln", "decrypted", "valid")
    shown = signed_in(cast, "alan").get(f"/desk/tickets/{message.ticket.number}/").content.decode()
    assert "signiert von Rita &lt;rita@klinikum.example&gt;, unverändert" in shown
    assert ada.post(f"{AT}signers/{KnownSigner.objects.get().pk}/").status_code == 302
    take_in(sealed_for(mine, ENTITY.replace(b"aus", b"von"), by=key), actor=system("mail"))
    later = Message.objects.order_by("-id")[0]
    assert (later.text, later.seal_check) == ("Grüße von Köln", "unknown")
    certificate = owned_by("rita@klinikum.example").certificate.public_bytes(PEM)
    assert ada.post(f"{AT}signers/", {"certificate": SimpleUploadedFile("r.pem", certificate)}).status_code == 302
    assert KnownSigner.objects.get().name == "rita@klinikum.example"


def sealed_for(key: pysequoia.Tsk, entity: bytes, *, by: pysequoia.Tsk) -> bytes:
    sealed = pysequoia.encrypt(entity, [key.extract_certificate()], by.signer())
    head = HEAD + b'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b\r\n\r\n'
    first = b"--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
    return head + first + b"--b\r\nContent-Type: application/octet-stream\r\n\r\n" + sealed + b"\r\n--b--\r\n"
