"""A fax server hands faxes over by HTTP: the token opens, what is no fax is refused, nothing comes twice."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from dreiklang.channels.fax.commands import change_line, make_line
from dreiklang.channels.fax.models import Fax, Line
from dreiklang.kernel.permissions import system
from dreiklang.tickets.models import Ticket

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj"
FAX = system("fax")


@pytest.fixture
def made(cast: Cast) -> tuple[Line, str]:
    return make_line("Zentrale", actor=FAX, organization=cast.organizations["house"])


def post(client: Client, made: tuple[Line, str], content: bytes = PDF, token: str = "") -> Any:
    sent = {"file": SimpleUploadedFile("f.pdf", content), "number": "+4930901820"}
    headers = {"Authorization": f"Bearer {token or made[1]}"}
    return client.post(reverse("fax", args=[made[0].key]), sent, headers=headers)


def test_a_fax_server_hands_a_fax_over_once(client: Client, made: tuple[Line, str]) -> None:
    first, again = post(client, made), post(client, made)
    assert (first.status_code, first.json()["new"], again.json()["new"]) == (200, True, False)
    assert Ticket.objects.get().number == first.json()["ticket"]
    assert Fax.objects.get().number == "+4930901820"
    address = reverse("fax", args=[made[0].key]) + "?number=0301"
    headers = {"Authorization": f"Bearer {made[1]}"}
    body = client.post(address, PDF + b"2", content_type="application/pdf", headers=headers)
    assert body.json()["new"] is True


def test_a_wrong_token_no_fax_and_a_line_that_is_off_are_told(client: Client, made: tuple[Line, str]) -> None:
    assert post(client, made, token="dkf_wrong").status_code == 401
    assert post(client, made, b"hello").json()["code"] == "no_fax"
    change_line(made[0], actor=FAX, is_active=False)
    off = post(client, made)
    assert (off.status_code, off.json()["code"]) == (409, "line_off")
    assert not Ticket.objects.exists()
