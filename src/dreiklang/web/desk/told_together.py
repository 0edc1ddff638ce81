"""Sentences of the journal about what ties tickets together, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dreiklang.kernel import clock
from dreiklang.web.components import moments

Names = Mapping[Any, str]


def _linked(event: Any, names: Names, teams: Names) -> str:
    return link_words(event.kind, is_origin=event.is_origin) + f" {event.other_number}"


def _unlinked(event: Any, names: Names, teams: Names) -> str:
    words = link_words(event.kind, is_origin=event.is_origin) + f" {event.other_number}"
    return _("no longer linked: %(what)s") % {"what": words}


def _own_values(event: Any, names: Names, teams: Names) -> str:
    """Values are not told: who reads the line may not know of every field."""
    count = len(event.fields)
    return ngettext("wrote into %(n)d own field", "wrote into %(n)d own fields", count) % {"n": count}


def link_words(kind: str, *, is_origin: bool) -> str:
    """What a link says, read from one of its ends to the other."""
    return {
        ("related", True): _("has to do with"),
        ("related", False): _("has to do with"),
        ("duplicate", True): _("is the same as"),
        ("duplicate", False): _("is also reported as"),
        ("caused_by", True): _("is caused by"),
        ("caused_by", False): _("is the cause of"),
    }[kind, is_origin]


def _parted(event: Any, names: Names, teams: Names) -> str:
    words = _("parted again from %(number)s") % {"number": event.other_number}
    if not event.late:
        return words
    came = ngettext("%(n)d message that came meanwhile", "%(n)d messages that came meanwhile", event.late)
    return f"{words}, {came % {'n': event.late}}"


def _split(event: Any, names: Names, teams: Names) -> str:
    words = ngettext(
        "%(n)d message split off into %(number)s", "%(n)d messages split off into %(number)s", event.messages
    )
    return words % {"n": event.messages, "number": event.other_number}


def _adopted(event: Any, names: Names, teams: Names) -> str:
    words = _("child from now on: %(number)s") if event.is_parent else _("waits for the solution of %(number)s")
    return words % {"number": event.other_number}


def _released(event: Any, names: Names, teams: Names) -> str:
    words = (
        _("no longer a child: %(number)s") if event.is_parent else _("no longer waits for the solution of %(number)s")
    )
    return words % {"number": event.other_number}


def _task(event: Any, names: Names, teams: Names) -> str:
    return {
        "done": _("done: %(task)s"),
        "open": _("not done after all: %(task)s"),
        "changed": _("task changed: %(task)s"),
        "moved": _("tasks put in order"),
        "removed": _("task removed: %(task)s"),
    }[event.what] % {"task": event.gist}


def _visit(event: Any, names: Names, teams: Names) -> str:
    moment = moments.clock_words(datetime.fromisoformat(event.starts), clock.now(), timezone.get_current_timezone())
    when = f"{moment}, {event.place}" if event.place else moment
    return {
        "planned": _("appointment: %(when)s"),
        "changed": _("appointment changed: %(when)s"),
        "cancelled": _("appointment called off: %(when)s"),
        "done": _("appointment over: %(when)s"),
    }[event.what] % {"when": when}


def _voted(event: Any, names: Names, teams: Names) -> str:
    """Who said yes or no is the line's author unless a mailed link said it."""
    words = _("%(name)s says yes") if event.answer == "yes" else _("%(name)s says no")
    said = words % {"name": names.get(event.person_id, "?")}
    return f"{said}: {event.gist}" if event.gist else said


TOLD: dict[str, Callable[[Any, Names, Names], str]] = {
    "own_values.kept": _own_values,
    "ticket.tagged": lambda e, n, t: _("tag: %(name)s") % {"name": e.name},
    "ticket.untagged": lambda e, n, t: _("tag taken off: %(name)s") % {"name": e.name},
    "ticket.linked": _linked,
    "ticket.unlinked": _unlinked,
    "ticket.merged": lambda e, n, t: _("goes on in %(number)s") % {"number": e.other_number},
    "ticket.absorbed": lambda e, n, t: _("%(number)s goes on here") % {"number": e.other_number},
    "ticket.parted": _parted,
    "approval.asked": lambda e, n, t: _("asked for an approval: %(what)s") % {"what": e.gist},
    "approval.voted": _voted,
    "approval.decided": lambda e, n, t: (
        (_("approval granted: %(what)s") if e.state == "granted" else _("approval refused: %(what)s"))
        % {"what": e.gist}
    ),
    "approval.withdrawn": lambda e, n, t: _("approval no longer needed: %(what)s") % {"what": e.gist},
    "approval.reminded": lambda e, n, t: _("reminded of an approval: %(what)s") % {"what": e.gist},
    "tasks.added": lambda e, n, t: _("to be done: %(tasks)s") % {"tasks": e.gist},
    "task.changed": _task,
    "visit.planned": _visit,
    "ticket.split": _split,
    "ticket.split_off": lambda e, n, t: _("split off from %(number)s") % {"number": e.other_number},
    "child.adopted": _adopted,
    "child.released": _released,
    "ticket.followed": lambda e, n, t: _("%(name)s follows from now on") % {"name": n.get(e.person_id, "?")},
    "ticket.unfollowed": lambda e, n, t: _("%(name)s follows no longer") % {"name": n.get(e.person_id, "?")},
}
