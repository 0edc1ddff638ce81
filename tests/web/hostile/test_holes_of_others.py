"""Holes that others had, a named test each, in the classes that can exist here; the rest stand with their rooms.

Elsewhere: mass assignment and file names `tests/api/test_organizations.py`, foreign ids `tests/api`, header injection
P37, formulas P36, redirects `tests/web/sign_in`, rebinding `tests/domain/webhooks`.
"""

from __future__ import annotations

import gzip
import json
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as ours
from django.contrib.auth.hashers import get_hasher
from django.test import Client
from django.urls import reverse
from tests.cast import Cast
from tests.house import source

from dreiklang.channels.mail.inbound.parsing.html_text import text_from_html
from dreiklang.channels.mail.inbound.parsing.replies import split_reply
from dreiklang.channels.monitoring.commands import make_source
from dreiklang.kernel.html_cleaning import clean_html
from dreiklang.kernel.models import JournalLine
from dreiklang.kernel.permissions import system
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.queries.conditions import understood
from dreiklang.tickets.rules.conditions import Mistake

SYSTEM = system("test")


def conditions(text: str) -> None:
    """Read conditions; what cannot be read is refused, quickly."""
    try:
        understood(text, actor=SYSTEM)
    except Mistake:
        return


#: Texts on which patterns of others ran for minutes (CVE-2021-36093, CVE-2024-48938, CVE-2014-9472).
STICKY = {
    "blanks": " " * 50_000 + "x",
    "marks": ">" * 20_000 + "\n",
    "quotes": "> " * 10_000 + "x\n" * 200,
    "dashes": "-" * 50_000 + "!",
    "underlines": "_" * 50_000 + " x",
    "wrote": "Am " + "a " * 10_000 + "schrieb",
    "addresses": "<" + "a@" * 20_000,
    "brackets": "(" * 20_000,
    "colons": "a:" * 10_000,
    "commas": "x," * 20_000 + "\n",
    "links": "http://" * 5_000,
    "newlines": "\n" * 20_000 + "x",
    "open tags": "<a " * 10_000,
    "comments": "<!--" * 10_000,
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(STICKY))
@pytest.mark.parametrize("reader", [split_reply, text_from_html, clean_html, conditions])
def test_no_text_keeps_a_reader_busy(name: str, reader: Callable[[str], Any]) -> None:
    begun = time.process_time()
    reader(STICKY[name])
    assert time.process_time() - begun < 2.0


