"""Signing in by OpenID Connect, against an issuer on loopback: what opens the desk, and all that must not."""

from __future__ import annotations

import base64
import json
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest
from django.test import Client
from tests import issuer as fake
from tests.cast import Cast

from dreiklang.accounts.commands import accounts
from dreiklang.accounts.events import LinkAsked
from dreiklang.accounts.models import Account
from dreiklang.accounts.queries import url_of_link
from dreiklang.identities.commands import sources
from dreiklang.identities.models import Identity, Source
from dreiklang.identities.protocols import oidc, trying
from dreiklang.insight.queries.troubles import troubles_of_services
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.journal import lines_about
from dreiklang.kernel.models import JournalLine
from dreiklang.kernel.permissions import system
from dreiklang.organizations.commands import persons
from dreiklang.organizations.models import Person

DESK = system("test")


@pytest.fixture(scope="module")
def server() -> Iterator[fake.Issuer]:
    """One issuer for all of them; its keys take a while to make."""
    with fake.running() as running:
        yield running


@pytest.fixture
def issuer(server: fake.Issuer, monkeypatch: pytest.MonkeyPatch) -> fake.Issuer:
    """The issuer, honest again, and allowed to be called."""
    monkeypatch.setenv("DREIKLANG_OUTGOING_ALLOW", "127.0.0.1")
    server.twist, server.forge, server.about, server.delay = (lambda words: None), None, {}, 0
    server.user = {"sub": "u-rita", "email": "rita@klinikum.example", "name": "Rita Weber"}
    server.asked.clear()
    oidc.forget()
    return server


@pytest.fixture
def source(cast: Cast, issuer: fake.Issuer) -> Source:
    """The service as an administrator set it up, one that confirms nothing by mail."""
    return sources.make_source(
        "oidc", "house", actor=cast.actor("ada"), name="Haus-Login", is_active=True, confirms_by_mail=False,
        mail_domains=["klinikum.example", "haus.example"], issuer=issuer.address, client_id=fake.CLIENT,
        secret=fake.SECRET,
    )  # fmt: skip


def through(client: Client, issuer: fake.Issuer, key: str = "house") -> Any:
    """There and back again; the desk's answer to coming back."""
    there = client.get(f"/sign-in/with/{key}/?next=/portal/")
    assert there.status_code == 302, there.content
    return client.get(local(issuer.signed_in(there.headers["Location"])))


def local(address: str) -> str:
    """The path of an address of the desk."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def is_in(client: Client) -> bool:
    """Whether somebody is signed in there."""
    return client.get("/sign-in/account/").status_code == 200


def test_a_known_person_comes_in_and_the_identity_stays(cast: Cast, source: Source, issuer, client) -> None:
    answer = through(client, issuer)
    assert answer.headers["Location"] == "/portal/"
    assert is_in(client)
    identity = Identity.objects.get()
    assert (identity.subject, identity.account) == ("u-rita", cast.rita.account)
    issuer.user = {"sub": "u-rita", "email": "other@elsewhere.example", "email_verified": False}
    again = Client()
    through(again, issuer)
    assert is_in(again), "the subject counts, whatever became of the address"


def forged_by_us(words: dict[str, Any]) -> str:
    """Signed with the client's secret, which the desk itself knows."""
    return jwt.encode(words, fake.SECRET * 3, algorithm="HS256")


def unsigned(words: dict[str, Any]) -> str:
    return jwt.encode(words, None, algorithm="none")


