"""Signing in by SAML 2.0: what opens the desk, and wrapped, replayed, borrowed and aged answers that must not."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from tests import saml as fake
from tests.cast import Cast

from dreiklang.identities.commands import sources
from dreiklang.identities.models import Arrival, Identity, Source
from dreiklang.identities.protocols import trying
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.permissions import system

DESK = system("test")
SERVICE = fake.Service()
DSIG = "http://www.w3.org/2000/09/xmldsig#"


@pytest.fixture
def source(cast: Cast) -> Source:
    """The service as an administrator set it up."""
    return sources.make_source(
        "saml", "idp", actor=DESK, name="Klinik-Login", is_active=True, confirms_by_mail=False,
        mail_domains=["klinikum.example"], entity_id=fake.ENTITY, sso_url="https://idp.example/sso",
        certificates=SERVICE.pem, mail_attribute="mail",
    )  # fmt: skip


def question(client: Client) -> str:
    """Where the browser is sent."""
    return client.get("/sign-in/with/idp/?next=/portal/").headers["Location"]


def arrived(client: Client, document: str) -> HttpResponse:
    """The service's page posts an answer, without our cookies; the browser goes on where it is sent."""
    posted = Client(enforce_csrf_checks=True).post("/sign-in/with/idp/answer/", {"SAMLResponse": fake.sent(document)})
    return client.get(urlsplit(posted.headers["Location"]).path) if posted.status_code == 302 else posted


def is_in(client: Client) -> bool:
    """Whether somebody is signed in there."""
    return client.get("/sign-in/account/").status_code == 200


@pytest.mark.parametrize("whole", [False, True])
def test_a_signed_answer_to_our_question_comes_in(cast: Cast, source: Source, client: Client, whole: bool) -> None:
    answer = arrived(client, SERVICE.answer(question(client), whole=whole))
    assert answer.headers["Location"] == "/portal/"
    assert is_in(client)
    assert Identity.objects.get().account == cast.rita.account


def test_p24_an_answer_that_does_not_hold_opens_nothing(source: Source, client: Client) -> None:
    now = datetime.now(UTC)
    wrong = {
        "another audience": {"audience": "https://other.example"}, "another issuer": {"issuer": "https://evil.example"},
        "another recipient": {"back": "https://other.example/"},
        "another destination": {"destination": "https://x.example"},
        "over": {"ends": fake.at(now - timedelta(minutes=5))},
        "not yet": {"begins": fake.at(now + timedelta(minutes=5))},
        "no moment": {"ends": "soon"}, "another question": {"answers": "_other"}, "no question": {"answers": ""},
        "not successful": {"status": "urn:oasis:names:tc:SAML:2.0:status:Responder"}, "no subject": {"subject": ""},
        "a name for today": {"format": "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"},
        "another domain": {"mail": "rita@evil.example"}, "no address": {"mail": ""},
    }  # fmt: skip
    for how, said in wrong.items():
        assert arrived(client, SERVICE.answer(question(client), **said)).status_code == 403, how
    stranger = fake.Service()
    assert arrived(client, stranger.answer(question(client))).status_code == 403, (
        "another's key, its certificate inside"
    )
    assert arrived(client, SERVICE.answer(question(client), signed=False)).status_code == 403
    changed = SERVICE.answer(question(client)).replace("u-rita", "u-karl")
    assert arrived(client, changed).status_code == 403
    for junk in ("", "<", "<a/>", "x" * 100, '<!DOCTYPE p [<!ENTITY e "e">]>' + SERVICE.answer(question(client))):
        assert arrived(client, junk).status_code == 403
    assert not is_in(client)
    assert not Identity.objects.exists()


def test_p24_a_wrapped_signature_covers_nothing_but_itself(source: Source, client: Client) -> None:
    # the known ways to move a signed part aside and let a forged one be read (XSW 1 to 8)
    def ways(document: str, whole: bool) -> dict[str, str]:
        evil = fake.forged(document).replace('ID="_', 'ID="_evil', 1)
        inner = re.search(r"<a:Assertion.*</a:Assertion>", document, re.S)[0]  # type: ignore[index]
        same = fake.forged(document)
        wrapped = {
            "before": document.replace(inner, evil + inner), "after": document.replace(inner, inner + evil),
            "same name before": document.replace(inner, same + inner),
            "same name after": document.replace(inner, inner + same),
            "inside the forged one": document.replace(inner, evil.replace("</a:Assertion>", inner + "</a:Assertion>")),
            "in its advice": document.replace(
                inner, evil.replace("<a:Subject>", f"<a:Advice>{inner}</a:Advice><a:Subject>")
            ),
            "in an extension": document.replace(inner, evil).replace(
                "<p:Status>", f"<p:Extensions>{inner}</p:Extensions><p:Status>"
            ),
            "in the signature's object": re.sub(
                r"</(\w+:)?Signature>", lambda end: f"<d:Object xmlns:d='{DSIG}'>{evil}</d:Object>{end[0]}",
                document, count=1,
            ),
        }  # fmt: skip
        if whole:
            bare = re.sub(r"<(\w+:)?Signature .*?</(\w+:)?Signature>", "", document, flags=re.S)
            shell = bare.replace(inner, evil).replace('ID="_r', 'ID="_evilr', 1)
            wrapped["a whole answer inside"] = shell.replace(
                "<p:Status>", f"<p:Extensions>{document}</p:Extensions><p:Status>"
            )
        return wrapped

    for whole in (False, True):
        for how, document in ways(SERVICE.answer(question(client), whole=whole), whole).items():
            assert "u-karl" in document, how
            assert arrived(client, document).status_code == 403, (how, whole)
    assert not is_in(client)
    assert not Identity.objects.exists()


def test_p24_a_comment_cuts_no_name_short(source: Source, client: Client) -> None:
    # CVE-2017-11427 and its kin: admin@klinikum.example<!---->.evil.example
    document = SERVICE.answer(question(client), mail="rita@klinikum.example.evil.example")
    assert arrived(client, document.replace("example.evil", "example<!-- -->.evil")).status_code == 403
    assert not is_in(client)


def test_p24_an_answer_works_once_and_only_where_it_was_asked_for(source: Source, client: Client) -> None:
    document = SERVICE.answer(question(client))
    victim = Client()
    question(victim)
    assert arrived(victim, document).status_code == 403, "the browser had asked another question"
    assert arrived(client, document).status_code == 403, "and the answer is used up"
    fresh = SERVICE.answer(question(client))
    posted = Client().post("/sign-in/with/idp/answer/", {"SAMLResponse": fake.sent(fresh)})
    path = urlsplit(posted.headers["Location"]).path
    assert Client().get(path).status_code == 403, "no session"
    assert client.get(path).status_code == 302
    assert client.get(path).status_code != 302
    assert arrived(Client(), fresh).status_code == 403
    assert Arrival.objects.count() == 2


def test_several_certificates_while_a_service_changes_them(source: Source, client: Client) -> None:
    sources.change_source(source, certificates=fake.Service().pem + SERVICE.pem, actor=DESK)
    assert arrived(client, SERVICE.answer(question(client))).status_code == 302
    assert trying.tried(Source.objects.get()).is_ok
    with pytest.raises(Invalid):
        sources.change_source(source, certificates="none", actor=DESK)


def test_the_service_reads_what_it_has_to_know(source: Source, client: Client) -> None:
    page = client.get("/sign-in/with/idp/metadata/").content.decode()
    assert "/sign-in/with/idp/answer/" in page
