"""What every template may read: the person, the looks they chose, the address of live news."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from dreiklang.web import keys, middleware, routing


def house(request: HttpRequest) -> dict[str, Any]:
    """Theme, density and keys from the account's preferences; the actor, looked up only if a template asks."""
    account = getattr(request, "user", None)
    if account is None or not account.is_authenticated:
        return {"theme": "", "single_keys": False, "live_url": ""}
    return {
        "actor": SimpleLazyObject(lambda: routing.actor_of(request)),
        "theme": {"light": "light", "dark": "dark"}.get(str(account.preference("theme", "")), ""),
        "density": account.preference("density", "dense"),
        "single_keys": bool(account.preference("single_keys", True)),
        "keys_map": keys.map_of(account.preference(keys.PREFERENCE)),
        "chosen_keys": account.preference(keys.PREFERENCE),
        "live_origin": middleware.live_origin(request),
        "live_url": f"{middleware.live_origin(request)}/live/",
    }
