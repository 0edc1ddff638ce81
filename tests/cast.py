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


def make_cast() -> Cast:
    """Organisations, teams and people of the cast, in the database."""
    cast = Cast()
    for key, name, kind, domains in (
        ("house", "Haus-IT", "provider", ["haus.example"]),
        ("clinic", "Klinikum Aschertal", "customer", ["klinikum.example"]),
        ("works", "Werk Nord", "customer", ["werk.example"]),
        ("extern", "Extern GmbH", "external", ["extern.example"]),
        ("maker", "Hersteller AG", "vendor", ["hersteller.example"]),
    ):
        cast.organizations[key] = Organization.objects.create(
            key=key, name=name, sort_key=name.lower(), kind=kind, mail_domains=domains, takes_strangers=False
        )
    for key, name, level, organization in (
        ("desk", "Service Desk", 1, "house"),
        ("workplace", "Arbeitsplatz & Druck", 2, "house"),
        ("network", "Netz", 3, "house"),
        ("servers", "Server", 3, "house"),
        ("outside", "Extern Fachanwendungen", 3, "extern"),
        ("maker", "Hersteller", 4, "maker"),
    ):
        cast.teams[key] = Team.objects.create(
            key=key, name=name, level=level, organization=cast.organizations[organization]
        )
    for key, (name, organization, roles, team) in PEOPLE.items():
        domain = cast.organizations[organization].mail_domains[0]
        account = Account.objects.create(
            login=f"{key}@{domain}", roles=roles, language="de", created_at=clock.now(), password="!"
        )
        person = Person.objects.create(
            organization=cast.organizations[organization],
            account=account,
            name=name,
            sort_key=name.lower(),
            language="de",
        )
        Address.objects.create(person=person, kind="mail", value=account.login, folded=account.login)
        if team:
            Membership.objects.create(team=cast.teams[team], person=person, from_date=date(2020, 1, 1))
        cast.persons[key] = person
    return cast
