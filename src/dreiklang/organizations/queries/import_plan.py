"""What reading a list of persons would do, line by line, before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations import policy, rules
from dreiklang.organizations.models import Address, Organization, Person, Site

CREATED, UPDATED, UNCHANGED, REJECTED = "created", "updated", "unchanged", "rejected"


@dataclass
class PlannedLine:
    """One line of the list: what becomes of it, and why not. ``values`` are what the command will be given."""

    line: int
    name: str
    outcome: str
    errors: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    person: Person | None = None
    organization: Organization | None = None
    site_name: str = ""
    values: dict[str, Any] = field(default_factory=dict)


@dataclass
class ImportPlan:
    """The whole list: its lines, and the sites it would make."""

    lines: list[PlannedLine]
    new_sites: list[str]

    def count(self, outcome: str) -> int:
        """How many lines come to this."""
        return sum(1 for line in self.lines if line.outcome == outcome)

    @property
    def counts(self) -> dict[str, int]:
        """All four counts."""
        return {outcome: self.count(outcome) for outcome in (CREATED, UPDATED, UNCHANGED, REJECTED)}


def import_plan(content: bytes, *, actor: Actor, default: Organization | None = None) -> ImportPlan:
    """Plan a list's import. Raises Invalid (field ``file``) if the list as a whole cannot be read.

    A person is known by any of the mail addresses, without one by name within the organisation. Empty cells change
    nothing; addresses are added, never taken away. The same list twice changes nothing the second time.
    """
    require(policy.may_manage_organizations(actor))
    try:
        listed = rules.read_list(content)
    except rules.BadList as bad:
        raise Invalid({"file": [_sentence_of_list(bad)]}, code=f"list_{bad.code}") from bad
    known = _Known(listed, default)
    lines = [known.plan(one) for one in listed]
    return ImportPlan(lines, sorted(known.new_sites))


class _Known:
    """What the database knows about the persons of a list, read in a handful of queries whatever its length."""

    def __init__(self, listed: list[rules.ListedPerson], default: Organization | None) -> None:
        self.default = default
        self.new_sites: set[str] = set()
        self.seen: dict[str, int] = {}
        self.organizations: dict[str, list[Organization]] = {}
        for organization in Organization.objects.filter(is_active=True):
            for name in {organization.key, rules.sort_key(organization.name)}:
                self.organizations.setdefault(name, []).append(organization)
        self.sites = {
            (site.organization_id, rules.sort_key(site.name)): site for site in Site.objects.filter(is_active=True)
        }
        mails = {rules.folded_mail(mail) for one in listed for mail in one.mails}
        addresses = Address.objects.filter(kind=Address.Kind.MAIL, folded__in=mails)
        self.of_mail = dict(addresses.values_list("folded", "person_id"))
        keys = {rules.person_sort_key(one.name) for one in listed if not one.mails}
        found = Person.objects.select_related("organization", "site").prefetch_related("addresses")
        self.persons = {p.pk: p for p in found.filter(pk__in=set(self.of_mail.values()))}
        self.of_name: dict[tuple[int, str], list[Person]] = {}
        for person in found.filter(sort_key__in=keys) if keys else ():
            self.of_name.setdefault((person.organization_id, person.sort_key), []).append(person)

    def plan(self, one: rules.ListedPerson) -> PlannedLine:
        """What becomes of one line."""
        errors = [_sentence_of_cell(column, code) for column, code in one.errors]
        mails = [rules.folded_mail(mail) for mail in one.mails]
        errors += [_("“%(mail)s” is not a mail address.") % {"mail": m[:80]} for m in mails if not rules.is_mail(m)]
        errors += [
            _("“%(phone)s” is not a phone number.") % {"phone": phone[:60]}
            for phone in one.phones
            if not 2 <= len(rules.phone_digits(phone)) <= 20
        ]
        organization = self._organization(one, errors)
        person = self._person(one, mails, organization, errors)
        if person is None and organization is None and not one.organization:
            errors.append(_("The organisation is missing."))
        planned = PlannedLine(
            one.line, one.name, REJECTED, errors, person=person, organization=organization, site_name=one.site
        )
        if errors:
            return planned
        self._note(mails, one.line)
        self._decide(planned, one, mails)
        return planned

    def _organization(self, one: rules.ListedPerson, errors: list[str]) -> Organization | None:
        if not one.organization:
            return self.default
        found = self.organizations.get(one.organization) or self.organizations.get(rules.sort_key(one.organization))
        if not found:
            errors.append(_("There is no organisation “%(name)s”.") % {"name": one.organization[:80]})
        elif len(found) > 1:
            errors.append(_("Several organisations are called “%(name)s”; use the key.") % {"name": found[0].name})
        return found[0] if found and len(found) == 1 else None

    def _person(
        self, one: rules.ListedPerson, mails: list[str], organization: Organization | None, errors: list[str]
    ) -> Person | None:
        for mail in mails:
            if mail in self.seen:
                errors.append(_("Line %(line)d has this mail address already.") % {"line": self.seen[mail]})
        ids = {self.of_mail[mail] for mail in mails if mail in self.of_mail}
        if len(ids) > 1:
            errors.append(_("These mail addresses belong to different persons."))
        if ids:
            return self.persons[ids.pop()]
        if mails or organization is None:
            return None
        namesakes = self.of_name.get((organization.pk, rules.person_sort_key(one.name)), [])
        if len(namesakes) > 1:
            errors.append(_("Several persons there have this name; give a mail address."))
        key = f"{organization.pk} {rules.person_sort_key(one.name)}"
        if key in self.seen:
            errors.append(_("Line %(line)d names this person already.") % {"line": self.seen[key]})
        self.seen.setdefault(key, one.line)
        return namesakes[0] if len(namesakes) == 1 else None

    def _note(self, mails: list[str], line: int) -> None:
        for mail in mails:
            self.seen.setdefault(mail, line)

    def _decide(self, planned: PlannedLine, one: rules.ListedPerson, mails: list[str]) -> None:
        """Compare a line with what is known, and keep only what is different."""
        person = planned.person
        organization = planned.organization if one.organization else (
            person.organization if person else planned.organization
        )  # fmt: skip
        assert organization is not None
        planned.organization = organization
        values: dict[str, Any] = {
            "name": one.name, "function": one.function, "language": one.language, "is_vip": one.is_vip,
        }  # fmt: skip
        values = {name: value for name, value in values.items() if value not in ("", None)}
        if person is not None:
            values = {name: value for name, value in values.items() if getattr(person, name) != value}
            if person.organization_id != organization.pk:
                values["organization"] = organization
        site = self.sites.get((organization.pk, rules.sort_key(one.site))) if one.site else None
        if one.site and site is None:
            self.new_sites.add(f"{organization.name}: {one.site}")
            planned.changed.append("site")
        elif site is not None and (person is None or person.site_id != site.pk):
            values["site"] = site
        if "organization" in values and not one.site:
            values["site"] = None
        self._add_addresses(values, person, mails, one.phones)
        planned.values = values
        planned.changed += [name for name in values if name not in planned.changed]
        planned.outcome = CREATED if person is None else UPDATED if planned.changed else UNCHANGED

    def _add_addresses(
        self, values: dict[str, Any], person: Person | None, mails: list[str], phones: tuple[str, ...]
    ) -> None:
        kept = sorted(person.addresses.all(), key=lambda a: (not a.is_first, a.pk)) if person else []
        present_mails = [a.folded for a in kept if a.kind == Address.Kind.MAIL]
        present_phones = {a.folded: a.value for a in kept if a.kind == Address.Kind.PHONE}
        if new := [mail for mail in mails if mail not in present_mails]:
            values["mails"] = [*present_mails, *new]
        if fresh := [phone for phone in phones if rules.phone_digits(phone) not in present_phones]:
            values["phones"] = [*present_phones.values(), *fresh]


def _sentence_of_cell(column: str, code: str) -> str:
    sentences = {
        ("name", "missing"): _("The name is missing."),
        ("language", "unknown"): _("The language must be de or en."),
        ("vip", "unknown"): _("VIP must be yes or no."),
        ("", "too_many_cells"): _("The line has more cells than the heading."),
    }
    return sentences[column, code]


def _sentence_of_list(bad: rules.BadList) -> str:
    sentences = {
        "too_large": _("The file is larger than 10 MB."),
        "too_many": _("The file has more than %(what)s lines; please part it."),
        "broken": _("The file is not a whole CSV: a quotation mark is missing somewhere."),
        "empty": _("The file has no persons in it."),
        "no_text": _("This is not a CSV file. Save the table as CSV and try again."),
        "unknown_column": _("The column “%(what)s” is unknown."),
        "column_twice": _("The column “%(what)s” appears twice."),
        "no_name_column": _("The first line must name the columns; “name” is missing."),
    }
    return sentences[bad.code] % {"what": bad.what}
