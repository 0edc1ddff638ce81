"""Organisations and persons: one by id, by address, by phone, by words."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from dreiklang.accounts.models import Account
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.kernel.questions import Question
from dreiklang.organizations import policy, rules
from dreiklang.organizations.models import Address, Organization, Person

_of_mail: Question[Address] = Question(
    lambda folded: (
        Address.objects.select_related("person__organization", "person__account", "person__site")
        .filter(kind=Address.Kind.MAIL, folded=folded)
        .order_by("pk")[:1]
    )
)


def organization(organization_id: int, *, actor: Actor) -> Organization:
    """An organisation the actor may see. Raises NotFound."""
    found = policy.visible_to(actor).filter(pk=organization_id).first()
    if found is None:
        raise NotFound(code="no_organization")
    return found


def person(person_id: int, *, actor: Actor) -> Person:
    """A person the actor may see, with organisation, site and account. Raises NotFound."""
    found = (
        policy.persons_visible_to(actor).select_related("organization", "site", "account").filter(pk=person_id).first()
    )
    if found is None:
        raise NotFound(code="no_person")
    return found


def person_of_mail(address: str) -> Person | None:
    """The person a mail address belongs to, with organisation and account. One query."""
    found = _of_mail.first(rules.folded_mail(address))
    return found.person if found else None


def organization_of_sender(address: str) -> Organization | None:
    """Where a sender nobody knows belongs: to whoever claims the domain or the nearest above it, else to strangers'."""
    above = rules.domains_above(rules.domain_of(address))
    claims = Organization.objects.filter(Q(mail_domains__overlap=above) | Q(takes_strangers=True), is_active=True)
    best: tuple[int, Organization] | None = None
    for candidate in claims:
        places = [above.index(domain) for domain in candidate.mail_domains if domain in above]
        rank = min(places) if places else len(above)
        if best is None or rank < best[0]:
            best = (rank, candidate)
    return best[1] if best else None


def persons_of_phone(number: str) -> QuerySet[Person]:
    """Persons with a phone number ending in the last nine digits: national and international ones find each other."""
    tail = rules.phone_digits(number)[-9:].lstrip("0")
    if len(tail) < 5:
        return Person.objects.none()
    return Person.objects.filter(
        addresses__kind=Address.Kind.PHONE, addresses__folded__endswith=tail, is_active=True
    ).distinct()


def found_persons(persons: QuerySet[Person], words: str) -> QuerySet[Person]:
    """Those of some persons whose name, function, place, mail or phone holds every word; typing errors are
    forgiven where nobody fits exactly. Look only among ``persons_visible_to``: what others store changes nothing."""
    wanted = rules.folded(words).split()[:8]
    if not wanted:
        return persons.none() if words.strip() else persons
    exact = persons
    for word in wanted:
        exact = exact.filter(search__contains=word)
    if exact.exists():
        return exact
    near = persons
    for word in wanted:
        near = near.filter(search__trigram_word_similar=word)
    return near


def first_mail(person: Person) -> str:
    """The address the desk writes to first; empty if there is none."""
    return (
        person.addresses.filter(kind=Address.Kind.MAIL)
        .order_by("-is_first", "pk")
        .values_list("folded", flat=True)
        .first()
        or ""
    )


def person_of_account(account: Account) -> Person | None:
    """The person an account belongs to, with the organisation."""
    return Person.objects.select_related("organization").filter(account=account).first()
