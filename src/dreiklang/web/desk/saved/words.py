"""What columns, orders, groupings and audiences are called, and what the values of a ticket are in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from dreiklang.kernel.permissions import Actor
from dreiklang.tickets.models import SavedView, Ticket
from dreiklang.tickets.rules import views as rules


def column_names() -> dict[str, str]:
    """Columns by key, as the head of the table says them."""
    return {
        "number": _("Number"),
        "subject": _("Subject"),
        "state": _("State"),
        "kind": _("Kind"),
        "priority": _("Priority"),
        "level": _("Level"),
        "team": _("Team"),
        "assignee": _("Assigned to"),
        "requester": _("Requester"),
        "customer": _("Customer"),
        "category": _("Category"),
        "created": _("Opened"),
        "updated": _("Changed"),
        "due": _("Due"),
        "returns": _("Comes back"),
        "resolved": _("Solved"),
        "said": _("Last word"),
        "channel": _("Came by"),
        "staff": _("Staff"),
    }


def sorting_choices(own: dict[str, str]) -> list[tuple[str, str]]:
    """Orders by key, both ways round; ``own`` fields by their keys bring their names."""
    fields = {f"{rules.OWN_FIELD}{key}": label for key, label in own.items()}
    names = column_names() | fields
    found = []
    for key in (*rules.SORTINGS, *fields):
        found.append((key, _("%(column)s, rising") % {"column": names[key]}))
        found.append((f"-{key}", _("%(column)s, falling") % {"column": names[key]}))
    return found


def grouping_choices() -> list[tuple[str, str]]:
    """Groupings by key."""
    names = column_names()
    return [("", _("not grouped")), *((key, names[key]) for key in rules.GROUPINGS)]


def state_words(state: str) -> str:
    """A state in a word."""
    return {
        "new": _("New"),
        "open": _("Open"),
        "waiting": _("Waits"),
        "resolved": _("Solved"),
        "closed": _("Closed"),
        "merged": _("Merged"),
    }.get(state, state)


def channel_words(channel: str) -> str:
    """How a ticket came, in a word."""
    return {
        "mail": _("Mail"),
        "phone": _("Telephone"),
        "fax": _("Fax"),
        "portal": _("Portal"),
        "walk_in": _("In person"),
        "api": _("Interface"),
        "outgoing": _("We wrote first"),
        "desk": _("Desk"),
    }.get(channel, channel)


def kind_words(kind: str) -> str:
    """A kind of ticket in words."""
    return str(dict(Ticket.Kind.choices).get(kind, kind))


def group_words(grouping: str, value: Any) -> str:
    """The head of a group."""
    if value is None or value == "":
        return {"assignee": _("not taken"), "team": _("no team"), "category": _("no category")}.get(grouping, "–")
    if grouping == "state":
        return state_words(str(value))
    if grouping == "kind":
        return kind_words(str(value))
    if grouping == "priority":
        return _("Priority %(step)s") % {"step": value}
    if grouping == "level":
        return _("Level %(level)s") % {"level": value}
    return str(value)


def audience_words(view: SavedView, actor: Actor) -> str:
    """Whose a view is and who else uses it."""
    if view.owner_id is None:
        return _("comes with the desk")
    is_own = actor.kind == "person" and view.owner_id == actor.id
    owner = _("yours") if is_own else (view.owner.name if view.owner else "")
    shared = {
        SavedView.Audience.TEAM: _("for %(team)s") % {"team": view.team.name if view.team else ""},
        SavedView.Audience.ROLE: _("for the role %(role)s") % {"role": role_words(view.role)},
        SavedView.Audience.EVERYONE: _("for everyone at the desk"),
    }.get(SavedView.Audience(view.audience), "")
    return ", ".join(word for word in (owner, shared) if word)


def role_words(role: str) -> str:
    """A role in words."""
    return {
        "agent": _("Agent"),
        "lead": _("Team lead"),
        "manager": _("Service manager"),
        "administrator": _("Administrator"),
    }.get(role, role)


def labels_of(columns: Sequence[str], own: dict[str, str]) -> list[tuple[str, str]]:
    """Columns of a view with their names; own fields bring theirs."""
    names = column_names() | {f"{rules.OWN_FIELD}{key}": label for key, label in own.items()}
    return [(key, names.get(key, key.removeprefix(rules.OWN_FIELD))) for key in columns]
