"""The rail: lists with counts, areas, and who is signed in."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from dreiklang.channels.chat.policy import may_chat
from dreiklang.channels.gate import policy as gate
from dreiklang.channels.monitoring.policy import visible_to
from dreiklang.channels.telephony.policy import may_talk
from dreiklang.communication.queries import unread_of
from dreiklang.kernel.counting import Counts, count_words, counts
from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge.policy import may_write
from dreiklang.shifts.queries import unread_entries
from dreiklang.tickets.policy import WORK
from dreiklang.tickets.queries.views import pinned_views, readings_of
from dreiklang.training.policy import may_look
from dreiklang.training.queries.lessons import own_open
from dreiklang.web.addresses import address
from dreiklang.web.desk import list_contents, lists
from dreiklang.web.desk.leading import may_count, may_lead
from dreiklang.web.routing import AUDIENCES, actor_of

#: Pages below the area of learning.
OF_LEARNING = frozenset(
    {
        "lessons",
        "lesson",
        "lesson_deed",
        "effects",
        "effect_tickets",
        "improving",
        "gap",
        "processes",
        "process",
        "process_keeper",
        "proposal",
        "exercises",
        "exercise_new",
        "exercise",
        "exercise_change",
        "solutions",
        "skills",
        "team_skills",
        "person_skills",
        "skill",
    }
)
OF_OUTAGES = frozenset({"outage", "outage_new"})
NEWS, MONITORING, LESSONS = "notifications", "monitoring", "lessons"


def pinned_for(actor: Actor) -> tuple[list[dict[str, Any]], dict[str, QuerySet[Any]]]:
    """The pinned views as entries, and what fits each; one that cannot be read says so instead of a count."""
    readings = readings_of(pinned_views(actor), actor=actor)
    language = get_language() or "en"
    entries = [
        {
            "key": f"view-{reading.view.pk}",
            "name": reading.view.name_in(language),
            "icon": "alert-triangle" if reading.mistake else "pin",
            "url": address("desk:view", reading.view.pk),
        }
        for reading in readings
    ]
    return entries, {f"view-{reading.view.pk}": reading.found for reading in readings}


def _keys_of(actor: Actor) -> list[str]:
    """What the rail counts besides the views, in the order in which it is asked for."""
    listed = lists.keys_for(actor) if actor.has(AUDIENCES["desk"]) else []
    own = [NEWS, "book"] if actor.kind == "person" else []
    return [*listed, *own, *([MONITORING] if actor.has(WORK) else []), *([LESSONS] if may_look(actor) else [])]


def _found_by(key: str, actor: Actor) -> QuerySet[Any]:
    if key == NEWS:
        return unread_of(actor)
    if key == "book":
        return unread_entries(actor)
    if key == LESSONS:
        return own_open(actor)
    return visible_to(actor).filter(state="firing") if key == MONITORING else list_contents.tickets_in(key, actor=actor)


_counts = Counts(lambda actor: {key: _found_by(key, actor) for key in _keys_of(actor)})


def counted_for(actor: Actor) -> dict[str, int]:
    """How much is in each list and area of the rail but its views: counted once for a page."""
    return actor.once("rail.counted", lambda: dict(zip(_keys_of(actor), _counts(actor), strict=True)))


def rail_of(request: HttpRequest) -> dict[str, Any]:
    """What the rail's templates read: lists and areas, counted in one statement, and pinned views in another."""
    actor = actor_of(request)
    entries = lists.lists_for(actor) if actor.has(AUDIENCES["desk"]) else []
    areas: list[dict[str, Any]] = [
        {"key": NEWS, "name": _("News"), "icon": "bell", "goto": "n", "url": address("desk:notifications")},
        *_telephone(actor),
        *_chats(actor),
        *_monitoring(actor),
        {"key": "outages", "name": _("Outages"), "icon": "alert-octagon", "goto": "", "url": address("desk:outages")},
        {"key": "views", "name": _("Views"), "icon": "layout-list", "goto": "v", "url": address("desk:views")},
        {"key": "book", "name": _("Shift book"), "icon": "book", "goto": "b", "url": address("desk:book")},
        {"key": "duty", "name": _("Who is there"), "icon": "users", "goto": "d", "url": address("desk:duty")},
        *_knowledge(actor),
        *_learning(actor),
        {"key": "search", "name": _("Search"), "icon": "search", "goto": "f", "url": address("desk:search")},
    ]
    views, found_by_view = pinned_for(actor) if actor.has(AUDIENCES["desk"]) else ([], {})
    counted = counts(found_by_view) | counted_for(actor)
    for entry in entries + views + areas:
        entry["count"] = counted.get(entry["key"], 0)
        entry["count_words"] = count_words(entry["count"])
    if gate.may_settle_held(actor):
        areas.append({"key": "spam", "name": _("Spam"), "icon": "mail-off", "count": 0, "goto": "",
                      "count_words": "", "url": address("desk:spam")})  # fmt: skip
    for key, name, icon, may in (
        ("board", _("Levels and teams"), "layout-board", may_lead(actor)),
        ("numbers", _("Numbers"), "chart-bar", may_count(actor)),
    ):
        if may:
            areas.append({"key": key, "name": name, "icon": icon, "count": 0, "goto": "", "count_words": "",
                          "url": address(f"desk:{key}")})  # fmt: skip
    levels = sorted(actor.levels)
    return {
        "request": request,
        "lists": entries,
        "views": views,
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


def _knowledge(actor: Actor) -> list[dict[str, Any]]:
    """The articles, for those who work inside the house."""
    if not may_write(actor):
        return []
    return [{"key": "articles", "name": _("Knowledge"), "icon": "bulb", "goto": "k", "url": address("desk:articles")}]


def _learning(actor: Actor) -> list[dict[str, Any]]:
    """What the levels learn from each other, for those who work inside the house."""
    if not may_look(actor):
        return []
    return [{"key": LESSONS, "name": _("Learning"), "icon": "school", "goto": "l", "url": address("desk:lessons")}]


def _telephone(actor: Actor) -> list[dict[str, Any]]:
    """Calls, for those who answer them."""
    if not may_talk(actor):
        return []
    return [{"key": "calls", "name": _("Calls"), "icon": "phone", "goto": "c", "url": address("desk:calls")}]


def _chats(actor: Actor) -> list[dict[str, Any]]:
    """Live chats, for those who answer them."""
    if not may_chat(actor):
        return []
    return [{"key": "chats", "name": _("Chats"), "icon": "messages", "goto": "h", "url": address("desk:chats")}]


def _monitoring(actor: Actor) -> list[dict[str, Any]]:
    """The alarms, for those who work inside the house."""
    if not actor.has(WORK):
        return []
    return [{"key": MONITORING, "name": _("Alarms"), "icon": "activity", "goto": "", "url": address("desk:monitoring")}]


def _where(request: HttpRequest) -> str:
    """Which entry is the present one: told by a fragment, or read from the address."""
    if told := request.GET.get("at", ""):
        return told[:40]
    match = request.resolver_match
    if match is None:
        return ""
    if "view_id" in match.kwargs:
        return f"view-{match.kwargs['view_id']}"
    if match.url_name in OF_LEARNING:
        return LESSONS
    if match.url_name in OF_OUTAGES:
        return "outages"
    key = match.kwargs.get("key") or request.GET.get("list") or match.url_name or ""
    return str(key)[:40]
