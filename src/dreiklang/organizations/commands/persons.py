"""Persons and their addresses: make, change, deactivate; the sender of a mail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dreiklang.accounts.commands import accounts
from dreiklang.kernel import clock, journal
from dreiklang.kernel.command import command, personal
from dreiklang.kernel.errors import Conflict, Invalid, NotFound, WrongState
from dreiklang.kernel.events import Event
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations import events, policy, queries, rules
from dreiklang.organizations.models import Address, Organization, Person

#: What a form or call may set; anything else is refused (P30). ``mails`` and ``phones`` are whole lists, first first.
FIELDS = (
    "name", "organization", "site", "function", "place", "manager", "cost_centre", "language", "is_vip", "note",
)  # fmt: skip
LENGTHS = {"function": 200, "place": 200, "cost_centre": 60}
MOST_ADDRESSES = 20


@command
def make_person(
    name: str,
    *,
    organization: Organization,
    actor: Actor,
    mails: Iterable[str] = (),
    phones: Iterable[str] = (),
    **fields: Any,
) -> Person:
    """Make a person with addresses. Raises Invalid by field; a mail address belongs to one person only."""
    require(policy.may_keep_persons(actor))
    person = Person(language=organization.language)
    _put(person, {"name": name, "organization": organization, **fields})
    addresses = [
        Address(person=person, kind=kind, folded=folded, value=value, is_first=place == 0)
        for kind, wanted in (
            (Address.Kind.MAIL, _checked_mails(list(mails))),
            (Address.Kind.PHONE, _checked_phones(list(phones))),
        )
        for place, (folded, value) in enumerate(wanted)
    ]
    person.search = rules.search_words(person.name, person.function, person.place, *(a.folded for a in addresses))
    person.save()
    _keep_addresses(addresses)
    journal.publish(
        events.PersonMade(subject_id=person.pk, organization_id=organization.pk, name=person.name), actor=actor
    )
    return person


@command
def change_person(
    person: Person,
    *,
    actor: Actor,
    version: int | None = None,
    mails: Iterable[str] | None = None,
    phones: Iterable[str] | None = None,
    **fields: Any,
) -> Person:
    """Change some fields, or the whole list of mail addresses or phones. Raises Conflict or Invalid."""
    person = Person.objects.select_for_update(of=("self",)).select_related("organization", "account").get(pk=person.pk)
    require(policy.may_change_person(actor, person))
    if version is not None and version != person.version:
        raise Conflict(_("Somebody else has changed this in the meantime."), current=person.version)
    changed = _put(person, fields)
    person.version += 1
    person.save()
    changed += _put_addresses(person, None if mails is None else list(mails), None if phones is None else list(phones))
    journal.publish(events.PersonChanged(subject_id=person.pk, changed=tuple(changed)), actor=actor)
    return person


@command
def remove_unused(person: Person, *, actor: Actor) -> None:
    """Remove somebody who was made by mistake and of whom nothing speaks yet. Raises WrongState otherwise."""
    require(policy.may_deactivate_persons(actor))
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if person.account_id is not None or queries.is_spoken_of(person):
        raise WrongState(_("%(name)s is in use by now.") % {"name": person.name}, code="in_use")
    gone = events.PersonRemoved(subject_id=person.pk, name=person.name)
    person.delete()
    journal.publish(gone, actor=actor)


@command
def deactivate_person(person: Person, *, actor: Actor) -> Person:
    """Somebody has left: the account is disabled, forms no longer offer them; what they wrote stays."""
    return _switch(person, False, events.PersonDeactivated(subject_id=person.pk), actor)


@command
def activate_person(person: Person, *, actor: Actor) -> Person:
    """Somebody is back. A disabled account stays so until an administrator enables it."""
    return _switch(person, True, events.PersonActivated(subject_id=person.pk), actor)


@personal
def person_for_address(address: str, name: str, *, actor: Actor) -> tuple[Person, bool]:
    """The person a mail address belongs to, and whether they were made just now. One query if they are known.

    A stranger becomes a person of the organisation that claims the domain, else of the one that takes strangers.
    Raises NotFound (``no_home``) if there is none of these, Invalid if the address is none.
    """
    folded = rules.folded_mail(address)
    found = queries.person_of_mail(folded)
    if found is not None:
        return found, False
    if not rules.is_mail(folded):
        raise Invalid({"address": [_("This is not a mail address.")]})
    organization = queries.organization_of_sender(folded)
    if organization is None:
        raise NotFound(_("No organisation takes senders of this domain."), code="no_home")
    try:
        with transaction.atomic():
            return _make_sender(folded, name, organization=organization, actor=actor), True
    except Invalid:
        # Two mails of one stranger at once: the other one was quicker.
        found = queries.person_of_mail(folded)
        if found is None:
            raise
        return found, False


@command
def _make_sender(address: str, name: str, *, organization: Organization, actor: Actor) -> Person:
    shown = rules.tidy(name, 200)
    if not shown or "@" in shown:
        shown = rules.name_from_mail(address)
    person = Person(language=organization.language)
    _put(person, {"name": shown, "organization": organization})
    person.search = rules.search_words(person.name, address)
    person.save()
    _keep_addresses([Address(person=person, value=address, folded=address)])
    made = events.PersonMade(subject_id=person.pk, organization_id=organization.pk, name=person.name, by_mail=True)
    journal.publish(made, actor=actor)
    return person


@command
def prove_address(address: Address, *, actor: Actor) -> Address:
    """A link mailed to this address was opened: it is the person's. Proving it again only renews the moment."""
    require(actor.is_system)
    address.proven_at = clock.now()
    address.save(update_fields=["proven_at"])
    journal.publish(events.AddressProven(subject_id=address.person_id, address_id=address.pk), actor=actor)
    return address