def test_unknown_names_cost_the_same_hashing_as_known_ones(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CVE-2026-45294 and its like: whoever measures learns nothing about who has an account."""
    account = cast.rita.account
    account.set_password("drei klänge am Morgen")
    account.save()
    hasher, done = type(get_hasher()), []
    for name in ("encode", "verify"):
        real = getattr(hasher, name)

        def counted(self: Any, *more: Any, _real: Any = real, **named: Any) -> Any:
            done.append(1)
            return _real(self, *more, **named)

        monkeypatch.setattr(hasher, name, counted)
    client.post("/sign-in/", {"login": "nobody", "password": "wrong", "next": ""})  # a process's first sets up more
    counts = []
    for login in (account.login, "nobody@klinikum.example", cast.alan.account.login):
        done.clear()
        client.post("/sign-in/", {"login": login, "password": "wrong", "next": ""})
        counts.append(len(done))
    assert len(set(counts)) == 1, counts


def test_a_forged_host_stands_in_no_mailed_link(client: Client, cast: Cast, settings: Any) -> None:
    """Reset poisoning: the link leads to the desk's own address, whatever the request's Host says."""
    settings.ALLOWED_HOSTS = ["*"]
    for header in ({"HTTP_HOST": "evil.example"}, {"HTTP_X_FORWARDED_HOST": "evil.example"}):
        answer = client.post("/sign-in/forgotten/", {"address": "rita@klinikum.example", "next": ""}, **header)
        assert b"evil.example" not in answer.content
    settings.ALLOWED_HOSTS = ["localhost"]
    assert client.post("/sign-in/forgotten/", {"address": "x@y.example"}, HTTP_HOST="evil.example").status_code == 400
    assert "evil.example" not in json.dumps(list(JournalLine.objects.values_list("plain", flat=True)))


def test_two_addresses_in_one_wish_are_not_both_mailed(client: Client, cast: Cast) -> None:
    """CVE-2023-7028: an array of addresses had the link of the first mailed to the second."""
    for body in (
        "address=rita@klinikum.example&address=evil@evil.example",
        "address[]=a@b.example&address=c@d.example",
    ):
        client.post("/sign-in/forgotten/", body, content_type="application/x-www-form-urlencoded")
    said = json.dumps(list(JournalLine.objects.values_list("plain", "beside__words")), default=str)
    assert "evil.example" not in said or "rita@" not in said


def test_a_session_opens_no_api(client: Client, cast: Cast) -> None:
    """A cookie that every site can send along (CSRF) is no token."""
    client.force_login(cast.ada.account)
    for method, path in (("get", "/api/v1/me"), ("post", "/api/v1/tickets"), ("delete", "/api/v1/persons/1/activity")):
        assert client.generic(method.upper(), path, "{}", content_type="application/json").status_code == 401


def test_no_other_site_reads_an_answer(client: Client, cast: Cast) -> None:
    """Cross-origin reads, frames and sniffing: refused on pages and in the API alike, also where an origin asks."""
    for path in ("/sign-in/", "/api/v1/me", "/metrics"):
        answer = client.get(path, headers={"Origin": "https://evil.example"})
        assert "Access-Control-Allow-Origin" not in answer
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_answers_of_the_api_are_kept_by_nobody_between(client: Client, cast: Cast) -> None:
    """Web cache deception: an address that ends like a picture is still an answer for one caller."""
    for path in ("/api/v1/me", "/api/v1/me/x.png", "/api/v1/tickets;.css"):
        assert "no-store" in client.get(path)["Cache-Control"]


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_a_header_changes_no_method(client: Client, cast: Cast, header: str) -> None:
    client.force_login(cast.alan.account)
    ticket = Ticket.objects.count()
    client.get(reverse("sign_in:out"), headers={header: "POST"})
    assert client.session.get("_auth_user_id") == str(cast.alan.account.pk)
    assert Ticket.objects.count() == ticket


def test_an_original_url_in_a_header_leads_nowhere(client: Client, cast: Cast) -> None:
    """``X-Original-URL`` and ``X-Rewrite-URL`` opened pages that a proxy had closed."""
    client.force_login(cast.alan.account)
    for header in ("X-Original-URL", "X-Rewrite-URL"):
        assert (
            b"control"
            not in client.get("/sign-in/", headers={header: "/control/"}).headers.get("Location", "").encode()
        )


@pytest.mark.parametrize("path", ["/static/../../etc/passwd", "/static/..%2f..%2fetc/passwd", "/static//etc/passwd"])
def test_no_path_leads_out_of_the_static_files(client: Client, db: None, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (400, 404)
    assert b"root:" not in answer.content


def test_a_packed_body_is_not_unpacked(client: Client, cast: Cast) -> None:
    """A bomb of a few bytes that becomes gigabytes: bodies are read as they are."""
    found, token = make_source("W", actor=SYSTEM, kind="generic", organization=cast.organizations["clinic"])
    answer = client.post(
        reverse("monitoring", args=[found.key]), gzip.compress(b" " * 10_000_000), content_type="application/json",
        headers={"Authorization": f"Bearer {token}", "Content-Encoding": "gzip"},
    )  # fmt: skip
    assert answer.status_code == 422


def test_nothing_foreign_is_unpacked_or_revived() -> None:
    """XML entities, archives, pickles, YAML: read by nothing but what is named here, and why."""
    allowed = {
        "identities/protocols/saml.py",  # answers of a sign-in service, by a parser without entities and network
        "exchange/rules/archive.py",  # writes what is given out
        "channels/mail/inbound/isolation.py",  # answers of the own child, by a reader that knows only plain values
        "console/archive/writing.py", "console/archive/reading.py", "console/archive/restoring.py",  # own backups
        "kernel/file_text_child.py",  # words of office files, in a child of limited memory and time
        "channels/fax/inbound/pages_child.py",  # pages of a fax, in a child of limited memory and time, TIFF alone
        "console/demo/fax.py",  # draws the demo's own fax, opens nothing
        "knowledge/rules/formats.py",  # archives of articles, with limits of number and size, given by who may write
        "assistance/rules/tables.py",  # a table packed with gzip, named on the command line by its owner
        "assistance/rules/model.py",  # what the desk itself has learned and packed
    }  # fmt: skip
    unpacks = re.compile(
        r"^\s*(?:import|from) (xml|lxml|pickle|marshal|shelve|zipfile|tarfile|gzip|bz2|lzma|yaml|PIL)\b", re.M
    )
    found = {
        source.place(file).removeprefix("src/dreiklang/")
        for file in source.modules()
        if unpacks.search(file.read_text("utf-8"))
    }
    assert found <= allowed, found - allowed
    assert ours.SESSION_SERIALIZER == "django.contrib.sessions.serializers.JSONSerializer"
