"""A real slapd: sign-in by binding, people and groups taken over page by page, disabled people out at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from tests import slapd
from tests.cast import Cast

from dreiklang.accounts.commands import tokens
from dreiklang.accounts.models import Account
from dreiklang.identities.commands import sources, syncing
from dreiklang.identities.jobs import sync
from dreiklang.identities.models import Identity, Source, SyncRun
from dreiklang.identities.protocols import ldap, trying
from dreiklang.kernel.journal import lines_about
from dreiklang.kernel.permissions import system
from dreiklang.organizations.models import Person
from dreiklang.teams.queries import actor_by_token, actor_for

pytestmark = pytest.mark.slapd
DESK = system("test")
PASSWORD = "bind-me-please"


@pytest.fixture(scope="module")
def server() -> Iterator[slapd.Slapd]:
    """One directory for all; each test uses people of its own."""
    with slapd.running() as running:
        people = [running.person(f"n{n}", f"Nobody {n}", f"n{n}@klinikum.example") for n in range(620)]
        running.load("\n".join(people))
        running.load(running.person("rita", "Rita Weber", "rita@klinikum.example", password=PASSWORD))
        running.load(running.person("karl", "Karl Contact", "karl@klinikum.example", password=PASSWORD))
        running.load(running.person("alan", "Alan Yildiz", "alan@haus.example", password=PASSWORD))
        running.load(
            f"dn: cn=inner,{slapd.GROUPS}\nobjectClass: groupOfNames\ncn: inner\nmember: uid=alan,{slapd.PEOPLE}\n\n"
            f"dn: cn=outer,{slapd.GROUPS}\nobjectClass: groupOfNames\ncn: outer\nmember: cn=inner,{slapd.GROUPS}\n\n"
        )
        yield running


@pytest.fixture
def source(cast: Cast, server: slapd.Slapd, monkeypatch: pytest.MonkeyPatch) -> Source:
    """The directory as an administrator set it up, with its own authority."""
    monkeypatch.setenv("DREIKLANG_OUTGOING_ALLOW", "127.0.0.1,::1")
    return sources.make_source(
        "ldap", "directory", actor=DESK, name="Verzeichnis", is_active=True, confirms_by_mail=False,
        mail_domains=["klinikum.example", "haus.example"], host="127.0.0.1", port=server.tls_port,
        authority=server.authority, bind_dn=slapd.ROOT, secret=slapd.SECRET, base=slapd.PEOPLE, group_base=slapd.GROUPS,
        user_filter="(objectClass=inetOrgPerson)", name_attribute="cn",
    )  # fmt: skip


def sign_in(client: Client, login: str, password: str = PASSWORD) -> int:
    """Type name and password; the status of the answer."""
    return client.post("/sign-in/", {"login": login, "password": password}).status_code


def is_in(client: Client) -> bool:
    """Whether somebody is signed in there."""
    return client.get("/sign-in/account/").status_code == 200


def test_the_directorys_password_opens_the_desk_and_is_kept_nowhere(cast: Cast, source: Source, client) -> None:
    assert sign_in(client, "rita") == 302
    assert is_in(client)
    assert sign_in(Client(), "Rita@Klinikum.example") == 302
    account = Account.objects.get(pk=cast.rita.account.pk)
    assert not account.has_usable_password()
    assert Identity.objects.get().account == account


def test_p24_what_is_typed_never_becomes_a_question_of_its_own(source: Source) -> None:
    typed = ["*", "r*", "rita)(uid=*", "*)(objectClass=*", "rita\x00", "rita)(|(uid=*", "\\2a", "", " ", "x" * 300,
             "rita)(userPassword=*", "uid=rita,ou=people", "(uid=rita)"]  # fmt: skip
    for name in typed:
        assert ldap.check_password(source, name, PASSWORD) is None, name
    for password in ("", "wrong", "\x00", PASSWORD + "\x00"):
        assert ldap.check_password(source, "rita", password) is None, "and an empty password is no anonymous yes"
    assert ldap.check_password(source, "rita", PASSWORD)


def test_p24_an_account_that_can_do_more_opens_only_by_its_own_address(
    cast: Cast, source: Source, server, client
) -> None:
    server.load(server.person("thief", "Dieb", "max@haus.example", password=PASSWORD))
    cast.max.account.login = "the-boss"
    cast.max.account.save()
    assert sign_in(client, "thief") == 403
    server.load(server.person("far", "Fern", "zoe@werk.example", password=PASSWORD))
    assert sign_in(client, "far") == 403, "a domain for which it is not believed"
    assert not is_in(client)


def test_people_beyond_a_page_are_read_with_their_nested_groups(source: Source) -> None:
    people = {entry.name: entry for entry in ldap.people(source)}
    assert len(people) > 600, "slapd gives at most a hundred at once"
    assert f"cn=outer,{slapd.GROUPS}" in people["Alan Yildiz"].groups
    assert len(ldap.groups(source)) == 2


def run_job() -> SyncRun:
    """What happens every five minutes."""
    sync(0)
    return SyncRun.objects.latest("pk")


def test_p24_groups_bring_teams_and_whoever_is_disabled_is_out_at_once(
    cast: Cast, source: Source, server, client
) -> None:
    syncing.keep_group_rule(
        source, group=f"cn=outer,{slapd.GROUPS}", role="lead", team=cast.teams["network"], actor=DESK
    )
    syncing.switch_sync(source, is_on=True, actor=DESK)
    run = run_job()
    assert not run.problems
    alan = Account.objects.get(pk=cast.alan.account.pk)
    assert set(alan.roles) == {"agent", "lead"}
    assert cast.teams["network"].pk in actor_for(alan).teams
    assert sign_in(client, "alan") == 302
    _token, secret = tokens.make_token(alan, name="Script", scopes=["tickets.work"], actor=cast.actor("alan"))
    assert is_in(client)
    assert run_job().counts == {}, "a second look changes nothing"
    off = f"dn: uid=alan,{slapd.PEOPLE}\nchangetype: modify\nreplace: userAccountControl\nuserAccountControl: "
    server.load(off + "514\n")
    assert sign_in(Client(), "alan") != 302, "before any look"
    assert run_job().counts == {"closed": 1}
    assert not is_in(client)
    assert actor_by_token(secret) is None
    assert not Person.objects.get(pk=cast.alan.pk).is_active
    server.load(off + "512\n")
    run_job()
    assert Person.objects.get(pk=cast.alan.pk).is_active
    assert not is_in(client), "what had ended stays ended"
    assert sign_in(Client(), "alan") == 302


def test_a_directory_that_names_nobody_closes_nobody(cast: Cast, source: Source) -> None:
    for n in range(8):
        person = Person.objects.create(organization=cast.organizations["clinic"], name=f"P{n}", sort_key=f"p{n}")
        account = Account.objects.create(login=f"p{n}@klinikum.example", roles=["requester"], created_at=source.made_at)
        Person.objects.filter(pk=person.pk).update(account=account)
        Identity.objects.create(
            source=source, subject=f"gone-{n}", account=account, made_at=source.made_at, confirmed_at=source.made_at
        )
    run = syncing.carry_out(source, [], actor=DESK)
    assert run.held
    assert Person.objects.filter(name__startswith="P", is_active=True).count() >= 8
    assert syncing.carry_out(source, [], actor=DESK, in_any_case=True).counts == {"closed": 8}


def test_the_preview_shows_everything_and_changes_nothing(cast: Cast, source: Source, client) -> None:
    syncing.keep_group_rule(source, group=f"cn=inner,{slapd.GROUPS}", role="lead", actor=DESK)
    client.force_login(cast.ada.account)
    before = list(lines_about("account", [cast.alan.account.pk]))
    page = client.post(f"/control/sources/{source.pk}/preview/").content.decode()
    assert cast.alan.name in page
    assert list(lines_about("account", [cast.alan.account.pk])) == before
    client.post(f"/control/sources/{source.pk}/switch/", {"to": "on"})
    assert not Source.objects.get().syncs, "first the preview is carried out"
    client.post(f"/control/sources/{source.pk}/sync/")
    assert "lead" in Account.objects.get(pk=cast.alan.account.pk).roles
    client.post(f"/control/sources/{source.pk}/switch/", {"to": "on"})
    assert Source.objects.get().syncs


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        ({"secret": "wrong"}, "wrong_secret"), ({"authority": ""}, "certificate"), ({"port": 9}, "no_answer"),
        ({"base": "ou=nowhere,dc=klinikum,dc=example"}, "no_base"), ({"host": "ldap.invalid"}, "unknown_host"),
    ],
)  # fmt: skip
def test_the_connection_test_says_what_is_wrong(source: Source, spoil, code: str) -> None:
    changed = sources.change_source(source, actor=DESK, **{"secret": slapd.SECRET, **spoil})
    with pytest.raises(ldap.Unavailable) as wrong:
        ldap.people(changed)
    assert wrong.value.code == code
    trial = trying.tried(changed)
    assert not trial.is_ok
    assert trial.sentence == Source.objects.get().last_problem


def test_p39_a_certificate_for_another_host_is_refused(cast: Cast, source: Source, server) -> None:
    with slapd.running(host="other.example") as other:
        changed = sources.change_source(
            source, port=other.tls_port, authority=other.authority, secret=slapd.SECRET, actor=DESK
        )
        with pytest.raises(ldap.Unavailable) as wrong:
            ldap.people(changed)
    assert wrong.value.code == "certificate"
    assert trying.tried(sources.change_source(
        source, port=server.port, tls="starttls", authority=server.authority, secret=slapd.SECRET, actor=DESK
    )).is_ok  # fmt: skip


def test_signing_in_goes_on_when_the_directory_is_down_and_nobody_waits_twice(
    cast: Cast, source: Source, client
) -> None:
    sources.change_source(source, port=9, secret=slapd.SECRET, actor=DESK)
    cast.rita.account.set_password(PASSWORD)
    cast.rita.account.save()
    assert sign_in(client, "nobody") == 422
    assert Source.objects.get().rests_until is not None
    assert sign_in(client, cast.rita.account.login) == 302


def test_p35_another_host_gets_no_password_of_the_former(source: Source) -> None:
    assert sources.change_source(source, host="localhost", actor=DESK).secret == ""
