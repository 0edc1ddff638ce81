"""The demo desk's organisations, teams, people and categories, made by commands; and who acts for whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import translation

from dreiklang.assets.commands.items import make_service
from dreiklang.assets.models import ConfigurationItem
from dreiklang.calendars.commands import add_calendar, add_standard
from dreiklang.calendars.rules import DAY_NAMES
from dreiklang.channels.mail.settings.commands import make_mailbox
from dreiklang.console.demo.mails import ADDRESS
from dreiklang.console.demo.people import CATEGORIES, ORGANIZATIONS, PEOPLE, SERVICES, SITES, TEAMS, Someone
from dreiklang.escalation.commands.gates import set_gate
from dreiklang.escalation.commands.ladders import Step, keep_ladder
from dreiklang.escalation.models import Rung
from dreiklang.kernel.permissions import Actor, system
from dreiklang.organizations.commands.organizations import keep_site, make_organization
from dreiklang.organizations.commands.persons import make_person
from dreiklang.organizations.commands.sign_ins import give_account
from dreiklang.organizations.models import Organization, Person, Site
from dreiklang.sla.commands.agreements import make_usual_agreement
from dreiklang.teams.commands.absences import note_absence
from dreiklang.teams.commands.members import add_member
from dreiklang.teams.commands.teams import make_team
from dreiklang.teams.models import Team
from dreiklang.teams.queries import actor_for
from dreiklang.tickets.commands.categories import keep_question, make_category
from dreiklang.tickets.models import Category, CategoryQuestion

#: One password for every sign-in that the demo shows; a demo desk holds nothing worth guarding.
PASSWORD = "dreiklang-demo"  # noqa: S105
#: Whose sign-ins are shown, with what they do.
SIGN_INS: tuple[tuple[str, str], ...] = (
    ("alan", "Level 1"),
    ("berta", "Level 2"),
    ("carl", "Level 3, Netz"),
    ("hanna", "Level 3, Fachanwendungen"),
    ("emil", "Externer Dienstleister"),
    ("viktor", "Hersteller, Level 4"),
    ("max", "Service-Management"),
    ("ada", "Administration"),
    ("rita", "Anwenderin, Klinikum"),
    ("karin", "Auftraggeber, Klinikum"),
    ("emma", "Requester, Berg & Roth"),
)

SETUP = system("init")


@dataclass
class World:
    """Everything the stories need to play, by key."""

    organizations: dict[str, Organization] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    persons: dict[str, Person] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    categories: dict[str, Category] = field(default_factory=dict)
    questions: dict[str, list[CategoryQuestion]] = field(default_factory=dict)
    services: dict[str, ConfigurationItem] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    requesters: dict[str, list[str]] = field(default_factory=dict)
    taught: set[str] = field(default_factory=set)
    learned: set[str] = field(default_factory=set)

    def key_of(self, person_id: int | None) -> str | None:
        """The key of a person by id."""
        return next((key for key, person in self.persons.items() if person.pk == person_id), None)


def make_world(begins: date) -> World:
    """Make the desk as it stood on a day ninety days ago, before the first ticket."""
    world = World()
    add_standard(actor=SETUP)
    with translation.override("de"):
        make_usual_agreement(actor=SETUP)
    sites: dict[tuple[str, str], Site] = {}
    for key, (name, kind, language, region, domains) in ORGANIZATIONS.items():
        world.organizations[key] = make_organization(
            name, kind=kind, actor=SETUP, key=key, language=language, region=region, mail_domains=domains,
            takes_strangers=key == "unsorted",
        )  # fmt: skip
        for place in SITES.get(key, []):
            sites[key, place] = keep_site(world.organizations[key], place, actor=SETUP)
    for key, (name, level, organization, subject) in TEAMS.items():
        world.teams[key] = make_team(
            name, level=level, organization=world.organizations[organization], actor=SETUP, key=key, subject=subject
        )
    make_mailbox(ADDRESS, actor=SETUP, name="Talwerk IT-Hilfe", team=world.teams["desk"], is_catch_all=True)
    for someone in PEOPLE:
        _make_person(world, someone, sites, begins)
    _make_categories(world)
    _make_services(world)
    return world


def make_ladders() -> None:
    """The ladders of the demo desk: made last, so that the past rings nobody."""
    lead, manager = Step(Rung.Whom.LEAD), Step(Rung.Whom.MANAGER, 30)
    keep_ladder(
        None, actor=SETUP, name="Zusage in Gefahr", trigger="promise", threshold=80, rungs=[lead, manager],
        lowest_priority=2,
    )  # fmt: skip
    keep_ladder(None, actor=SETUP, name="Ticket liegt still", trigger="idle", threshold=960, rungs=[lead])
    keep_ladder(None, actor=SETUP, name="Zweimal zurückgegeben", trigger="handed_back", threshold=2, rungs=[lead])
    keep_ladder(
        None, actor=SETUP, name="Unverzichtbarer Service", trigger="essential", threshold=60,
        rungs=[Step(Rung.Whom.MANAGER), Step(Rung.Whom.CONTACT, 60)],
    )  # fmt: skip


def _make_services(world: World) -> None:
    always = add_calendar("24×7", actor=SETUP, week={day: [["00:00", "24:00"]] for day in DAY_NAMES})
    for key, (name, criticality, cost, is_always, customers) in SERVICES.items():
        world.services[key] = make_service(
            name, actor=SETUP, key=key, criticality=criticality, hourly_cost=Decimal(cost) if cost else None,
            calendar=always if is_always else None,
            uses={world.organizations[customer].pk: people for customer, people in customers.items()},
        )  # fmt: skip


def _make_person(world: World, someone: Someone, sites: dict[tuple[str, str], Site], begins: date) -> None:
    organization = world.organizations[someone.organization]
    first, last = someone.name.split()[-2:]
    local = f"{first}.{last}".lower().translate(
        {ord(a): b for a, b in zip("äöüßć", ("ae", "oe", "ue", "ss", "c"), strict=True)}
    )
    person = make_person(
        someone.name,
        organization=organization,
        actor=SETUP,
        mails=[f"{local}@{organization.mail_domains[0]}"],
        phones=[someone.phone] if someone.phone else [],
        function=someone.function,
        site=sites.get((someone.organization, someone.site)),
        place=someone.place,
        language=someone.language,
        is_vip=someone.is_vip,
    )
    is_shown = someone.key in {key for key, _what in SIGN_INS}
    account = give_account(person, roles=someone.roles, actor=SETUP, password=PASSWORD if is_shown else None)
    if someone.team:
        role = "lead" if someone.is_lead else "member"
        add_member(world.teams[someone.team], person, actor=SETUP, role=role, from_date=begins - timedelta(days=200))
        world.members.setdefault(someone.team, []).append(someone.key)
    else:
        world.requesters.setdefault(someone.organization, []).append(someone.key)
    world.persons[someone.key] = person
    world.actors[someone.key] = actor_for(account)


def _make_categories(world: World) -> None:
    for position, (key, (german, english, parent, questions)) in enumerate(CATEGORIES.items()):
        category = make_category(
            {"de": german, "en": english},
            actor=SETUP,
            key=key,
            parent=world.categories.get(parent),
            team=world.teams.get(key),
            position=position,
        )
        world.categories[key] = category
        world.questions[key] = [*world.questions.get(parent, [])] + [
            keep_question(
                category, actor=SETUP, labels={"de": asked, "en": asked_in_english}, needed_for_level=level,
                in_portal=in_portal, position=n,
            )
            for n, (asked, asked_in_english, level, in_portal) in enumerate(questions)
        ]  # fmt: skip
    set_gate(None, actor=SETUP, to_level=2, demands=("reason", "observations", "steps", "question"))
    set_gate(None, actor=SETUP, to_level=3, demands=("reason", "observations", "steps", "ruled_out", "question"))


def note_todays_absences(world: World, now: datetime) -> None:
    """Somebody is always away."""
    today = now.date()
    for key, substitute, days in (("olga", "nils", 3), ("jules", "ina", 6)):
        note_absence(
            world.persons[key],
            from_date=today - timedelta(days=1),
            until_date=today + timedelta(days=days),
            substitute=world.persons[substitute],
            actor=SETUP,
        )
