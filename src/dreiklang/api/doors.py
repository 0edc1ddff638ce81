"""Who calls: the token's account as an actor, limited to the token's scopes. And the policy each operation declares."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar, cast

from django.http import HttpRequest
from ninja.security import HttpBearer

from dreiklang.accounts.commands.tokens import note_use
from dreiklang.accounts.models import ApiToken
from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotAllowed, Refusal
from dreiklang.kernel.permissions import Actor, system
from dreiklang.teams.queries import actor_by_token

Operation = TypeVar("Operation", bound=Callable[..., Any])

SIGNED_IN = "signed_in"
A_MINUTE = timedelta(minutes=1)


class UnknownQuery(Refusal):
    """The query holds something the operation does not know (HTTP 400, P30)."""

    code = "unknown_field"

    def __init__(self, names: list[str]) -> None:
        super().__init__(f"The query may not hold: {', '.join(names)[:500]}")
        self.fields = {name[:100]: ["This is not known here."] for name in names[:20]}


class Bearer(HttpBearer):
    """``Authorization: Bearer dk_…``. An unknown, revoked or expired token, or a disabled account, gets 401."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """The actor behind a token, or None."""
        found = known_caller(request)
        if found is None:
            return None
        actor, record = found
        if record.last_used_at is None or clock.now() - record.last_used_at > A_MINUTE:
            note_use(record, actor=system("api"))
        return actor


def known_caller(request: HttpRequest) -> tuple[Actor, ApiToken] | None:
    """The actor and the token of a request, looked up once; None without a living token."""
    if not hasattr(request, "dreiklang_caller"):
        scheme, _blank, secret = request.headers.get("Authorization", "").partition(" ")
        found = actor_by_token(secret.strip()) if scheme.lower() == "bearer" and secret.strip() else None
        request.dreiklang_caller = found  # type: ignore[attr-defined]
    return cast("tuple[Actor, ApiToken] | None", request.dreiklang_caller)  # type: ignore[attr-defined]


def caller(request: HttpRequest) -> Actor:
    """The actor of a request that passed the bearer check."""
    return cast(Actor, request.auth)  # type: ignore[attr-defined]


def scope(*rights: str) -> Callable[[Operation], Operation]:
    """Declare which rights open an operation (any of them); without the declaration the build fails (P27).

    What a call shows and changes is decided again below, by ``visible_to`` and the command's policy. What stands in
    the query and the operation does not know is refused: a filter with a slip in its name must not show everything.
    """

    def decorate(operation: Operation) -> Operation:
        known = frozenset(inspect.signature(operation).parameters)

        @wraps(operation)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            actor = caller(request)
            if rights != (SIGNED_IN,) and not any(actor.has(right) for right in rights):
                raise NotAllowed()
            if unknown := sorted(set(request.GET) - known):
                raise UnknownQuery(unknown)
            return operation(request, *args, **kwargs)

        # Ninja reads the types of the parameters here, where the names of the operation's module are not known
        guarded.__signature__ = inspect.signature(operation, eval_str=True)  # type: ignore[attr-defined]
        guarded.dreiklang_policy = " ".join(rights)  # type: ignore[attr-defined]
        return cast(Operation, guarded)

    return decorate


#: Whoever works on tickets, inside the house or for what was handed to them.
WORKING = ("tickets.work", "tickets.work_handed", "tickets.see_all")
#: Whoever sets up what the desk does by itself; no account and no mailbox is reached by it.
SETTING_UP = ("control.set_up", "control.use")
#: Whoever may know of a ticket at all.
READING = (*WORKING, "portal.use")
