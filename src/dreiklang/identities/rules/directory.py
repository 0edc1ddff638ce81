"""What a directory says of its people, and what follows for the desk. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

#: A sync that would close more than this share of those it knows, and more than a handful, is held for a look.
MOST_CLOSED_SHARE, MOST_CLOSED_ALWAYS = 0.2, 5
#: Groups in groups are followed this deep; circles end by themselves.
DEEPEST: Final = 20
_AD_DISABLED: Final = 0x2


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody in a directory."""

    subject: str
    dn: str
    name: str
    address: str = ""
    is_disabled: bool = False
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class GroupRule:
    """What belonging to a group brings: a role, a team, or both."""

    group: str
    role: str = ""
    team_id: int | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody as the desk has them: the person, and what of it a directory decides."""

    person_id: int
    name: str
    has_account: bool = False
    is_open: bool = True
    was_closed_by_sync: bool = False
    is_tied: bool = False
    roles: frozenset[str] = frozenset()
    teams: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a sync does: ``what`` it is, with whom, and with which role or team."""

    what: str
    name: str
    subject: str = ""
    person_id: int | None = None
    roles: tuple[str, ...] = ()
    team_id: int | None = None


@dataclass(slots=True)
class Plan:
    """The steps of a sync, and why it should be looked at before it is carried out (empty: it need not)."""

    steps: list[Step] = field(default_factory=list)
    held: str = ""


def is_disabled(attributes: Mapping[str, Any]) -> bool:
    """Whether an entry may not sign in: by Active Directory, 389 Directory Server, Novell, or OpenLDAP's policy."""
    control = _first(attributes.get("userAccountControl"))
    if control.lstrip("-").isdigit() and int(control) & _AD_DISABLED:
        return True
    if _first(attributes.get("nsAccountLock")).lower() == "true":
        return True
    if _first(attributes.get("loginDisabled")).lower() == "true":
        return True
    return _first(attributes.get("pwdAccountLockedTime")).startswith("000001010000")


def all_groups(direct: Iterable[str], inside: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The groups somebody belongs to, through groups in groups, too. ``inside``: group → groups it is a member of."""
    found: set[str] = set()
    edge = {folded_dn(dn) for dn in direct}
    for _depth in range(DEEPEST):
        edge -= found
        if not edge:
            break
        found |= edge
        edge = {above for dn in edge for above in inside.get(dn, frozenset())}
    return frozenset(found)


def folded_dn(dn: str) -> str:
    """One spelling for a distinguished name: no blanks around its parts, lower case."""
    return ",".join(part.strip() for part in dn.split(",")).lower()


def escaped(value: str) -> str:
    """A value for a filter, so that nothing typed can become a part of it (RFC 4515, 3)."""
    return "".join(
        f"\\{byte:02x}" if byte < 0x20 or byte > 0x7E or byte in b"*()\\" else chr(byte) for byte in value.encode()
    )


def plan(
    entries: Iterable[Entry], known: Mapping[str, Known], rules: Iterable[GroupRule], *, makes_persons: bool
) -> Plan:
    """What a sync would do. ``known``: subject → person as the desk has it, of all that were ever tied or fit by mail.

    Roles and teams that no rule names are left alone. Nobody is removed: who is disabled, or gone from the directory,
    is closed; who comes back is opened again, if it was a sync that closed them.
    """
    made, rules, present = Plan(), list(rules), set()
    managed = frozenset(rule.role for rule in rules if rule.role)
    managed_teams = frozenset(rule.team_id for rule in rules if rule.team_id is not None)
    closing = []
    for entry in entries:
        present.add(entry.subject)
        here = known.get(entry.subject)
        roles = frozenset(rule.role for rule in rules if rule.role and folded_dn(rule.group) in entry.groups)
        teams = {rule.team_id for rule in rules if rule.team_id is not None and folded_dn(rule.group) in entry.groups}
        if here is None:
            if not entry.is_disabled and (makes_persons or roles):
                made.steps.append(Step("new", entry.name, entry.subject, roles=tuple(sorted(roles))))
                made.steps += [Step("joined", entry.name, entry.subject, team_id=t) for t in sorted(teams)]
            continue
        if entry.is_disabled:
            closing += [Step("closed", here.name, entry.subject, here.person_id)] if here.is_open else []
            continue
        made.steps += _changes(entry, here, roles, teams, managed, managed_teams)
    gone = {subject: one for subject, one in known.items() if one.is_tied and subject not in present}
    closing += [Step("closed", one.name, subject, one.person_id) for subject, one in gone.items() if one.is_open]
    made.steps += closing
    tied = sum(1 for one in known.values() if one.is_tied and one.is_open)
    if len(closing) > max(MOST_CLOSED_ALWAYS, MOST_CLOSED_SHARE * tied):
        made.held = "many_closed"
    return made


def _changes(
    entry: Entry, here: Known, roles: frozenset[str], teams: set[int], managed: frozenset[str],
    managed_teams: frozenset[int],
) -> list[Step]:  # fmt: skip
    steps = []
    about = (here.name, entry.subject, here.person_id)
    if not here.is_open and here.was_closed_by_sync:
        steps.append(Step("opened", *about))
    elif not here.is_open:
        return []
    if not here.is_tied and (here.has_account or roles):
        steps.append(Step("tied", *about))
    if entry.name and entry.name != here.name:
        steps.append(Step("named", entry.name, entry.subject, here.person_id))
    wanted = (here.roles - managed) | roles
    if wanted != here.roles and wanted and (here.has_account or roles):
        steps.append(Step("roles", *about, tuple(sorted(wanted))))
    elif not wanted and here.roles:
        steps.append(Step("roles", *about, ("requester",)))
    steps += [Step("joined", *about, (), team) for team in sorted(teams - here.teams)]
    steps += [Step("left", *about, (), team) for team in sorted((here.teams & managed_teams) - teams)]
    return steps


def _first(value: Any) -> str:
    if isinstance(value, list | tuple):
        value = value[0] if value else ""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value if value is not None else "")
