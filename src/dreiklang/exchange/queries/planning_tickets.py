"""Lines of a table as tickets: whom they are of, what they say, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from dreiklang.exchange.models import Import, ImportLine
from dreiklang.exchange.rules import columns
from dreiklang.exchange.rules.planned import Planned
from dreiklang.kernel import clock
from dreiklang.organizations import rules as people
from dreiklang.organizations.models import Address, Organization, Person
from dreiklang.teams.models import Team
from dreiklang.tickets.models import Category

LONGEST_TEXT = 100_000


class TicketLines:
    """What the desk knows that lines name, read in a handful of queries whatever their number."""

    def __init__(self, run: Import, all_cells: Sequence[dict[str, str]]) -> None:
        self.options = run.options
        self.seen: dict[str, int] = {}
        self.organizations: dict[str, list[Organization]] = {}
        self.domains: dict[str, Organization] = {}
        for one in Organization.objects.filter(is_active=True):
            for name in {one.key, people.sort_key(one.name)}:
                self.organizations.setdefault(name, []).append(one)
            self.domains |= dict.fromkeys(one.mail_domains, one)
        self.categories = _named(Category.objects.filter(is_active=True))
        self.teams = _named(Team.objects.filter(is_active=True, level=1))
        mails = {people.folded_mail(cells.get("requester", "")) for cells in all_cells} - {""}
        default = people.folded_mail(str(self.options.get("requester") or ""))
        self.persons: dict[str, Person] = {}
        found = Address.objects.filter(kind=Address.Kind.MAIL).select_related("person")
        for chunk in _chunks(sorted({*mails, default} - {""}), 5_000):
            self.persons |= {one.folded: one.person for one in found.filter(folded__in=chunk)}
        self.default = self.persons.get(default)
        references = sorted({cells["reference"] for cells in all_cells if cells.get("reference")})
        self.came: dict[str, int] = {}
        lines = ImportLine.objects.filter(ticket__isnull=False).exclude(run=run)
        for chunk in _chunks(references, 5_000):
            self.came |= dict(lines.filter(reference__in=chunk).values_list("reference", "ticket__number"))

    def plan(self, line: int, cells: dict[str, str]) -> Planned:
        """What becomes of one line."""
        planned = Planned(line, cells.get("subject", "")[:200], reference=cells.get("reference", "")[:100])
        errors = planned.errors
        if not planned.title:
            errors.append(_("The subject is missing."))
        if len(cells.get("text", "")) > LONGEST_TEXT:
            errors.append(_("The text is longer than 100,000 characters."))
        self._refuse_double(planned)
        self._put_requester(planned, cells)
        self._put_classes(planned, cells)
        self._put_times(planned, cells)
        planned.values |= {
            "subject": cells.get("subject", ""), "text": cells.get("text", ""), "solution": cells.get("solution", ""),
            "tags": columns.several(cells.get("tags", ""))[:20],
            "own": {
                name.removeprefix(columns.OWN_FIELD): cell
                for name, cell in cells.items() if name.startswith(columns.OWN_FIELD) and cell
            },
        }  # fmt: skip
        return planned

    def _refuse_double(self, planned: Planned) -> None:
        number = planned.reference
        if not number:
            return
        if number in self.seen:
            planned.errors.append(
                _("Line %(line)d has the number %(number)s already.") % {"line": self.seen[number], "number": number}
            )
        elif number in self.came:
            planned.errors.append(
                _("%(number)s came with a former import already; here it is ticket %(ticket)s.")
                % {"number": number, "ticket": self.came[number]}
            )
        self.seen.setdefault(number, planned.line)

    def _put_requester(self, planned: Planned, cells: dict[str, str]) -> None:
        mail = people.folded_mail(cells.get("requester", ""))
        organization = self._organization(planned, cells)
        if mail and not people.is_mail(mail):
            planned.errors.append(_("“%(mail)s” is not a mail address.") % {"mail": mail[:80]})
            return
        person = self.persons.get(mail) if mail else self.default
        if person is not None:
            if not person.is_active:
                planned.errors.append(_("%(name)s has left.") % {"name": person.name})
            planned.values["requester"] = person
            planned.words = person.name
        elif not mail:
            planned.errors.append(
                _("Who asked? There is no mail address in this line, and none was named for such lines.")
            )
        else:
            self._put_stranger(planned, cells, mail, organization)

    def _put_stranger(self, planned: Planned, cells: dict[str, str], mail: str, of: Organization | None) -> None:
        of = of or next(
            (self.domains[d] for d in people.domains_above(people.domain_of(mail)) if d in self.domains), None
        )
        if not self.options.get("makes_persons"):
            planned.errors.append(_("Nobody here has the address %(mail)s.") % {"mail": mail[:80]})
        elif of is None:
            planned.errors.append(
                _("Nobody here has the address %(mail)s, and no organisation claims its domain.") % {"mail": mail[:80]}
            )
        else:
            planned.makes_person = mail
            name = cells.get("requester_name", "")[:200] or people.name_from_mail(mail)
            planned.values |= {"mail": mail, "name": name, "organization": of}
            planned.words = f"{name}, {of.name}"

    def _organization(self, planned: Planned, cells: dict[str, str]) -> Organization | None:
        name = cells.get("organization", "")
        found = self.organizations.get(name) or self.organizations.get(people.sort_key(name)) or [] if name else []
        if len(found) > 1:
            planned.errors.append(_("Several organisations are called “%(name)s”; use the key.") % {"name": name[:80]})
        elif name and not found:
            planned.errors.append(_("There is no organisation “%(name)s”.") % {"name": name[:80]})
        return found[0] if len(found) == 1 else None

    def _put_classes(self, planned: Planned, cells: dict[str, str]) -> None:
        values = planned.values
        values["kind"] = _told(planned, cells, "kind", lambda c: columns.one_of(columns.KINDS, c)) or "incident"
        values["impact"] = _told(planned, cells, "impact", columns.degree) or 3
        values["urgency"] = _told(planned, cells, "urgency", columns.degree) or 2
        values["language"] = _told(planned, cells, "language", lambda c: columns.one_of(columns.LANGUAGES, c)) or ""
        values["category"] = values["team"] = None
        if name := cells.get("category", ""):
            values["category"] = self.categories.get(columns.folded(name))
            if values["category"] is None:
                planned.errors.append(_("There is no category “%(name)s”.") % {"name": name[:80]})
        if name := cells.get("team", ""):
            values["team"] = self.teams.get(columns.folded(name))
            if values["team"] is None:
                planned.errors.append(_("There is no first level team “%(name)s”.") % {"name": name[:80]})

    def _put_times(self, planned: Planned, cells: dict[str, str]) -> None:
        opened = _aware(_told(planned, cells, "opened_at", columns.moment))
        ended = _aware(_told(planned, cells, "ended_at", columns.moment))
        if "state" in cells:
            is_over = bool(_told(planned, cells, "state", columns.has_ended))
            ended = (ended or opened or clock.now()) if is_over else None
        now = clock.now()
        if (opened and opened > now) or (ended and ended > now):
            planned.errors.append(_("A moment in this line has not come yet."))
        elif opened and ended and ended < opened:
            planned.errors.append(_("It ends before it begins."))
        planned.values |= {"opened_at": opened, "ended_at": ended}


def _named(rows: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row in rows:
        found |= {columns.folded(row.name): row, columns.folded(row.key): row}
    return found


def _chunks(values: list[str], size: int) -> list[list[str]]:
    return [values[n : n + size] for n in range(0, len(values), size)]


def _told(planned: Planned, cells: dict[str, str], name: str, understand: Callable[[str], Any]) -> Any:
    """What a cell means; one that is not understood is named."""
    try:
        return understand(cells.get(name, ""))
    except columns.NotUnderstood:
        sentence = {
            "kind": _("“%(cell)s” is no kind of ticket: incident, request, question, complaint or security."),
            "impact": _("“%(cell)s” is no impact: 1 high, 2 medium, 3 low."),
            "urgency": _("“%(cell)s” is no urgency: 1 high, 2 medium, 3 low."),
            "language": _("“%(cell)s” is no language: de or en."),
            "state": _("“%(cell)s” is no state we know: open or closed."),
            "opened_at": _("“%(cell)s” is no moment: 2024-03-17 14:05 or 17.03.2024 14:05."),
            "ended_at": _("“%(cell)s” is no moment: 2024-03-17 14:05 or 17.03.2024 14:05."),
        }[name]
        planned.errors.append(sentence % {"cell": cells.get(name, "")[:40]})
        return None


def _aware(at: datetime | None) -> datetime | None:
    """A moment without a zone is meant in the desk's."""
    if at is None or timezone.is_aware(at):
        return at
    return timezone.make_aware(at, ZoneInfo(settings.TIME_ZONE))
