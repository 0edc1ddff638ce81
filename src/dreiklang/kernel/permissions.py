"""Actors and their rights. Deny by default: an actor has the rights listed, and no other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from django.utils.translation import gettext as _

from dreiklang.kernel.errors import NotAllowed

T = TypeVar("T")


@dataclass(frozen=True)
class Actor:
    """Who does something: a person, an API token of a person, or a part of the desk itself.

    ``kind`` and ``id`` name the author in the journal (a person acts as ``person`` whatever the door).
    ``circles`` says where the actor belongs: circle → ids, e.g. ``{"team": {3}, "organization": {1}}``.
    """

    kind: str
    id: int | None = None
    name: str = ""
    rights: frozenset[str] = frozenset()
    circles: Mapping[str, frozenset[int]] = field(default_factory=dict)
    language: str = "en"
    account_id: int | None = None
    _known: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, name: str, work_out: Callable[[], T]) -> T:
        """What follows from the actor's rights and circles alone, worked out once in the actor's life (one request)."""
        if name not in self._known:
            self._known[name] = work_out()
        return cast(T, self._known[name])

    @property
    def is_system(self) -> bool:
        """A part of the desk itself: it may do everything, and its lines say which part it was."""
        return self.kind == "system"

    def has(self, right: str) -> bool:
        """Whether the actor has a right, named ``package.verb``."""
        return self.is_system or right in self.rights

    def ids(self, circle: str) -> frozenset[int]:
        """The ids of one of the actor's circles, empty if it has none."""
        return self.circles.get(circle, frozenset())

    @property
    def person_id(self) -> int:
        """The person who acts; refuses where nobody does (what one keeps for oneself needs a self)."""
        if self.kind != "person" or self.id is None:
            raise NotAllowed(_("This is for persons only."))
        return self.id

    @property
    def teams(self) -> frozenset[int]:
        """Ids of the teams the actor is a member of today."""
        return self.ids("team")

    @property
    def levels(self) -> frozenset[int]:
        """Support levels (1 to 4) of the actor's teams."""
        return self.ids("level")

    @property
    def organizations(self) -> frozenset[int]:
        """Ids of the organisations the actor belongs to or answers for."""
        return self.ids("organization")

    def limited_to(self, rights: frozenset[str]) -> Actor:
        """The same actor through a narrower door, such as an API token with scopes."""
        return Actor(self.kind, self.id, self.name, self.rights & rights, self.circles, self.language, self.account_id)


def system(part: str) -> Actor:
    """The desk itself as an actor; ``part`` says which part, e.g. ``mail`` or ``schedule``."""
    return Actor("system", None, part)


def require(is_allowed: bool, message: object = "") -> None:
    """Refuse with NotAllowed unless a policy said yes. First beat of every command."""
    if not is_allowed:
        raise NotAllowed(message or _("You may not do this."))
