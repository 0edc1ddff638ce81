"""Who is in a seeded desk: read from it, and made by commands where somebody is missing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from dreiklang.console.seed.copying import copied, lexemes_of
from dreiklang.kernel import clock, reactions
from dreiklang.kernel.command import in_one_transaction
from dreiklang.kernel.permissions import Actor, system
from dreiklang.organizations.commands.organizations import make_organization
from dreiklang.organizations.commands.persons import make_person
from dreiklang.organizations.commands.sign_ins import give_account
from dreiklang.organizations.models import Address, Organization, Person
from dreiklang.teams.commands.members import add_member
from dreiklang.teams.commands.teams import make_team
from dreiklang.teams.models import Membership, Team
from dreiklang.tickets.commands.categories import make_category
from dreiklang.tickets.models import Category
from dreiklang.tickets.rules.words import words_for_index

SEEDING: Actor = system("seed")
CUSTOMERS = (("Klinikum Falkenau", "de"), ("Stadtwerke Rosental", "de"), ("Harbour Logistics", "en"),
             ("Maschinenbau Kessler", "de"), ("Northfield Research", "en"))  # fmt: skip
FIRST_NAMES = ("Anke", "Björn", "Clara", "Deniz", "Elif", "Fabian", "Gesa", "Hakan", "Irene", "Jörg", "Kira", "Lars")
LAST_NAMES = ("Adler", "Böhm", "Conrad", "Dietz", "Ebert", "Frey", "Groß", "Hübner", "Jansen", "Kuhn", "Lenz", "Möller")
CATEGORIES = (
    ("Arbeitsplatz", "Workplace"),
    ("Konto", "Account"),
    ("Netz", "Network"),
    ("Fachanwendung", "Application"),
)
PERSONS_OF_A_CUSTOMER, MEMBERS_OF_A_TEAM = 12, 3
#: level → the team that is made where a desk has none with people in it
TEAMS = {1: "Service Desk", 2: "Arbeitsplatz", 3: "Netz & Server"}


@dataclass(frozen=True)
class Requester:
    """Somebody who asks, with everything already written for COPY."""

    id: int
    organization_id: int
    name: str
    address: str
    recipients: str
    language: str
    lexemes: str


@dataclass(frozen=True)
class Holder:
    """A team with its members (person id, name written for COPY)."""

    id: int
    level: int
    members: tuple[tuple[int, str], ...]
    is_outside: bool


@dataclass(frozen=True)
class Cast:
    """Everybody a ticket needs."""

    requesters: tuple[Requester, ...]
    teams: dict[int, tuple[Holder, ...]]
    outside: tuple[Holder, ...]
    categories: tuple[int, ...]


def gather() -> Cast:
    """The people of this desk; those that are missing are made first."""
    with in_one_transaction(), reactions.later_ones_withheld():
        _make_what_is_missing()
    holders = _holders()
    inside = {level: tuple(h for h in holders if h.level == level and not h.is_outside) for level in TEAMS}
    return Cast(
        requesters=tuple(_requesters()),
        teams=inside,
        outside=tuple(holder for holder in holders if holder.is_outside),
        categories=tuple(Category.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True)),
    )


def _asking() -> Iterable[Person]:
    return Person.objects.filter(
        is_active=True, organization__kind="customer", organization__is_active=True
    ).order_by("pk")  # fmt: skip


def _requesters() -> list[Requester]:
    people = list(_asking())
    mails = dict(
        Address.objects.filter(person__in=people, kind="mail")
        .order_by("-is_first", "-pk")
        .values_list("person", "value")
    )
    found: dict[int, str] = {}
    for language in ("de", "en"):
        speaking = [person for person in people if _language(person) == language]
        lines = [" ".join(words_for_index([person.name])) for person in speaking]
        found.update(zip((person.pk for person in speaking), lexemes_of(lines, language), strict=True))
    return [
        Requester(
            id=person.pk,
            organization_id=person.organization_id,
            name=copied(person.name),
            address=copied(mails.get(person.pk, "")),
            recipients=copied(json.dumps([{"name": person.name, "address": mails[person.pk]}], ensure_ascii=False))
            if person.pk in mails
            else "[]",
            language=_language(person),
            lexemes=found[person.pk],
        )
        for person in people
    ]


def _language(person: Person) -> str:
    return "en" if person.language.startswith("en") else "de"


def _holders() -> list[Holder]:
    now = clock.now().date()
    members: dict[int, list[tuple[int, str]]] = {}
    teams: dict[int, tuple[int, str]] = {}
    belonging = Membership.objects.filter(
        Q(until_date=None) | Q(until_date__gte=now), team__is_active=True, from_date__lte=now
    ).order_by("pk")
    for team, level, kind, person, name in belonging.values_list(
        "team_id", "team__level", "team__organization__kind", "person_id", "person__name"
    ):
        members.setdefault(team, []).append((person, copied(name)))
        teams[team] = (level, kind)
    return [
        Holder(team, level, tuple(members[team]), is_outside=kind != Organization.Kind.PROVIDER)
        for team, (level, kind) in teams.items()
        if level > 2 or kind == Organization.Kind.PROVIDER
    ]


def _make_what_is_missing() -> None:
    holders = _holders()
    provider = _provider()
    for level, name in TEAMS.items():
        if not any(holder.level == level and not holder.is_outside for holder in holders):
            _make_team(name, level, provider, place=level)
    if not any(holder.is_outside for holder in holders):
        outside = make_organization(
            "Aktenwerk Betreuung", kind="external", actor=SEEDING, mail_domains=["aktenwerk.example"]
        )
        _make_team("Aktenwerk", 3, outside, place=5)
    if not any(True for _person in _asking()):
        for place, (name, language) in enumerate(CUSTOMERS):
            _make_customer(name, language, place)
    if not Category.objects.filter(is_active=True).exists():
        for german, english in CATEGORIES:
            make_category({"de": german, "en": english}, actor=SEEDING)


def _provider() -> Organization:
    found = Organization.objects.filter(kind=Organization.Kind.PROVIDER).order_by("pk").first()
    return found or make_organization("Haus-IT", kind="provider", actor=SEEDING)


def _make_team(name: str, level: int, organization: Organization, *, place: int) -> None:
    team = Team.objects.filter(level=level, organization=organization, is_active=True).order_by("pk").first()
    team = team or make_team(name, level=level, organization=organization, actor=SEEDING)
    for n in range(MEMBERS_OF_A_TEAM):
        person = _make_person(organization, f"level{level}-{place}", n, place * MEMBERS_OF_A_TEAM + n)
        give_account(person, roles=("agent",), actor=SEEDING)
        add_member(team, person, actor=SEEDING, from_date=date(2020, 1, 1))


def _make_customer(name: str, language: str, place: int) -> None:
    customer = make_organization(name, kind="customer", actor=SEEDING, language=language)
    for n in range(PERSONS_OF_A_CUSTOMER):
        person = _make_person(customer, f"kunde{place}", n, place * PERSONS_OF_A_CUSTOMER + n, language)
        if n == 0:
            give_account(person, roles=("requester", "contact"), actor=SEEDING)


def _make_person(organization: Organization, mark: str, n: int, number: int, language: str = "de") -> Person:
    last, first = divmod(number * 5 + 3, len(FIRST_NAMES))
    name = f"{FIRST_NAMES[first]} {LAST_NAMES[last % len(LAST_NAMES)]}"
    return make_person(
        name, organization=organization, actor=SEEDING, mails=[f"{mark}.{n}@seeded.example"], language=language
    )
