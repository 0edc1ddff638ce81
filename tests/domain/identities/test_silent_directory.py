"""A directory that is off or silent: own passwords go on, nobody waits for it twice, administrators read why."""

from __future__ import annotations

import socket
import time

import pytest
from django.test import Client
from tests.cast import Cast

from dreiklang.identities.commands import sources
from dreiklang.identities.models import Source
from dreiklang.identities.protocols import ldap
from dreiklang.insight.queries.troubles import troubles_of_services
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import system


@pytest.mark.parametrize("is_silent", [False, True])
def test_p44_a_directory_that_does_not_answer_holds_nobody_up(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch, is_silent: bool
) -> None:
    monkeypatch.setenv("DREIKLANG_OUTGOING_ALLOW", "127.0.0.1")
    monkeypatch.setattr(ldap, "SILENT", 1)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        if not is_silent:
            server.close()
        sources.make_source(
            "ldap", "directory", actor=system("test"), name="Verzeichnis", is_active=True, confirms_by_mail=False,
            mail_domains=["klinikum.example"], host="127.0.0.1", port=port, tls="none",
            bind_dn="cn=desk,dc=x", secret="x", base="dc=x", user_filter="(objectClass=person)", name_attribute="cn",
        )  # fmt: skip
        spent = []
        for _try in range(2):
            begun = time.monotonic()
            assert client.post("/sign-in/", {"login": "someone@klinikum.example", "password": "x"}).status_code == 422
            spent.append(time.monotonic() - begun)
    assert max(spent) < 5
    (trouble,) = troubles_of_services()
    assert (trouble.code, trouble.page) == ("sign_in_service", "source")
    assert trouble.sentence.startswith("Verzeichnis: ")
    source = Source.objects.get()
    assert source.rests_until > clock.now(), "so the next ones do not wait for it"
