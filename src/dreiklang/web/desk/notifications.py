"""News for oneself: what happened on one's tickets, read and unread."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dreiklang.communication.commands.notifying import mark_notifications_read
from dreiklang.communication.models import Notification
from dreiklang.communication.queries import notifications_of
from dreiklang.communication.queries.subjects import titles_of
from dreiklang.web import forms
from dreiklang.web.routing import actor_of, policy

PAGE = 50
#: Where what news are about stands, if it is no ticket.
PAGES = {"outage": "desk:outage"}


def words_of(notification: Notification) -> str:
    """What happened, in the reader's language."""
    words = {
        "assigned": _("%(name)s assigned this to you"),
        "handed_over": _("%(name)s handed this to your team"),
        "handed_back": _("%(name)s handed this back"),
        "relayed": _("%(name)s offers an answer to put into the requester's words"),
        "replied": _("%(name)s answered"),
        "mentioned": _("%(name)s mentioned you"),
        "reopened": _("It was opened again"),
        "solved": _("%(name)s solved it"),
        "undelivered": _("Your mail could not be delivered"),
        "task": _("%(name)s gave you something to do"),
        "returned": _("It has come back by itself"),
        "followed": _("%(name)s did something on a ticket you follow"),
        "escalated": _("This was escalated to you"),
        "by_rule": _("The rule “%(name)s” asks you to look"),
        "vendor_silent": _("A vendor is silent"),
        "promise_near": _("A promise is due soon"),
        "promise_broken": _("A promise was not kept"),
        "outage": _("%(name)s announced an outage"),
        "outage_over": _("It is over"),
    }.get(notification.kind, _("Something happened"))
    return words % {"name": notification.by_name or _("Somebody")}


def _shown(row: Notification, titles: dict[tuple[str, int], str]) -> dict[str, Any]:
    """A piece of news with what it is about and where that stands."""
    words = words_of(row)
    if row.ticket is not None:
        page = reverse("desk:ticket", args=[row.ticket.number])
        return {"row": row, "title": row.ticket.subject, "page": page, "words": f"{row.ticket.number} · {words}"}
    page = reverse(PAGES[row.subject_kind], args=[row.subject_id])
    title = titles.get((row.subject_kind, row.subject_id or 0), "")
    return {"row": row, "title": title or words, "page": page, "words": words}


@require_GET
@policy("desk")
def page(request: HttpRequest) -> HttpResponse:
    """The newest news, keyset-paged by number."""
    found = notifications_of(actor_of(request))
    if before := forms.whole(request.GET.get("before", "")):
        found = found.filter(pk__lt=before)
    rows = list(found[: PAGE + 1])
    named = [(row.subject_kind, row.subject_id) for row in rows[:PAGE] if row.subject_id is not None]
    titles = titles_of(named, get_language() or "en")
    context = {
        "rows": [_shown(row, titles) for row in rows[:PAGE]],
        "older": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "newest": rows[0].pk if rows else 0,
    }
    return render(request, "web/desk/notifications.html", context)


@require_POST
@policy("desk")
def read(request: HttpRequest) -> HttpResponse:
    """All news up to a number are read."""
    typed = forms.read(request, "up_to")
    mark_notifications_read(actor=actor_of(request), up_to=forms.whole(typed["up_to"]) or 0)
    return redirect("desk:notifications")
