"""How persons come to sign in: an account given, an invitation mailed, a link for whoever typed an address."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from dreiklang.accounts import rules as account_rules
from dreiklang.accounts.commands import accounts, links
from dreiklang.accounts.models import Account
from dreiklang.accounts.policy import may_manage_accounts
from dreiklang.accounts.queries import account_of_login
from dreiklang.kernel import journal
from dreiklang.kernel.command import command, personal
from dreiklang.kernel.errors import Invalid, WrongState
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations import events, queries
from dreiklang.organizations.models import Organization, Person
from dreiklang.organizations.policy import PORTAL_ROLES

#: Roles that only persons of the provider may have; the rights would be taken from others anyway.
PROVIDERS_ROLES = frozenset({account_rules.LEAD, account_rules.MANAGER, account_rules.ADMINISTRATOR})
WORKING_KINDS = (Organization.Kind.PROVIDER, Organization.Kind.EXTERNAL, Organization.Kind.VENDOR)


@command
def give_account(
    person: Person, *, roles: Iterable[str], actor: Actor, login: str = "", password: str | None = None
) -> Account:
    """Let a person sign in, by default under their first mail address. Raises Invalid or WrongState."""
    require(may_manage_accounts(actor))
    if person.account_id is not None:
        raise WrongState(_("This person has an account already."), code="has_account")
    login = login or queries.first_mail(person)
    if not login:
        raise Invalid({"login": [_("Without a mail address a sign-in name is needed.")]})
    wanted = _fitting(person, roles)
    account = accounts.make_account(login, roles=wanted, language=person.language, password=password, actor=actor)
    Person.objects.filter(pk=person.pk).update(account=account)
    person.account = account
    journal.publish(events.AccountGiven(subject_id=person.pk, account_id=account.pk), actor=actor)
    return account


@command
def change_roles(person: Person, roles: Iterable[str], *, actor: Actor) -> Account:
    """Set the roles of a person's account, those that fit the organisation. Raises Invalid or WrongState."""
    require(may_manage_accounts(actor))
    if person.account is None:
        raise WrongState(_("This person has no account."), code="no_account")
    return accounts.change_roles(person.account, _fitting(person, roles), actor=actor)


@command
def invite(person: Person, *, actor: Actor) -> None:
    """Mail a person a link, good for a week, to sign in with and choose a password if they like."""
    require(may_manage_accounts(actor))
    address = queries.first_mail(person)
    if person.account is None or not person.account.is_active:
        raise WrongState(_("This person has no account that could sign in."), code="no_account")
    if not address:
        raise Invalid({"mails": [_("This person has no mail address.")]})
    links.mail_link(person.account, purpose=account_rules.INVITATION, address=address, name=person.name, actor=actor)


@personal
def answer_wanted_link(address: str, *, purpose: str, target: str, language: str, actor: Actor) -> None:
    """Mail the link somebody asked for, if the address belongs to anybody who may sign in; else nothing happens.

    A person without an account gets one as a requester: who reads the mailbox is who they say. An account that can
    do more than ask for help is opened only by its sign-in name or an address proven before (P22).
    """
    person = queries.person_of_mail(address)
    if person is None:
        account = account_of_login(address)
        if account is not None and queries.person_of_account(account) is None:
            links.mail_link(account, purpose=purpose, address=account.login, target=target, actor=actor)
        return
    if not person.is_active or not person.organization.is_active:
        return
    account = person.account
    if account is None:
        if account_of_login(address) is not None:
            return
        account = give_account(person, roles=[account_rules.REQUESTER], login=address, actor=actor)
    if account.is_active and may_open(account, person, address):
        links.mail_link(account, purpose=purpose, address=address, name=person.name, target=target, actor=actor)


def may_open(account: Account, person: Person, address: str) -> bool:
    """Whether who reads this address may open the account: what can do more than ask needs its name or a proven one."""
    if set(account.roles) <= PORTAL_ROLES or account_rules.folded_login(account.login) == address:
        return True
    return person.addresses.filter(folded=address).exclude(proven_at=None).exists()


def _fitting(person: Person, roles: Iterable[str]) -> list[str]:
    wanted, kind = list(roles), person.organization.kind
    if kind != Organization.Kind.PROVIDER and PROVIDERS_ROLES & set(wanted):
        raise Invalid({"roles": [_("Only persons of the provider can have this role.")]})
    if kind not in WORKING_KINDS and account_rules.AGENT in wanted:
        raise Invalid({"roles": [_("A customer's person cannot be an agent.")]})
    return wanted
