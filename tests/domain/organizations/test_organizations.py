"""Organisations, sites and persons: made, changed, found, refused."""

import pytest

from dreiklang.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState
from dreiklang.kernel.journal import lines_about
from dreiklang.kernel.permissions import system
from dreiklang.organizations import policy, queries
from dreiklang.organizations.commands import organizations, persons
from dreiklang.organizations.models import Address, Organization, Person

GATE = system("mail")


@pytest.fixture
def ada(cast):
    return cast.actor("ada")


def test_an_organisation_is_made_with_key_and_order(ada):
    made = organizations.make_organization(
        "Ämter der Stadt Öhringen", kind="customer", mail_domains=["Öhringen.example "], actor=ada
    )
    assert (made.key, made.sort_key, made.mail_domains) == (
        "aemter-der-stadt-oehringen", "amter der stadt ohringen", ["xn--hringen-80a.example"],
    )  # fmt: skip
    assert [line.event.code for line in lines_about("organization", [made.pk])] == ["organization.made"]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": " "}, "name"), ({"name": "x" * 201}, "name"), ({"kind": "friend"}, "kind"),
        ({"language": "fr"}, "language"), ({"mail_domains": ["no domain"]}, "mail_domains"),
        ({"mail_domains": ["klinikum.example"]}, "mail_domains"), ({"is_active": False}, "is_active"),
        ({"phone": "1" * 51}, "phone"), ({"region": "Baden-Württemberg"}, "region"),
    ],
)  # fmt: skip
def test_wrong_values_of_an_organisation_are_named_by_field(ada, fields, wrong):
    values = {"name": "Neu", "kind": "customer", **fields}
    with pytest.raises(Invalid) as refused:
        organizations.make_organization(values.pop("name"), kind=values.pop("kind"), actor=ada, **values)
    assert list(refused.value.fields) == [wrong]
    assert not Organization.objects.filter(name="Neu").exists()


def test_only_one_organisation_takes_strangers(cast, ada):
    organizations.change_organization(cast.organizations["house"], takes_strangers=True, actor=ada)
    with pytest.raises(Invalid) as refused:
        organizations.change_organization(cast.organizations["works"], takes_strangers=True, actor=ada)
    assert "takes_strangers" in refused.value.fields


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(cast, ada):
    clinic = cast.organizations["clinic"]
    organizations.change_organization(clinic, phone="1", version=1, actor=ada)
    with pytest.raises(Conflict) as refused:
        organizations.change_organization(clinic, phone="2", version=1, actor=ada)
    assert refused.value.current == 2


def test_the_provider_stays_active(cast, ada):
    with pytest.raises(WrongState):
        organizations.deactivate_organization(cast.organizations["house"], actor=ada)
    organizations.deactivate_organization(cast.organizations["clinic"], actor=ada)
    assert cast.actor("rita").rights == frozenset()
    organizations.activate_organization(cast.organizations["clinic"], actor=ada)
    assert cast.actor("rita").has("portal.use")


def test_a_site_has_its_name_once(cast, ada):
    site = organizations.keep_site(cast.organizations["clinic"], "Haus 2", actor=ada)
    with pytest.raises(Invalid):
        organizations.keep_site(cast.organizations["clinic"], "Haus 2", actor=ada)
    assert organizations.keep_site(cast.organizations["clinic"], "Haus 3", site=site, actor=ada).pk == site.pk


def test_only_administrators_keep_organisations(cast):
    for name in ("alan", "max", "eve", "victor", "rita", "karl", "zoe"):
        with pytest.raises(NotAllowed):
            organizations.make_organization("Neu", kind="customer", actor=cast.actor(name))
        with pytest.raises(NotAllowed):
            organizations.keep_site(cast.organizations["clinic"], "Neu", actor=cast.actor(name))


def test_a_person_has_several_addresses_and_the_first_is_written_to(cast):
    person = persons.make_person(
        "Jürgen Müller", organization=cast.organizations["clinic"], mails=["J.M@klinikum.example", "jm@privat.example"],
        phones=["+49 7071 1234"], function="Pflege", actor=cast.actor("alan"),
    )  # fmt: skip
    assert queries.first_mail(person) == "j.m@klinikum.example"
    assert person.sort_key == "muller jurgen"
    person = persons.change_person(
        person, mails=["jm@privat.example", "j.m@klinikum.example"], actor=cast.actor("alan")
    )
    assert queries.first_mail(person) == "jm@privat.example"
    person = persons.change_person(person, mails=["jm@privat.example"], actor=cast.actor("alan"))
    assert list(person.addresses.filter(kind="mail").values_list("folded", flat=True)) == ["jm@privat.example"]
    person = persons.change_person(person, function="Arzt", actor=cast.actor("alan"))
    assert "jm@privat.example" in person.search
    assert "mueller" in person.search


def test_an_address_that_stays_keeps_its_proof(cast, ada):
    address = Address.objects.get(folded="rita@klinikum.example")
    persons.prove_address(address, actor=GATE)
    persons.change_person(cast.rita, mails=["new@klinikum.example", "rita@klinikum.example"], actor=ada)
    address.refresh_from_db()
    assert address.proven_at
    assert not address.is_first


