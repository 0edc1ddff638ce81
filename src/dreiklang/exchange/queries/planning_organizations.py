"""Lines of a table as organisations with their sites."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from dreiklang.exchange.models import Import
from dreiklang.exchange.rules import columns
from dreiklang.exchange.rules.planned import Planned
from dreiklang.organizations import rules as people
from dreiklang.organizations.models import Organization


class OrganizationLines:
    """One line is one organisation; one that is there already stays as it is, so that twice is no change."""

    def __init__(self, run: Import, all_cells: Sequence[dict[str, str]]) -> None:
        self.seen: dict[str, int] = {}
        there = Organization.objects.values_list("key", "name")
        self.there = {name for key, full in there for name in (key, people.sort_key(full))}

    def plan(self, line: int, cells: dict[str, str]) -> Planned:
        """What becomes of one line."""
        name = people.tidy(cells.get("name", ""), 201)
        planned = Planned(line, name[:200])
        if not name:
            planned.errors.append(_("The name is missing."))
        elif len(name) > 200:
            planned.errors.append(_("The name is longer than 200 characters."))
        key = cells.get("key", "")
        for known in {people.sort_key(name), key} - {""}:
            if known in self.there:
                planned.errors.append(_("This organisation is here already; it stays as it is."))
                break
            if known in self.seen:
                planned.errors.append(_("Line %(line)d names this organisation already.") % {"line": self.seen[known]})
                break
            self.seen[known] = line
        self._put(planned, cells)
        return planned

    def _put(self, planned: Planned, cells: dict[str, str]) -> None:
        values = planned.values
        try:
            values["kind"] = columns.one_of(columns.ORGANIZATION_KINDS, cells.get("kind", ""))
        except columns.NotUnderstood:
            planned.errors.append(
                _("“%(cell)s” is no kind of organisation: customer, external or vendor.") % {"cell": cells["kind"][:40]}
            )
        try:
            values["language"] = columns.one_of(columns.LANGUAGES, cells.get("language", "")) or "de"
        except columns.NotUnderstood:
            planned.errors.append(_("“%(cell)s” is no language: de or en.") % {"cell": cells["language"][:40]})
        values |= {name: cells[name] for name in ("phone", "region", "note") if cells.get(name)}
        values |= {
            "name": planned.title, "key": cells.get("key", ""),
            "mail_domains": [d.lower().lstrip("@") for d in columns.several(cells.get("mail_domains", ""))],
            "sites": columns.several(cells.get("sites", ""))[:200],
        }  # fmt: skip
        planned.words = ", ".join(values["mail_domains"])