def with_own_key(words: dict[str, Any]) -> str:
    """A stranger's key, sent along in the header for the desk to believe."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    return jwt.encode(words, key, algorithm="RS256", headers={"jwk": public, "jku": "https://evil.example/keys"})


def cut_off(words: dict[str, Any]) -> str:
    """A head and words without the signature."""
    parts = [json.dumps({"alg": "RS256"}).encode(), json.dumps(words).encode()]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."


FORGERIES: dict[str, Callable[[dict[str, Any]], str]] = {
    "signed with the secret": forged_by_us, "unsigned": unsigned, "a stranger's key": with_own_key, "cut off": cut_off,
    "no token": lambda words: "x.y.z", "empty": lambda words: "",
}  # fmt: skip
CLAIMS: dict[str, dict[str, Any]] = {
    "an address not proven": {"email_verified": False}, "proven as a word": {"email_verified": "true"},
    "proven is missing": {"email_verified": None}, "no address": {"email": None},
    "a domain not believed": {"email": "rita@werk.example"}, "a domain below": {"email": "rita@it.klinikum.example"},
    "a domain that ends alike": {"email": "rita@evilklinikum.example"},
    "two at": {"email": "a@werk.example@klinikum.example"},
    "a list of addresses": {"email": ["rita@klinikum.example"]}, "nobody known": {"email": "nobody@klinikum.example"},
    "an agent's second address": {"email": "second@haus.example"},
}  # fmt: skip


def test_p24_a_token_that_the_issuer_did_not_sign_opens_nothing(source, issuer, client) -> None:
    for how, forge in FORGERIES.items():
        issuer.forge = forge
        assert through(client, issuer).status_code in (403, 503), how
        assert not is_in(client), how
    assert not Identity.objects.exists()


def test_p24_a_token_that_was_meant_otherwise_opens_nothing(source, issuer, client) -> None:
    # what may be wrong with one, one by one: tests/rules/identities
    issuer.twist = lambda words: words.update(nonce="of another sign-in")
    assert through(client, issuer).status_code == 403
    assert not is_in(client)
    assert not Identity.objects.exists()


def test_p24_an_address_that_proves_nothing_ties_nothing(cast: Cast, source, issuer, client) -> None:
    persons.change_person(cast.alan, mails=["alan@haus.example", "second@haus.example"], actor=cast.actor("ada"))
    for how, changes in CLAIMS.items():
        issuer.user = {"sub": "u-rita", "email": "rita@klinikum.example", **changes}
        issuer.twist = lambda words: [words.pop(k) for k in list(words) if words[k] is None]
        assert through(client, issuer).status_code == 403, how
        assert not is_in(client), how
    assert not Identity.objects.exists()


def test_clocks_may_differ_by_two_minutes(source, issuer, client) -> None:
    issuer.twist = lambda words: words.update(iat=time.time() + 90, exp=time.time() - 90)
    assert through(client, issuer).status_code == 302
    assert is_in(client)


def test_p24_an_answer_that_was_not_asked_for_here_opens_nothing(source, issuer, client) -> None:
    there = Client().get("/sign-in/with/house/").headers["Location"]
    back = local(issuer.signed_in(there))
    assert client.get(back).status_code == 403, "begun in another browser"
    client.get("/sign-in/with/house/")
    assert client.get(back).status_code == 403, "another state"
    assert not is_in(client)
    assert not any(path == "/token" for path in issuer.asked), "the code was not even redeemed"


def test_p24_an_answer_works_once(source, issuer, client) -> None:
    there = client.get("/sign-in/with/house/").headers["Location"]
    back = local(issuer.signed_in(there))
    assert client.get(back).status_code == 302
    client.post("/sign-in/out/")
    assert client.get(back).status_code == 403
    assert not is_in(client)


def test_p24_the_answer_of_one_service_is_not_taken_for_anothers(cast: Cast, source, issuer, client) -> None:
    with fake.running() as evil:
        evil.user = {"sub": "u-rita", "email": "rita@klinikum.example"}
        sources.make_source(
            "oidc", "evil", actor=DESK, name="Fremd", is_active=True, confirms_by_mail=False, client_id=fake.CLIENT,
            mail_domains=["werk.example"], issuer=evil.address, secret=fake.SECRET,
        )  # fmt: skip
        there = client.get("/sign-in/with/evil/").headers["Location"]
        mixed = local(evil.signed_in(there)).replace("/evil/", "/house/")
        assert client.get(mixed).status_code == 403, "begun with one, answered to the other's address"
        there = client.get("/sign-in/with/house/").headers["Location"]
        named = local(issuer.signed_in(there)).partition("&iss=")[0] + "&iss=" + evil.address
        assert client.get(named).status_code == 403, "the issuer that is named is another (RFC 9207)"
        issuer.about = {"authorization_response_iss_parameter_supported": True}
        oidc.forget()
        there = client.get("/sign-in/with/house/").headers["Location"]
        unnamed = local(issuer.signed_in(there)).partition("&iss=")[0]
        assert client.get(unnamed).status_code == 403, "one that always names itself did not"
        assert through(client, evil, "evil").status_code == 403, "and it is believed for its own domain only"
    assert not is_in(client)


def test_keys_that_changed_are_looked_up_once_more(source, issuer, client, monkeypatch) -> None:
    through(client, issuer)
    monkeypatch.setattr(oidc, "KEYS_AT_MOST_EVERY", 0)
    issuer.rotate()
    again = Client()
    through(again, issuer)
    assert is_in(again)


def test_p24_unknown_keys_make_the_desk_ask_no_flood_of_questions(source, issuer) -> None:
    through(Client(), issuer)
    asked = issuer.asked.count("/keys")
    for _n in range(3):
        issuer.forge = with_own_key
        through(Client(), issuer)
    assert issuer.asked.count("/keys") == asked


def test_p24_whoever_is_disabled_or_has_left_is_out(cast: Cast, source, issuer, client) -> None:
    through(client, issuer)
    accounts.disable(cast.rita.account, actor=cast.actor("ada"))
    assert not is_in(client)
    assert through(client, issuer).status_code == 403
    issuer.user = {"sub": "u-karl", "email": "karl@klinikum.example"}
    Person.objects.filter(pk=cast.karl.pk).update(is_active=False)
    assert through(client, issuer).status_code == 403
    assert not is_in(client)


def mailed_link() -> str:
    """The path of the link that was mailed last."""
    last = JournalLine.objects.filter(code="account.link_asked").latest("pk")
    (asked,) = [x.event for x in lines_about("account", [last.subject_id]) if x.id == last.pk]
    assert isinstance(asked, LinkAsked)
    return local(url_of_link(asked)).rstrip("?")


def test_p24_the_first_sign_in_is_confirmed_by_mail_in_the_same_browser(cast: Cast, source, issuer, client) -> None:
    sources.change_source(source, confirms_by_mail=True, actor=DESK)
    assert "rita@klinikum.example" in through(client, issuer).content.decode()
    assert not is_in(client)
    link = mailed_link()
    victim = Client()
    assert victim.post(link).status_code == 409, "who was talked into opening it gives nothing away"
    assert not Identity.objects.filter(confirmed_at__isnull=False).exists()
    assert client.get(link).status_code == 200
    assert not is_in(client), "opening is not enough"
    assert client.post(link).headers["Location"] == "/portal/"
    assert is_in(client)
    assert client.post(link).status_code == 410
    again = Client()
    assert through(again, issuer).status_code == 302
    assert is_in(again)


def test_an_unknown_person_comes_in_as_a_requester_where_that_is_wanted(cast: Cast, source, issuer, client) -> None:
    sources.change_source(source, organization=cast.organizations["clinic"], actor=DESK)
    issuer.user = {"sub": "u-new", "email": "neu@klinikum.example", "name": "Neu Angekommen"}
    assert through(client, issuer).status_code == 302
    account = Account.objects.get(login="neu@klinikum.example")
    assert (account.roles, account.person.name) == (["requester"], "Neu Angekommen")


def test_the_second_factor_is_asked_unless_the_service_asks_itself(cast: Cast, source, issuer, client) -> None:
    from tests.web.sign_in.test_second import code_of

    from dreiklang.accounts.commands import second_factor

    account, actor = cast.rita.account, cast.actor("rita")
    second_factor.begin_second_factor(account, actor=actor)
    second_factor.confirm_second_factor(account, code_of(account, later=-1), actor=actor)
    assert through(client, issuer).headers["Location"] == "/sign-in/second/"
    assert not is_in(client)
    sources.change_source(source, asks_second_factor=True, actor=DESK)
    through(client, issuer)
    assert is_in(client)


def test_one_connects_and_disconnects_a_service_from_inside(cast: Cast, source, issuer, client) -> None:
    issuer.user = {"sub": "u-private", "email": "whatever@elsewhere.example", "email_verified": False}
    client.force_login(cast.alan.account)
    assert through(client, issuer).headers["Location"] == "/sign-in/account/"
    other = Client()
    through(other, issuer)
    assert is_in(other)
    taken = Client()
    taken.force_login(cast.berta.account)
    assert through(taken, issuer).status_code == 403, "it is Alan's"
    identity = Identity.objects.get()
    address = f"/sign-in/account/identities/{identity.pk}/removal/"
    assert taken.post(address).status_code == 404
    client.post(address)
    assert not Identity.objects.exists()
    assert through(Client(), issuer).status_code == 403


def test_signing_out_leads_to_the_services_own_end(source, issuer, client) -> None:
    through(client, issuer)
    page = client.post("/sign-in/out/").content.decode()
    assert f"{issuer.address}/end?id_token_hint=" in page
    assert not is_in(client)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ({"issuer": "http://127.0.0.1:9/"}, "antwortet"),
        ({"issuer": "https://no-such-host.invalid"}, "nicht bekannt"),
        ({"secret": "wrong"}, "nimmt Client-ID"),
    ],
)
def test_the_connection_test_says_in_plain_words_what_is_wrong(cast: Cast, source, client, spoil, words) -> None:
    sources.change_source(source, actor=DESK, **spoil)
    client.force_login(cast.ada.account)
    page = client.post(f"/control/sources/{source.pk}/test/").content.decode()
    assert words in page
    assert client.get("/sign-in/").status_code == 302
    assert Client().get("/sign-in/").status_code == 200


def test_the_connection_test_likes_what_is_right_and_a_slow_service_is_given_up(source, issuer, monkeypatch) -> None:
    assert trying.tried(source).is_ok
    issuer.delay = 1.0
    ask = oidc.ask
    monkeypatch.setattr(oidc, "ask", lambda *args, **more: ask(*args, **{**more, "timeout": 0.3}))
    trial = trying.tried(source)
    assert not trial.is_ok
    assert "long" in trial.sentence


def test_p44_a_service_that_is_off_is_told_to_administrators_until_it_answers(source, issuer, client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    Source.objects.update(settings={**source.settings, "issuer": f"http://127.0.0.1:{port}"})
    assert client.get("/sign-in/with/house/").status_code == 503
    (trouble,) = troubles_of_services()
    assert trouble.sentence == f"Haus-Login: “127.0.0.1” does not answer on port {port}."
    Source.objects.update(settings=source.settings)
    assert through(client, issuer).status_code == 302
    assert (is_in(client), troubles_of_services()) == (True, [])


def test_p35_a_service_inside_the_network_is_asked_only_if_listed(source, client, monkeypatch, issuer) -> None:
    monkeypatch.delenv("DREIKLANG_OUTGOING_ALLOW")
    assert client.get("/sign-in/with/house/").status_code == 503
    assert not issuer.asked


def test_p35_another_issuer_gets_no_secret_of_the_former(cast: Cast, source) -> None:
    changed = sources.change_source(source, issuer="https://other.example", actor=DESK)
    assert changed.secret == ""
    with pytest.raises(Invalid):
        sources.change_source(changed, issuer="http://other.example", actor=DESK)
    with pytest.raises(Invalid):
        sources.change_source(changed, mail_domains=[], actor=DESK)


def test_p39_the_client_secret_is_shown_nowhere(cast: Cast, source, client) -> None:
    client.force_login(cast.ada.account)
    for path in (f"/control/sources/{source.pk}/", "/control/sources/"):
        assert fake.SECRET not in client.get(path).content.decode()
    assert fake.SECRET not in json.dumps(list(JournalLine.objects.values()), default=str)


def test_sources_are_set_up_and_removed_in_control(cast: Cast, issuer, client) -> None:
    client.force_login(cast.ada.account)
    sent = {
        "name": "Büro & Co", "mail_domains": "klinikum.example", "issuer": issuer.address, "client_id": "desk",
        "scopes": "openid email", "is_active": "on",
    }  # fmt: skip
    assert client.post("/control/sources/new/oidc/", {**sent, "mail_domains": ""}).status_code == 422
    made = client.post("/control/sources/new/oidc/", sent)
    source = Source.objects.get()
    assert made.headers["Location"] == f"/control/sources/{source.pk}/"
    assert f"/sign-in/with/{source.key}/" in Client().get("/sign-in/").content.decode()
    assert f"/sign-in/with/{source.key}/back/" in client.get(f"/control/sources/{source.pk}/").content.decode()
    client.post(f"/control/sources/{source.pk}/removal/")
    assert not Source.objects.exists()
