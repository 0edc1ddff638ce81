"""The fixed cast: the same people in every test, made by the tables themselves so that tests begin quickly.

Rita requests, Alan answers at level 1, Berta at level 2, Carl and Dora are third-level experts, Victor is the vendor,
Eve works for an external provider, Max manages, Ada administers. Zoe belongs to another customer and must always be
refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from dreiklang.accounts.models import Account
from dreiklang.kernel import clock
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Address, Organization, Person
from dreiklang.teams.models import Membership, Team
from dreiklang.teams.queries import actor_for


@dataclass
class Cast:
    """Organisations, teams and people by name; actors are made when asked for."""

    organizations: dict[str, Organization] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    persons: dict[str, Person] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        """Somebody as an actor with the rights and teams of this moment."""
        account = self.persons[name].account
        assert account is not None
        return actor_for(account)

    def __getattr__(self, name: str) -> Person:
        try:
            return self.persons[name]
        except KeyError as unknown:
            raise AttributeError(name) from unknown


#: name → (full name, organisation, roles, team)
PEOPLE: dict[str, tuple[str, str, list[str], str | None]] = {
    "rita": ("Rita Weber", "clinic", ["requester"], None),
    "karl": ("Karl Contact", "clinic", ["requester", "contact"], None),
    "zoe": ("Zoe Zimmer", "works", ["requester", "contact"], None),
    "alan": ("Alan Yildiz", "house", ["agent"], "desk"),
    "berta": ("Berta Krüger", "house", ["agent"], "workplace"),
    "carl": ("Carl Thomsen", "house", ["agent"], "network"),
    "dora": ("Dora Nowak", "house", ["agent"], "servers"),
    "max": ("Max Okafor", "house", ["agent", "lead", "manager"], None),
    "ada": ("Ada Admin", "house", ["administrator", "agent"], None),
    "eve": ("Eve Extern", "extern", ["agent"], "outside"),
    "victor": ("Victor Vendor", "maker", ["agent"], "maker"),
}


ORGANIZATIONS = (
    ("house", "Haus-IT", "provider", ["haus.example"]),
    ("clinic", "Klinikum Aschertal", "customer", ["klinikum.example"]),
    ("works", "Werk Nord", "customer", ["werk.example"]),
    ("extern", "Extern GmbH", "external", ["extern.example"]),
    ("maker", "Hersteller AG", "vendor", ["hersteller.example"]),
)
TEAMS = (
    ("desk", "Service Desk", 1, "house"),
    ("workplace", "Arbeitsplatz & Druck", 2, "house"),
    ("network", "Netz", 3, "house"),
    ("servers", "Server", 3, "house"),
    ("outside", "Extern Fachanwendungen", 3, "extern"),
    ("maker", "Hersteller", 4, "maker"),
)


def make_cast() -> Cast:
    """Organisations, teams and people of the cast, in the database: six statements, as nearly every test needs them."""
    cast = Cast()
    cast.organizations = {
        key: Organization(
            key=key, name=name, sort_key=name.lower(), kind=kind, mail_domains=domains, takes_strangers=False
        )
        for key, name, kind, domains in ORGANIZATIONS
    }
    Organization.objects.bulk_create(cast.organizations.values())
    cast.teams = {
        key: Team(key=key, name=name, level=level, organization=cast.organizations[organization])
        for key, name, level, organization in TEAMS
    }
    Team.objects.bulk_create(cast.teams.values())
    for key, (name, organization, roles, _team) in PEOPLE.items():
        login = f"{key}@{cast.organizations[organization].mail_domains[0]}"
        account = Account(login=login, roles=roles, language="de", created_at=clock.now(), password="!")
        home = cast.organizations[organization]
        cast.persons[key] = Person(organization=home, account=account, name=name, sort_key=name.lower(), language="de")
    people = cast.persons
    Account.objects.bulk_create([person.account for person in people.values()])
    Person.objects.bulk_create(people.values())
    logins = {person: person.account.login for person in people.values()}
    Address.objects.bulk_create(
        Address(person=person, kind="mail", value=login, folded=login) for person, login in logins.items()
    )
    Membership.objects.bulk_create(
        Membership(team=cast.teams[team], person=people[key], from_date=date(2020, 1, 1))
        for key, (_name, _organization, _roles, team) in PEOPLE.items()
        if team
    )
    return cast
