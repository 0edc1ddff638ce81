"""What the desk answers to a deed: a fragment refreshes what changed, a plain form goes back to the ticket."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from dreiklang.tickets.models import Ticket


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks, and not for a whole page out of its history."""
    return bool(request.headers.get("HX-Request")) and not request.headers.get("HX-History-Restore-Request")


@dataclass(frozen=True)
class WayBack:
    """Where a deed is undone: the address that is posted to, what is sent along, what the button says."""

    url: str
    values: dict[str, str] = field(default_factory=dict)
    words: str = ""


def done(
    request: HttpRequest, ticket: Ticket, words: str = "", *, closes_sheet: bool = True, undo: WayBack | None = None
) -> HttpResponse:
    """A deed is done: tell the page which parts to load anew, close the sheet, say it in a line.

    With ``undo`` the line stays for ten seconds with a button that takes the deed back.
    """
    if not is_fragment(request):
        if words:
            messages.success(request, words)
        return redirect("desk:ticket", number=ticket.number)
    response = HttpResponse(status=204)
    return told(response, ticket, words, closes_sheet=closes_sheet, undo=undo)


def go_on(request: HttpRequest, url: str) -> HttpResponse:
    """A deed is done, and another page is next."""
    if not is_fragment(request):
        return redirect(url)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = url
    return response


def told(
    response: HttpResponse,
    ticket: Ticket,
    words: str = "",
    *,
    closes_sheet: bool = False,
    undo: WayBack | None = None,
) -> HttpResponse:
    """Add the news about a ticket to an answer."""
    news: dict[str, Any] = {f"live:ticket-{ticket.pk}": {}, "live:lists": {}}
    if closes_sheet:
        news["desk:close-sheet"] = {}
    if words:
        news["desk:toast"] = {"words": str(words)}
        if undo:
            news["desk:toast"] |= {"undo": undo.url, "undoWords": undo.words or _("Undo"), "values": undo.values}
    response["HX-Trigger"] = json.dumps(news)
    return response


def sheet(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A sheet as a fragment over the page, or as a page of its own where no script runs."""
    if is_fragment(request):
        response = render(request, template, context, status=status)
        response["HX-Reswap"] = "innerHTML"
        if request.headers.get("HX-Target") != "sheet":
            # only where it is needed: htmx looks for it from the button, which live news may have replaced by now
            response["HX-Retarget"] = "#sheet"
        return response
    return render(request, "web/desk/sheet_page.html", {**context, "sheet_template": template}, status=status)


def to_ticket(number: int, list_key: str = "") -> str:
    """The address of a ticket, with the list it was opened from."""
    return reverse("desk:ticket", args=[number]) + (f"?list={list_key}" if list_key else "")


def list_of(request: HttpRequest) -> str:
    """The list from which the page that asks was opened, as its address says."""
    address = urlsplit(request.headers.get("HX-Current-URL", ""))
    return parse_qs(address.query).get("list", [""])[0][:40]
