"""Mailboxes that sign in by permission, and mailboxes fetched by POP3."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from tests import dovecot, pop_server
from tests import token_issuer as issuers
from tests.domain.channels.test_mail_servers_certificates import certificate
from tests.mails import mail

from dreiklang.channels.doors import pop
from dreiklang.channels.mail.oauth import commands, providers, tokens
from dreiklang.channels.mail.outbound.transport import TryLater, connect
from dreiklang.channels.mail.settings.commands import change_mailbox
from dreiklang.channels.mail.settings.trying import try_imap, try_pop
from dreiklang.channels.models import Consent, FetchedMail, Incoming, Mailbox
from dreiklang.kernel import clock
from dreiklang.kernel.errors import Invalid, NotFound, Unavailable, WrongState
from dreiklang.kernel.permissions import Actor, system
from dreiklang.teams.queries import actor_for

MAIL = system("mail")
BACK = "https://desk.example/control/mailboxes/answer/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loopback_may_be_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DREIKLANG_OUTGOING_ALLOW", "127.0.0.1")


@pytest.fixture
def issuer() -> Iterator[issuers.Issuer]:
    with issuers.running() as found:
        yield found


@pytest.fixture
def admin(cast) -> Actor:
    return actor_for(cast.ada.account)


def permitted(mailbox: Mailbox, issuer: issuers.Issuer, admin: Actor) -> Consent:
    commands.sign_in_by_consent(mailbox, actor=admin, flow="code", **issuer.fields)
    state, code = issuer.permit(commands.ask_in_browser(mailbox, redirect=BACK, actor=admin))
    return commands.take_answer(state=state, code=code, error="", redirect=BACK, actor=admin)


def test_a_permission_given_in_the_browser_is_renewed_until_it_is_withdrawn(mailbox, issuer, admin):
    consent = permitted(mailbox, issuer, admin)
    assert consent.given_at
    assert not consent.problem
    first = tokens.token_for(consent)
    assert tokens.token_for(consent) == first
    with clock.standing_at(clock.now() + timedelta(hours=1)):
        second = tokens.token_for(consent)
        assert second != first
        assert second in issuer.access
    issuer.refresh.clear()
    with clock.standing_at(clock.now() + timedelta(hours=3)):
        with pytest.raises(tokens.NoToken) as gone:
            tokens.token_for(consent)
        assert gone.value.code == "consent_gone"
        assert "Please give it again" in str(gone.value)
        assert mailbox.address in str(gone.value)
        asked = len(issuer.asked)
        with pytest.raises(tokens.NoToken):
            tokens.token_for(consent)
        assert len(issuer.asked) == asked, "a permission that is gone is not asked for again and again"
    consent.refresh_from_db()
    assert consent.refresh_token == consent.access_token == ""


def test_an_issuer_that_does_not_answer_takes_no_permission_away(mailbox, issuer, admin):
    consent = permitted(mailbox, issuer, admin)
    issuer.is_silent = True
    with clock.standing_at(clock.now() + timedelta(hours=2)):
        with pytest.raises(Unavailable):
            tokens.token_for(consent)
        issuer.is_silent = False
        assert tokens.token_for(consent) in issuer.access


def test_p24_an_answer_needs_our_question_and_serves_once(mailbox, issuer, admin):
    commands.sign_in_by_consent(mailbox, actor=admin, flow="code", **issuer.fields)
    state, code = issuer.permit(commands.ask_in_browser(mailbox, redirect=BACK, actor=admin))
    for wrong in ("", "guessed"):
        with pytest.raises(NotFound):
            commands.take_answer(state=wrong, code=code, error="", redirect=BACK, actor=admin)
    with clock.standing_at(clock.now() + timedelta(minutes=16)), pytest.raises(NotFound):
        commands.take_answer(state=state, code=code, error="", redirect=BACK, actor=admin)
    assert not commands.take_answer(state=state, code=code, error="", redirect=BACK, actor=admin).problem
    with pytest.raises(NotFound):
        commands.take_answer(state=state, code=code, error="", redirect=BACK, actor=admin)


def test_a_declined_permission_says_so(mailbox, issuer, admin):
    commands.sign_in_by_consent(mailbox, actor=admin, flow="code", **issuer.fields)
    state, _code = issuer.permit(commands.ask_in_browser(mailbox, redirect=BACK, actor=admin))
    consent = commands.take_answer(state=state, code="", error="access_denied", redirect=BACK, actor=admin)
    assert consent.problem == "declined"
    assert consent.given_at is None


def test_a_code_typed_on_another_device(mailbox, issuer, admin):
    commands.sign_in_by_consent(mailbox, actor=admin, flow="device", **issuer.fields)
    consent = commands.ask_by_device(mailbox, actor=admin)
    assert consent.user_code == "ABCD-EFGH"
    with pytest.raises(WrongState) as early:
        commands.look_for_answer(mailbox, actor=admin)
    assert early.value.code == "pending"
    issuer.device[consent.device_code] = True
    consent = commands.look_for_answer(mailbox, actor=admin)
    assert tokens.token_for(consent) in issuer.access
    assert not consent.user_code


def test_an_application_signs_in_as_itself(mailbox, issuer, admin):
    commands.sign_in_by_consent(mailbox, actor=admin, flow="client", **issuer.fields)
    consent = commands.prove_application(mailbox, actor=admin)
    with clock.standing_at(clock.now() + timedelta(hours=5)):
        assert tokens.token_for(consent) in issuer.access
    commands.sign_in_by_consent(mailbox, actor=admin, client_secret="another")
    wrong = commands.prove_application(mailbox, actor=admin)
    assert wrong.problem == "client_wrong"
    assert "put in new ones" in tokens.in_words(wrong.problem, wrong)


def test_p35_whoever_is_asked_anew_gets_neither_tokens_nor_secret(mailbox, issuer, admin):
    permitted(mailbox, issuer, admin)
    consent = commands.sign_in_by_consent(mailbox, actor=admin, token_url="https://elsewhere.example/token")
    assert (consent.refresh_token, consent.access_token, consent.client_secret) == ("", "", "")
    with pytest.raises(Invalid) as open_line:
        commands.sign_in_by_consent(mailbox, actor=admin, token_url="http://elsewhere.example/token")
    assert "token_url" in open_line.value.fields


def test_p35_an_issuer_inside_the_network_is_asked_only_if_allowed(mailbox, issuer, admin, monkeypatch):
    monkeypatch.delenv("DREIKLANG_OUTGOING_ALLOW")
    commands.sign_in_by_consent(mailbox, actor=admin, flow="client", **issuer.fields)
    assert commands.prove_application(mailbox, actor=admin).problem == "no_answer"
    assert issuer.asked == []


def test_what_microsoft_and_google_are_asked():
    none = providers.Endpoints("", "", "", "")
    microsoft = providers.endpoints_of("microsoft", "code", tenant="klinik.example", own=none)
    assert microsoft.token == "https://login.microsoftonline.com/klinik.example/oauth2/v2.0/token"
    assert "IMAP.AccessAsUser.All" in microsoft.scope
    assert "offline_access" in microsoft.scope
    assert providers.endpoints_of("microsoft", "client", tenant="t", own=none).scope.endswith("/.default")
    google = providers.endpoints_of("google", "code", tenant="", own=none)
    url = providers.address_to_ask(
        google, provider="google", client_id="c", redirect=BACK, state="s", verifier="v", login="a@b.example"
    )
    assert "access_type=offline" in url
    assert "code_challenge_method=S256" in url


def test_smtp_signs_in_with_the_token(mailbox, issuer, admin, tmp_path, monkeypatch):
    authority = certificate(tmp_path, "ca")
    _made, _key, file = certificate(tmp_path, "mail", signer=authority)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority[2]))
    heard: list[str] = []

    class Handler:
        async def auth_XOAUTH2(self, server, args):  # noqa: N802 - the library's name
            import base64

            said = base64.b64decode(args[1]).decode()
            heard.append(said)
            is_good = said.partition("auth=Bearer ")[2].strip("\x01") in issuer.access
            return AuthResult(success=is_good, handled=False)

    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server = Controller(Handler(), hostname="127.0.0.1", port=0, tls_context=context)
    server.port = dovecot.free_port()
    server.start()
    try:
        mailbox = change_mailbox(
            mailbox,
            actor=admin,
            smtp_host="127.0.0.1",
            smtp_port=server.port,
            smtp_tls="starttls",
            smtp_username="desk",
        )
        consent = permitted(mailbox, issuer, admin)
        client = connect(mailbox)
        assert isinstance(client, smtplib.SMTP)
        client.close()
        assert heard[0].startswith("user=desk\x01auth=Bearer ")
        issuer.access.clear()
        with pytest.raises(TryLater) as refused:
            connect(mailbox)
        assert refused.value.reason == "sign_in"
        consent.refresh_from_db()
        assert consent.access_token == "", "a token that was refused is not shown again"
        connect(mailbox).close()
        issuer.access.clear()
        issuer.refresh.clear()
        with pytest.raises(TryLater):
            connect(mailbox)
        with pytest.raises(TryLater) as gone:
            connect(mailbox)
        assert gone.value.reason == "consent_gone"
    finally:
        server.stop()


@pytest.fixture
def popped(mailbox) -> Iterator[tuple[Mailbox, pop_server.PopServer]]:
    with pop_server.running() as server:
        changed = change_mailbox(
            mailbox, actor=MAIL, fetch="pop", imap_host="127.0.0.1", imap_port=server.port, imap_tls="none",
            imap_username="desk", imap_password=pop_server.PASSWORD,
        )  # fmt: skip
        yield changed, server


@pytest.mark.dovecot
def test_dovecot_lets_in_by_token_and_asks_the_issuer(mailbox, issuer, admin):
    with dovecot.running(f"http://127.0.0.1:{issuer.port}/introspect") as server:
        mailbox = change_mailbox(
            mailbox, actor=MAIL, fetch="imap", imap_host="127.0.0.1", imap_port=server.port, imap_tls="none",
            imap_username="desk@dreiklang.example",
        )  # fmt: skip
        server.put("desk@dreiklang.example", [letter(1)])
        permitted(mailbox, issuer, admin)
        assert (try_imap(mailbox).waiting, try_imap(mailbox).problem) == (1, "")
        issuer.access.clear()
        assert not try_imap(mailbox).is_ok
        assert try_imap(mailbox).is_ok, "a new token was asked for"


def letter(number: int) -> bytes:
    return mail(subject=f"Nummer {number}", text=f".Zeile mit Punkt {number}\n")


def test_p07_by_pop3_the_first_connection_leaves_the_old_mails_alone(popped):
    mailbox, server = popped
    server.mails = {f"a{n}": letter(n) for n in range(20)}
    assert try_pop(mailbox).waiting == 20
    assert pop.fetch_new(mailbox, actor=MAIL) == 0
    server.mails["neu"] = letter(99)
    assert pop.fetch_new(mailbox, actor=MAIL) == 1
    assert pop.fetch_new(mailbox, actor=MAIL) == 0
    assert len(server.mails) == 21
    assert server.retrieved == ["neu"]
    assert list(Incoming.objects.values_list("subject", "door", "outcome")) == [("Nummer 99", "pop", "opened")]
    del server.mails["a3"]
    pop.fetch_new(mailbox, actor=MAIL)
    assert FetchedMail.objects.count() == 20


def test_p01_by_pop3_a_line_that_breaks_loses_no_mail_and_doubles_none(popped):
    mailbox, server = popped
    mailbox = change_mailbox(mailbox, actor=MAIL, takes_old_mail=True, after="delete")
    server.mails = {f"a{n}": letter(n) for n in range(6)}
    for breaks_after in (2, 4):
        server.hangs_up_after = breaks_after
        with pytest.raises(pop.TROUBLE):
            pop.fetch_new(mailbox, actor=MAIL)
        assert len(server.mails) == 6, "nothing is deleted by a session that broke"
    server.hangs_up_after = None
    FetchedMail.objects.filter(uid="a1").delete()  # as if it had died between the commit and the note
    pop.fetch_new(mailbox, actor=MAIL)
    assert sorted(Incoming.objects.values_list("subject", flat=True)) == [f"Nummer {n}" for n in range(6)]
    assert server.mails == {}


def test_pop3_signs_in_with_the_token(popped, issuer, admin):
    mailbox, server = popped
    consent = permitted(mailbox, issuer, admin)
    server.tokens = {tokens.token_for(consent)}
    assert try_pop(mailbox).is_ok
    server.tokens.clear()
    assert not try_pop(mailbox).is_ok
    assert Consent.objects.get().access_token == ""


def test_what_a_door_cannot_do_is_refused_at_the_field(mailbox):
    for fields in ({"fetch": "pop", "after": "move", "move_to": "x"}, {"fetch": "imap", "after": "delete"}):
        with pytest.raises(Invalid) as refused:
            change_mailbox(mailbox, actor=MAIL, imap_host="a.example", imap_username="x", **fields)
        assert "after" in refused.value.fields
