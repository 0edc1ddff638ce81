"""Reads about sources and identities that have a name."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from dreiklang.accounts.models import Account
from dreiklang.identities import rules
from dreiklang.identities.models import Identity, Source
from dreiklang.identities.rules import directory
from dreiklang.kernel import clock
from dreiklang.organizations.models import Address, Person
from dreiklang.teams.queries import memberships_on, today

BROWSER_KINDS = (Source.Kind.OIDC, Source.Kind.SAML)


def buttons() -> list[Source]:
    """The services that the sign-in page offers."""
    return list(Source.objects.filter(is_active=True, kind__in=BROWSER_KINDS))


def service(key: str) -> Source | None:
    """An active service by the name in its address."""
    return Source.objects.filter(key=key, is_active=True, kind__in=BROWSER_KINDS).first()


def directories() -> list[Source]:
    """Directories that take passwords now: active, and not resting because they did not answer."""
    awake = Q(rests_until=None) | Q(rests_until__lte=clock.now())
    return list(Source.objects.filter(awake, is_active=True, kind=Source.Kind.LDAP).order_by("pk"))


def identities_of(account: Account) -> QuerySet[Identity]:
    """What opens an account besides its own password."""
    return Identity.objects.filter(account=account, confirmed_at__isnull=False).select_related("source")


def plan(source: Source, entries: Sequence[directory.Entry]) -> directory.Plan:
    """What taking these people over would do; nothing is changed."""
    group_rules = [directory.GroupRule(rule.group, rule.role, rule.team_id) for rule in source.group_rules.all()]
    known = known_people(source, entries)
    return directory.plan(entries, known, group_rules, makes_persons=source.organization_id is not None)


def known_people(source: Source, entries: Sequence[directory.Entry]) -> dict[str, directory.Known]:
    """Subject → person, of all who are tied to a source or whose address, if it is believed, is a person's."""
    tied = {
        identity.subject: identity
        for identity in source.identities.filter(confirmed_at__isnull=False).select_related("account__person")
    }
    mails = {
        entry.address: entry.subject for entry in entries
        if entry.subject not in tied
        and rules.is_believed(rules.Claim(entry.subject, entry.address, True), source.mail_domains)
    }  # fmt: skip
    found: dict[str, tuple[Person, Identity | None]] = {
        s: (i.account.person, i) for s, i in tied.items() if hasattr(i.account, "person")
    }
    rows = Address.objects.filter(kind=Address.Kind.MAIL, folded__in=list(mails)).select_related("person__account")
    for address in rows:
        found.setdefault(mails[address.folded], (address.person, None))
    teams: dict[int, set[int]] = {}
    ids = [person.pk for person, _identity in found.values()]
    for person_id, team_id in memberships_on(today()).filter(person_id__in=ids).values_list("person_id", "team_id"):
        teams.setdefault(person_id, set()).add(team_id)
    return {
        subject: directory.Known(
            person.pk, person.name, has_account=person.account is not None, is_open=person.is_active,
            was_closed_by_sync=identity is not None and identity.closed_at is not None, is_tied=identity is not None,
            roles=frozenset(person.account.roles if person.account else ()),
            teams=frozenset(teams.get(person.pk, ())),
        )
        for subject, (person, identity) in found.items()
    }  # fmt: skip
