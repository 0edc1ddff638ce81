"""The rail: lists with counts, areas, and who is signed in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dreiklang.communication.queries import unread_count
from dreiklang.web.desk import lists
from dreiklang.web.routing import AUDIENCES, actor_of


def rail_of(request: HttpRequest) -> dict[str, Any]:
    """What the rail's templates read."""
    actor = actor_of(request)
    news = unread_count(actor) if actor.kind == "person" else 0
    areas = [
        {"key": "notifications", "name": _("News"), "icon": "bell", "count": news, "goto": "n",
         "count_words": "99+" if news > 99 else str(news), "url": reverse("desk:notifications")},
        {"key": "search", "name": _("Search"), "icon": "search", "count": 0, "count_words": "", "goto": "f",
         "url": reverse("desk:search")},
    ]  # fmt: skip
    levels = sorted(actor.levels)
    return {
        "request": request,
        "lists": lists.lists_for(actor) if actor.has(AUDIENCES["desk"]) else [],
        "areas": areas,
        "at": _where(request),
        "me": actor,
        "me_words": ngettext("Level %(levels)s", "Levels %(levels)s", len(levels))
        % {"levels": ", ".join(map(str, levels))}
        if levels
        else "",
        "may_control": actor.has(AUDIENCES["control"]),
        "may_portal": actor.has(AUDIENCES["portal"]),
    }


def _where(request: HttpRequest) -> str:
    """Which entry is the present one: told by a fragment, or read from the address."""
    if told := request.GET.get("at", ""):
        return told[:40]
    match = request.resolver_match
    if match is None:
        return ""
    key = match.kwargs.get("key") or request.GET.get("list") or match.url_name or ""
    return str(key)[:40]