def test_a_mail_address_belongs_to_one_person_and_the_error_names_nobody(cast):
    with pytest.raises(Invalid) as refused:
        persons.make_person(
            "New", organization=cast.organizations["works"], mails=["RITA@klinikum.example"], actor=cast.actor("alan")
        )
    said = str(refused.value.fields)
    assert "mails" in refused.value.fields
    assert "Rita" not in said
    assert "Klinikum" not in said
    assert not Person.objects.filter(name="New").exists()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": ""}, "name"), ({"mails": ["x"]}, "mails"), ({"phones": ["call me"]}, "phones"),
        ({"language": "xx"}, "language"), ({"account": None}, "account"), ({"is_active": False}, "is_active"),
        ({"function": "x" * 201}, "function"), ({"mails": [f"m{n}@x.example" for n in range(21)]}, "mails"),
        ({"mails": ["a@b.example\nBcc: c@d.example"]}, "mails"),
    ],
)  # fmt: skip
def test_wrong_values_of_a_person_are_named_by_field(cast, fields, wrong):
    with pytest.raises(Invalid) as refused:
        persons.change_person(cast.rita, actor=cast.actor("alan"), **fields)
    assert list(refused.value.fields) == [wrong]


def test_a_site_of_another_organisation_is_refused(cast, ada):
    site = organizations.keep_site(cast.organizations["works"], "Halle", actor=ada)
    with pytest.raises(Invalid) as refused:
        persons.change_person(cast.rita, site=site, actor=ada)
    assert "site" in refused.value.fields


def test_p22_a_colleague_cannot_open_an_account_by_adding_an_address(cast):
    with pytest.raises(NotAllowed):
        persons.change_person(cast.ada, mails=["alan@haus.example"], actor=cast.actor("alan"))
    with pytest.raises(NotAllowed):
        persons.change_person(cast.berta, place="Keller", actor=cast.actor("alan"))
    persons.change_person(cast.alan, place="Empfang", actor=cast.actor("alan"))


def test_outsiders_change_no_person(cast):
    for name in ("eve", "victor", "rita", "karl", "zoe"):
        with pytest.raises(NotAllowed):
            persons.change_person(cast.rita, place="x", actor=cast.actor(name))
        with pytest.raises(NotAllowed):
            persons.make_person("X", organization=cast.organizations["clinic"], actor=cast.actor(name))


def test_who_leaves_can_no_longer_sign_in(cast, ada):
    persons.deactivate_person(cast.alan, actor=ada)
    cast.alan.account.refresh_from_db()
    assert not cast.alan.account.is_active
    assert cast.actor("alan").rights == frozenset()
    with pytest.raises(NotAllowed):
        persons.deactivate_person(cast.rita, actor=cast.actor("berta"))


def test_a_known_sender_costs_one_query(cast, django_assert_num_queries):
    with django_assert_num_queries(1):
        person = queries.person_of_mail(" Rita@KLINIKUM.example")
        assert person.organization.name == "Klinikum Aschertal"
    assert persons.person_for_address("rita@klinikum.example", "Whoever", actor=GATE) == (cast.rita, False)


def test_a_stranger_joins_the_organisation_that_claims_the_domain(cast):
    person, is_new = persons.person_for_address("Paul.Neu@station4.klinikum.example", "", actor=GATE)
    assert is_new
    assert (person.name, person.organization.key) == ("Paul Neu", "clinic")
    assert persons.person_for_address("paul.neu@station4.klinikum.example", "X", actor=GATE) == (person, False)
    assert queries.found_persons(Person.objects.all(), "paul neu").get() == person


def test_a_stranger_of_no_domain_joins_who_takes_strangers_or_nobody(cast, ada):
    with pytest.raises(NotFound) as refused:
        persons.person_for_address("x@elsewhere.example", "X", actor=GATE)
    assert refused.value.code == "no_home"
    organizations.change_organization(cast.organizations["works"], takes_strangers=True, actor=ada)
    person, _new = persons.person_for_address("x@elsewhere.example", '"Evil"\r\nBcc: a@b.example', actor=GATE)
    assert person.organization.key == "works"
    assert "\n" not in person.name
    with pytest.raises(Invalid):
        persons.person_for_address("not an address", "", actor=GATE)


def test_p28_lists_hold_what_the_actor_may_see(cast):
    everybody = Person.objects.count()
    assert policy.persons_visible_to(cast.actor("alan")).count() == everybody
    assert set(policy.persons_visible_to(cast.actor("rita"))) == {cast.rita}
    assert set(policy.persons_visible_to(cast.actor("karl"))) == {cast.rita, cast.karl}
    assert set(policy.persons_visible_to(cast.actor("zoe"))) == {cast.zoe}
    assert set(policy.persons_visible_to(cast.actor("eve"))) == {cast.eve}
    for name in ("rita", "karl", "zoe", "eve", "victor"):
        own = policy.visible_to(cast.actor(name))
        assert [o.pk for o in own] == [cast.persons[name].organization_id]
        with pytest.raises(NotFound):
            queries.person(cast.alan.pk, actor=cast.actor(name))


def test_persons_are_found_by_umlauts_parts_and_typing_errors(cast):
    alan = cast.actor("alan")
    made = persons.make_person(
        "Jürgen Müller-Lüdenscheidt", organization=cast.organizations["clinic"], mails=["jml@klinikum.example"],
        phones=["07071 99887"], actor=alan,
    )  # fmt: skip
    for words in ("mueller", "Müller", "jurg muell", "luedensch", "jml@klin", "99887", "Ludenscheit", "Jurgem"):
        assert made in queries.found_persons(policy.persons_visible_to(alan), words), words
    assert made in queries.persons_of_phone("+49 7071 99887")
    assert not queries.found_persons(policy.persons_visible_to(cast.actor("zoe")), "mueller").exists()
    assert not queries.found_persons(Person.objects.all(), '"').exists(), "no word is not every person"
    assert queries.found_persons(Person.objects.all(), " ").exists()
