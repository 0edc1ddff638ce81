"""How persons come to sign in."""

import pytest

from dreiklang.accounts import rules
from dreiklang.accounts.commands import links, signing_in
from dreiklang.accounts.events import LinkAsked, LinkWanted
from dreiklang.accounts.queries import url_of_link
from dreiklang.kernel.errors import Invalid, NotAllowed, WrongState
from dreiklang.kernel.journal import lines_about
from dreiklang.kernel.models import JournalLine, JournalWords
from dreiklang.kernel.permissions import system
from dreiklang.organizations import reactions
from dreiklang.organizations.commands import persons, sign_ins
from dreiklang.organizations.models import Address, Person

DOOR = system("sign_in")


def ask(address: str) -> list[LinkAsked]:
    """Ask for a sign-in link and let the job that answers run; the mails that would go out."""
    before = JournalLine.objects.filter(code="account.link_asked").count()
    links.ask_for_link(address, purpose="sign_in", remote="192.0.2.1", target="/portal/", actor=DOOR)
    for line in lines_about("account", [0]):
        if isinstance(line.event, LinkWanted) and line.event.address == address.lower():
            reactions.mail_wanted_link(line)
            break
    accounts = JournalLine.objects.filter(code="account.link_asked").values_list("subject_id", flat=True)
    asked = [x.event for x in lines_about("account", set(accounts)) if isinstance(x.event, LinkAsked)]
    return asked[before:]


@pytest.fixture
def ada(cast):
    return cast.actor("ada")


def secret_of(asked: LinkAsked) -> str:
    return url_of_link(asked).split("/link/")[1].split("/")[0]


def test_a_requester_signs_in_by_a_mailed_link_and_so_proves_the_address(cast, frozen):
    (asked,) = ask("Rita@klinikum.example")
    assert asked.address == "rita@klinikum.example"
    assert url_of_link(asked).endswith("/?next=/portal/")
    account = signing_in.sign_in_by_link(secret_of(asked), purpose=rules.SIGN_IN, actor=DOOR)
    assert account == cast.rita.account
    assert Address.objects.get(folded="rita@klinikum.example").proven_at == frozen


def test_p26_the_link_stands_nowhere_in_plain_text(cast, frozen):
    (asked,) = ask("rita@klinikum.example")
    secret = secret_of(asked)
    assert not JournalWords.objects.filter(words__icontains=secret).exists()
    assert all(secret not in str(words) for words in JournalWords.objects.values_list("words", flat=True))
    assert all(secret not in str(plain) for plain in JournalLine.objects.values_list("plain", flat=True))


def test_a_person_without_an_account_gets_one_as_a_requester(cast, frozen):
    person, _new = persons.person_for_address("neu@klinikum.example", "Neu", actor=DOOR)
    (asked,) = ask("neu@klinikum.example")
    person = Person.objects.select_related("account").get(pk=person.pk)
    assert person.account.roles == ["requester"]
    assert asked.subject_id == person.account_id


def test_p22_unknown_disabled_and_gone_get_no_mail(cast, ada, frozen):
    assert ask("nobody@klinikum.example") == []
    persons.deactivate_person(cast.rita, actor=ada)
    assert ask("rita@klinikum.example") == []


def test_p22_an_unproven_second_address_does_not_open_an_agents_account(cast, ada, frozen):
    persons.change_person(cast.alan, mails=["alan@haus.example", "thief@elsewhere.example"], actor=ada)
    assert ask("thief@elsewhere.example") == []
    persons.prove_address(Address.objects.get(folded="thief@elsewhere.example"), actor=DOOR)
    assert len(ask("thief@elsewhere.example")) == 1


def test_p22_no_more_than_three_are_asked_for_in_an_hour(cast, frozen):
    for _ in range(5):
        links.ask_for_link("rita@klinikum.example", purpose="reset", remote="192.0.2.1", actor=DOOR)
        links.ask_for_link("nobody@klinikum.example", purpose="reset", remote="192.0.2.1", actor=DOOR)
    wanted = [x.event.address for x in lines_about("account", [0])]
    assert sorted(wanted) == ["nobody@klinikum.example"] * 3 + ["rita@klinikum.example"] * 3


def test_an_invited_person_signs_in_by_the_invitation(cast, ada, frozen):
    person = persons.make_person(
        "Ida Neu", organization=cast.organizations["house"], mails=["ida@haus.example"], actor=ada
    )
    account = sign_ins.give_account(person, roles=["agent"], actor=ada)
    sign_ins.invite(person, actor=ada)
    (asked,) = (x.event for x in lines_about("account", [account.pk]) if isinstance(x.event, LinkAsked))
    secret = url_of_link(asked).split("/invitation/")[1].split("/")[0]
    assert asked.lasts_minutes == 7 * 24 * 60
    assert signing_in.sign_in_by_link(secret, purpose=rules.INVITATION, actor=DOOR) == account


def test_roles_must_fit_the_organisation(cast, ada):
    for name, roles in (("rita", ["agent"]), ("zoe", ["administrator"]), ("eve", ["manager"]), ("victor", ["lead"])):
        with pytest.raises(Invalid):
            sign_ins.change_roles(cast.persons[name], roles, actor=ada)
    assert sign_ins.change_roles(cast.rita, ["requester", "contact"], actor=ada).roles == ["requester", "contact"]


def test_accounts_are_given_once_by_administrators(cast, ada):
    with pytest.raises(WrongState):
        sign_ins.give_account(cast.rita, roles=["requester"], actor=ada)
    person = persons.make_person("Ohne Mail", organization=cast.organizations["clinic"], actor=ada)
    with pytest.raises(Invalid):
        sign_ins.give_account(person, roles=["requester"], actor=ada)
    for name in ("alan", "max", "zoe"):
        with pytest.raises(NotAllowed):
            sign_ins.give_account(person, roles=["requester"], login="x@y.example", actor=cast.actor(name))


def test_a_second_delivery_proves_nothing_anew(cast, frozen):
    (asked,) = ask("rita@klinikum.example")
    signing_in.sign_in_by_link(secret_of(asked), purpose=rules.SIGN_IN, actor=DOOR)
    (line,) = (x for x in lines_about("account", [cast.rita.account.pk]) if x.event.code == "account.signed_in")
    reactions.prove_address(line)
    assert len([x for x in lines_about("person", [cast.rita.pk]) if x.event.code == "person.address_proven"]) == 1
