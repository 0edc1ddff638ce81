"""``erase`` and ``retention``: what would go, and letting it go."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING, Any

from dreiklang.console.answers import ANSWER_IS_NO, DONE, USAGE, Refused, say
from dreiklang.console.desk import open_desk, require_current_tables

if TYPE_CHECKING:
    from dreiklang.exchange.queries.erasing import Preview
    from dreiklang.organizations.models import Person


def erase(options: argparse.Namespace) -> int:
    """Preview, or with ``--yes`` the erasure itself; 1 if something stands against it."""
    begun = time.monotonic()
    with open_desk():
        require_current_tables()
        from dreiklang.exchange.commands.erasing import ask_erasure, make_erasure
        from dreiklang.exchange.queries.erasing import preview_of
        from dreiklang.kernel.errors import Refusal
        from dreiklang.kernel.permissions import system

        actor = system("console")
        person = _person(options.person)
        seen = preview_of(person, actor=actor)
        answer = _answer(seen)
        if options.yes and seen.is_possible:
            try:
                done = make_erasure(ask_erasure(person, actor=actor, because=options.because), actor=actor)
            except Refusal as refused:
                raise Refused(ANSWER_IS_NO, str(refused)) from refused
            answer |= {"erased_at": done.done_at and done.done_at.isoformat(), "counts": done.counts}
        answer["seconds"] = round(time.monotonic() - begun, 2)
    say(answer, _words(answer), as_json=options.json)
    return DONE if answer["is_possible"] else ANSWER_IS_NO


def _person(wanted: str) -> Person:
    from dreiklang.organizations.models import Address, Person

    if wanted.isascii() and wanted.isdigit():
        found = Person.objects.filter(pk=int(wanted)).first()
    else:
        address = Address.objects.filter(kind="mail", folded=wanted.casefold()).select_related("person").first()
        found = address.person if address else None
    if found is None:
        raise Refused(USAGE, f"there is no person {wanted}")
    return found


def _answer(seen: Preview) -> dict[str, Any]:
    return {
        "person": seen.person.pk,
        "is_possible": seen.is_possible,
        "needs_reason": seen.needs_reason,
        "erased": seen.erased,
        "kept": list(seen.kept),
        "against": [{"words": one.words, "tickets": list(one.numbers)} for one in seen.against],
    }


def _words(answer: dict[str, Any]) -> str:
    lines = ["Person {person}: {what}".format(what=_verdict(answer), **answer)]
    lines += [f"  goes: {count} {name.replace('_', ' ')}" for name, count in answer["erased"].items() if count]
    lines += [f"  stays: {words}" for words in answer["kept"]]
    lines += [f"  against: {one['words']} {', '.join(map(str, one['tickets']))}".rstrip() for one in answer["against"]]
    return "\n".join(lines)


def _verdict(answer: dict[str, Any]) -> str:
    if "erased_at" in answer:
        return f"erased in {answer['seconds']} s."
    if not answer["is_possible"]:
        return "something has to be settled first; nothing was changed."
    return "nothing was changed yet; --yes erases them for good."


def retention(options: argparse.Namespace) -> int:
    """What is due, team by team; with ``--run`` the switched-on ones are emptied."""
    with open_desk():
        require_current_tables()
        from dreiklang.exchange.jobs import keep_retention
        from dreiklang.exchange.queries.erasing import retentions
        from dreiklang.kernel.permissions import system

        kept = retentions(actor=system("console"))
        rows = [
            {
                "team": due.retention.team.name if due.retention.team else None,
                "months": due.retention.months,
                "is_active": due.retention.is_active,
                "due": due.tickets,
            }
            for due in kept
        ]
        if options.run:
            keep_retention(timestamp=int(time.time()))
    words = [
        f"{row['team'] or 'all others'}: {row['months']} months, {row['due']} due"
        + ("" if row["is_active"] else " (switched off: report only)")
        for row in rows
    ] or ["No retention is set; words are kept for ever (Control, Retention)."]
    say({"retentions": rows, "has_run": options.run}, "\n".join(words), as_json=options.json)
    return DONE