def _switch(person: Person, to: bool, event: Event, actor: Actor) -> Person:
    require(policy.may_deactivate_persons(actor))
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.is_active is to:
        raise WrongState(_("It is so already."), code="already_so")
    person.is_active = to
    person.version += 1
    person.save(update_fields=["is_active", "version"])
    if not to and person.account is not None and person.account.is_active:
        accounts.disable(person.account, actor=actor)
    journal.publish(event, actor=actor)
    return person


def _put(person: Person, fields: Mapping[str, Any]) -> list[str]:
    """Set checked values; returns the names of the fields that are different now."""
    errors: dict[str, list[Any]] = {name: [_("Unknown field.")] for name in fields if name not in FIELDS}
    before = {name: getattr(person, _column(name)) for name in FIELDS}
    for name, value in fields.items():
        if name in FIELDS:
            setattr(person, name, rules.tidy(value, 201) if name in ("name", *LENGTHS) else value)
    person.sort_key = rules.person_sort_key(person.name)
    if not person.name or len(person.name) > 200:
        errors["name"] = [_("A person needs a name of at most 200 characters.")]
    for name, longest in LENGTHS.items():
        if len(getattr(person, name)) > longest:
            errors[name] = [_("At most %(n)d characters.") % {"n": longest}]
    if person.language not in dict(settings.LANGUAGES):
        errors["language"] = [_("The desk does not speak this language.")]
    if person.site is not None and person.site.organization_id != person.organization_id:
        errors["site"] = [_("This site belongs to another organisation.")]
    if person.manager is not None and "manager" in fields and (why := _wrong_manager(person, person.manager)):
        errors["manager"] = [why]
    if errors:
        raise Invalid(errors)
    return [name for name in FIELDS if getattr(person, _column(name)) != before[name]]


def _wrong_manager(person: Person, manager: Person) -> str:
    """Why somebody cannot be a person's manager: they are the same, or from another organisation."""
    if manager.pk == person.pk:
        return _("Nobody is their own manager.")
    if manager.organization_id != person.organization_id:
        return _("The manager belongs to another organisation.")
    return ""


def _column(name: str) -> str:
    return f"{name}_id" if name in ("organization", "site", "manager") else name


def _keep_addresses(addresses: list[Address]) -> None:
    """Insert new addresses, all or none. Raises Invalid if a mail address belongs to somebody, and says not to whom."""
    if not addresses:
        return
    try:
        with transaction.atomic():
            Address.objects.bulk_create(addresses)
    except IntegrityError as taken:
        sentence = _("One of these mail addresses belongs to another person.")
        raise Invalid({"mails": [sentence]}, code="mail_taken") from taken


def _put_addresses(person: Person, mails: list[str] | None, phones: list[str] | None) -> list[str]:
    """Replace the list of mail addresses, of phones, or both, keep what stayed, and renew the words for finding."""
    changed = []
    if mails is not None and _replace(person, Address.Kind.MAIL, _checked_mails(mails)):
        changed.append("mails")
    if phones is not None and _replace(person, Address.Kind.PHONE, _checked_phones(phones)):
        changed.append("phones")
    kept = person.addresses.values_list("folded", flat=True)
    person.search = rules.search_words(person.name, person.function, person.place, *kept)
    Person.objects.filter(pk=person.pk).update(search=person.search)
    return changed


def _replace(person: Person, kind: str, wanted: list[tuple[str, str]]) -> bool:
    present = {address.folded: address for address in person.addresses.filter(kind=kind)}
    order = [folded for folded, _value in wanted]
    same_first = not order or (order[0] in present and present[order[0]].is_first)
    if set(order) == set(present) and same_first and all(present[f].value == v for f, v in wanted):
        return False
    if gone := [address.pk for folded, address in present.items() if folded not in order]:
        Address.objects.filter(pk__in=gone).delete()
    try:
        with transaction.atomic():
            for place, (folded, value) in enumerate(wanted):
                address = present.get(folded) or Address(person=person, kind=kind, folded=folded)
                address.value, address.is_first = value, place == 0
                address.save()
    except IntegrityError as twice:
        raise Invalid(
            {"mails": [_("One of these mail addresses belongs to another person.")]}, code="mail_taken"
        ) from twice
    return True


def _checked_mails(mails: list[str]) -> list[tuple[str, str]]:
    wanted = list(dict.fromkeys(rules.folded_mail(mail) for mail in mails if mail.strip()))
    for mail in wanted:
        if not rules.is_mail(mail):
            raise Invalid({"mails": [_("“%(mail)s” is not a mail address.") % {"mail": mail[:80]}]})
    if len(wanted) > MOST_ADDRESSES:
        raise Invalid({"mails": [_("At most %(n)d addresses.") % {"n": MOST_ADDRESSES}]})
    return [(mail, mail) for mail in wanted]


def _checked_phones(phones: list[str]) -> list[tuple[str, str]]:
    wanted: dict[str, str] = {}
    for phone in phones:
        value, digits = rules.tidy(phone, 51), rules.phone_digits(phone)
        if not value:
            continue
        if not 2 <= len(digits) <= 20 or len(value) > 50:
            raise Invalid({"phones": [_("“%(phone)s” is not a phone number.") % {"phone": value[:60]}]})
        wanted.setdefault(digits, value)
    if len(wanted) > MOST_ADDRESSES:
        raise Invalid({"phones": [_("At most %(n)d addresses.") % {"n": MOST_ADDRESSES}]})
    return list(wanted.items())
