"""What a fresh desk starts with: one team per level, a catch-all mailbox, an administrator; senders become
requesters.
"""

from __future__ import annotations

import os
import socket
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from dreiklang.accounts import rules as account_rules
from dreiklang.accounts.commands.links import make_link
from dreiklang.accounts.models import Account
from dreiklang.calendars.commands import add_standard
from dreiklang.calendars.models import ServiceCalendar
from dreiklang.catalog.commands import add_ready_entries
from dreiklang.catalog.models import Entry
from dreiklang.channels.mail.settings.commands import make_mailbox
from dreiklang.channels.models import Mailbox
from dreiklang.kernel.permissions import Actor, system
from dreiklang.kernel.secrets import encrypt
from dreiklang.organizations.commands.organizations import make_organization
from dreiklang.organizations.commands.persons import make_person
from dreiklang.organizations.commands.sign_ins import give_account
from dreiklang.organizations.models import Organization, Person
from dreiklang.sla.commands.agreements import make_usual_agreement
from dreiklang.sla.models import Agreement
from dreiklang.teams.commands.members import add_member
from dreiklang.teams.commands.teams import make_team
from dreiklang.teams.models import Team

LOGIN = "admin"


def prepare_desk() -> dict[str, Any]:
    """Make what is missing, all of it or nothing; a desk that has it is left as it is.

    Returns the names of teams and mailbox, and, as long as no administrator has a password, a link to sign in
    once.
    """
    actor = system("console")
    encrypt("the key for stored secrets is made now, not when the first secret comes")
    with transaction.atomic(), translation.override(_language()):
        if not ServiceCalendar.objects.exists():
            add_standard(actor=actor)
        if not Agreement.objects.exists():
            make_usual_agreement(actor=actor)
        provider = _provider(actor)
        if not Entry.objects.exists():
            add_ready_entries(actor=actor)
        if not Organization.objects.filter(takes_strangers=True).exists():
            make_organization(
                _("Everybody else"), kind="customer", language=_language(), takes_strangers=True, actor=actor
            )
        teams = _teams(provider, actor)
        mailbox = _mailbox(teams[0], actor)
        if not Account.objects.filter(roles__contains=[account_rules.ADMINISTRATOR]).exists():
            _make_administrator(provider, teams, actor)
        invitation = _invitation(actor)
    return {
        "teams": [{"name": team.name, "level": team.level} for team in teams],
        "mailbox": mailbox.address,
        "administrator": LOGIN if invitation else None,
        "invitation": invitation,
    }


def _language() -> str:
    """The language of the names that are made: that of the operator's terminal."""
    return "de" if os.environ.get("LC_ALL", os.environ.get("LANG", "")).startswith("de") else "en"


def _provider(actor: Actor) -> Organization:
    found = Organization.objects.filter(kind=Organization.Kind.PROVIDER).order_by("pk").first()
    return found or make_organization(_("IT"), kind="provider", language=_language(), actor=actor)


def _teams(provider: Organization, actor: Actor) -> list[Team]:
    names = {1: _("First level"), 2: _("Second level"), 3: _("Third level")}
    for level, name in names.items():
        if not Team.objects.filter(level=level, is_active=True).exists():
            make_team(name, level=level, organization=provider, actor=actor)
    return [Team.objects.filter(level=level, is_active=True).order_by("pk")[0] for level in names]


def _mailbox(first_level: Team, actor: Actor) -> Mailbox:
    found = Mailbox.objects.filter(is_catch_all=True).first()
    if found:
        return found
    address = f"desk@{_own_domain()}"
    return make_mailbox(address, name=_("Service desk"), team=first_level, is_catch_all=True, actor=actor)


def _own_domain() -> str:
    """The domain of this machine; a reserved one where it has none, until the operator names the right one."""
    name = socket.getfqdn().lower().rstrip(".")
    return name if "." in name and name != "localhost.localdomain" else "desk.invalid"


def _make_administrator(provider: Organization, teams: list[Team], actor: Actor) -> None:
    person = make_person(_("Administrator"), organization=provider, language=_language(), actor=actor)
    roles = [account_rules.ADMINISTRATOR, account_rules.MANAGER, account_rules.AGENT]
    give_account(person, roles=roles, login=LOGIN, actor=actor)
    for team in teams:
        add_member(team, person, actor=actor)


def _invitation(actor: Actor) -> str | None:
    """A link for the first administrator, as long as nobody with that role could sign in otherwise."""
    administrators = Account.objects.filter(roles__contains=[account_rules.ADMINISTRATOR], is_active=True)
    first = administrators.order_by("pk").first()
    if first is None or administrators.count() > 1 or first.has_usable_password():
        return None
    if Person.objects.filter(account=first, addresses__isnull=False).exists():
        return None
    secret = make_link(account_rules.INVITATION, account=first, actor=actor, lasts=account_rules.INVITATION_LASTS)
    return settings.PUBLIC_URL + account_rules.LINK_PATHS[account_rules.INVITATION].format(secret=secret)
