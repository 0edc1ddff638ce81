"""Brands: made in control, worn by what leaves for the customer, never by what goes to third parties or inside."""

from __future__ import annotations

import base64

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.cast import Cast

from dreiklang.channels.mail.outbound.composing import letter_for
from dreiklang.channels.mail.outbound.letters import Letter
from dreiklang.channels.mail.outbound.models import OutgoingMail
from dreiklang.channels.mail.outbound.queries import mailbox_for
from dreiklang.channels.models import Brand, Mailbox
from dreiklang.kernel import clock
from dreiklang.tickets.commands.conversation import write_message
from dreiklang.tickets.commands.corresponding import write_to_third_party
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import Ticket

AT = "/control/mailboxes/brands/"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def browser(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.persons[name].account)
    return client


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    Mailbox.objects.create(address="desk@haus.example", name="Service Desk", made_at=clock.now())
    return open_ticket(cast.rita, actor=cast.actor("alan"), subject="Drucker", channel="phone")


def last_letter() -> Letter:
    mail = OutgoingMail.objects.select_related("ticket__requester", "said", "correspondence__ticket").latest("id")
    mailbox = mailbox_for(mail.ticket)
    assert mailbox is not None
    return letter_for(mail, mailbox)


def test_a_customers_brand_is_made_worn_and_done_without(cast: Cast, ticket: Ticket) -> None:
    ada = browser(cast, "ada")
    customer = cast.rita.organization
    sent = {"name": "Klinik-IT", "organization": customer.pk, "signature": "Klinikum\nTel. 4711", "colour": "grün"}
    assert browser(cast, "alan").get(AT).status_code == 403
    wrong = ada.post(f"{AT}new/", {**sent, "logo": SimpleUploadedFile("l.svg", b"<svg/>")})
    assert "Eine Farbe wird als #rrggbb" in wrong.content.decode()
    assert "Ein Logo ist ein Bild" in wrong.content.decode()
    good = {**sent, "colour": "#1F6F5C"}
    assert ada.post(f"{AT}new/", {**good, "logo": SimpleUploadedFile("l.png", PNG)}).status_code == 302
    assert "Dieser Kunde hat schon eine Marke" in ada.post(f"{AT}new/", good).content.decode()
    brand = Brand.objects.get()
    assert ada.get(f"{AT}{brand.pk}/logo/").content == PNG
    write_message(ticket, actor=cast.actor("alan"), text="Wir kommen morgen.")
    letter = last_letter()
    assert letter.sender.name.endswith("via Klinik-IT")
    assert letter.text.endswith("\n\nKlinikum\nTel. 4711\n")
    assert "#1f6f5c" in letter.html
    (logo,) = letter.enclosed
    assert f"cid:{logo.content_id}" in letter.html
    assert logo.content == PNG
    write_to_third_party(
        ticket,
        actor=cast.actor("alan"),
        party_name="Victor",
        party_address="victor@druck.example",
        text="Bitte helfen.",
    )
    outside = last_letter()
    assert outside.sender.name.endswith("via Service Desk")
    assert "4711" not in outside.text + outside.html
    typed = {**good, "name": "IT der Klinik", "without_logo": "on", "version": brand.version}
    assert ada.post(f"{AT}{brand.pk}/", typed).status_code == 302
    brand.refresh_from_db()
    assert (brand.name, brand.logo) == ("IT der Klinik", None)
    assert ada.post(f"{AT}{brand.pk}/", typed).status_code in (409, 422)
    assert ada.post(f"{AT}{brand.pk}/removal/").status_code == 302
    write_message(ticket, actor=cast.actor("alan"), text="Noch etwas.")
    assert last_letter().sender.name.endswith("via Service Desk")


def test_a_mailbox_that_wears_a_customers_brand_writes_for_that_customer(cast: Cast, ticket: Ticket) -> None:
    brand = Brand.objects.create(name="Klinik-IT", organization=cast.rita.organization)
    Mailbox.objects.all().delete()
    own = Mailbox.objects.create(address="it@klinik.example", name="IT", brand=brand, made_at=clock.now())
    Mailbox.objects.create(address="desk@haus.example", name="Service Desk", made_at=clock.now())
    assert mailbox_for(ticket) == own
    foreign = open_ticket(cast.zoe, actor=cast.actor("alan"), subject="Presse", channel="phone")
    found = mailbox_for(foreign)
    assert found is not None
    assert found.address == "desk@haus.example"
