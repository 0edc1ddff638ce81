"""Articles offered while one writes (``??``): as a link or with their text, and only where they may be read.

What is written to a requester takes articles that the requester may read, what is written to a third party public
ones. Others that fit are named, with the reason, and insert nothing: an internal article stays inside (P31).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dreiklang.knowledge.models import Edition
from dreiklang.knowledge.queries.search import search
from dreiklang.knowledge.queries.shown import ShownHit, hits_of
from dreiklang.knowledge.rules import markup
from dreiklang.tickets.models import Ticket
from dreiklang.web.desk.finding import ticket_of
from dreiklang.web.routing import actor_of, policy

NOTE, CORRESPONDENCE = "note", "correspondence"
MOST, LONGEST_TEXT = 5, 4_000
_MARKS: Final = re.compile(r"^#{1,6}\s+|\*\*|__|`", re.M)
_LINK: Final = re.compile(r"\[([^\]\n]+)\]\(([^)\s]+)\)")


@require_GET
@policy("desk")
def offered(request: HttpRequest, number: int, place: str) -> JsonResponse:
    """Articles that fit what was typed behind ``??``; without a word, those that fit the ticket."""
    ticket, _actor = ticket_of(request, number)
    words = request.GET.get("q", "").replace("\x00", "").strip()[:200] or ticket.subject
    found = hits_of(search(words, actor=actor_of(request), limit=MOST), words)
    bodies = dict(Edition.objects.filter(pk__in=[hit.edition.pk for hit in found]).values_list("pk", "body"))
    offers = [offer for hit in found for offer in _offers(hit, ticket, place, bodies.get(hit.edition.pk, ""))]
    offers.sort(key=lambda offer: not offer["text"])
    return JsonResponse({"articles": offers})


def may_be_read_there(edition: Edition, ticket: Ticket, place: str) -> bool:
    """Whether whoever reads what is written in a place may read an edition."""
    if place == NOTE or edition.audience == Edition.Audience.PUBLIC:
        return True
    of_customer = edition.audience == Edition.Audience.CUSTOMER and edition.customer_id == ticket.customer_id
    return of_customer and place != CORRESPONDENCE


def _offers(hit: ShownHit, ticket: Ticket, place: str, body: str) -> Iterator[dict[str, str]]:
    edition = hit.edition
    if not may_be_read_there(edition, ticket, place):
        yield {"name": hit.title, "hint": _("internal: it must not leave"), "text": ""}
        return
    page = reverse("desk:article" if place == NOTE else "portal:article", args=[edition.article_id])
    yield {"name": hit.title, "hint": _("as a link"), "text": f"{hit.title}: {settings.PUBLIC_URL}{page} "}
    yield {"name": hit.title, "hint": _("with its text"), "text": text_of(body, is_html=edition.is_html)}


def text_of(body: str, *, is_html: bool) -> str:
    """The text of an article as one writes it in a mail: steps stay steps, links stand behind their words."""
    plain = markup.as_text(body, is_html=True) if is_html else _MARKS.sub("", _LINK.sub(r"\1 (\2)", body))
    return plain.strip()[:LONGEST_TEXT] + "\n"
