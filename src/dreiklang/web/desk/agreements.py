"""An agreement for those who work under it: promises kept and missed by month, and the tickets behind the figures."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dreiklang.sla.policy import may_manage_agreements
from dreiklang.web.components.contracts import behind_figure, month_from, record_of
from dreiklang.web.routing import actor_of, policy


@require_GET
@policy("desk")
def page(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """One agreement in one month."""
    actor = actor_of(request)
    month = month_from(request.GET.get("month", ""))
    context = record_of(agreement_id, month, actor=actor)
    context |= behind_figure(agreement_id, month, request.GET.get("figure", ""), actor=actor)
    return render(
        request, "web/desk/agreement.html", {**context, "in_portal": False, "may_manage": may_manage_agreements(actor)}
    )
