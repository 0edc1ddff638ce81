"""For a customer's contact: what was promised to the organisation, what was kept, what was missed and why."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from dreiklang.web import routing
from dreiklang.web.components.contracts import agreements_of, behind_figure, month_from, record_of
from dreiklang.web.portal.finding import visitor
from dreiklang.web.portal.frame import ORGANIZATION, page


@require_GET
@routing.policy("portal.see_organization")
def agreements(request: HttpRequest, agreement_id: int | None = None) -> HttpResponse:
    """The organisation's agreements, one of them in one month."""
    actor = visitor(request)
    found = agreements_of(actor)
    context = {"agreements": found, "agreement": None}
    if found or agreement_id:
        month = month_from(request.GET.get("month", ""))
        wanted = agreement_id or found[0].pk
        context |= record_of(wanted, month, actor=actor)
        context |= behind_figure(wanted, month, request.GET.get("figure", ""), actor=actor)
    return page(request, "agreements", context, actor=actor, at=ORGANIZATION)
