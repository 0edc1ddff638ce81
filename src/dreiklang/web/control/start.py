"""The first page of control: one search box over all settings, persons, organisations and teams."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from dreiklang.insight.queries.troubles import troubles_of_services
from dreiklang.organizations import policy as organization_policy
from dreiklang.organizations.queries import found_persons
from dreiklang.organizations.rules import sort_key
from dreiklang.teams import policy as team_policy
from dreiklang.web.control import sections
from dreiklang.web.control.pages import control_page
from dreiklang.web.routing import actor_of, policy

MOST = 8


@require_GET
@policy("control")
def start(request: HttpRequest) -> HttpResponse:
    """All sections, or what fits the words typed."""
    words, actor = request.GET.get("q", "").strip()[:100], actor_of(request)
    context: dict[str, object] = {"words": words}
    if not words:
        context["troubles"] = troubles_of_services()
    if words:
        persons = organization_policy.persons_visible_to(actor).select_related("organization")
        organizations = organization_policy.visible_to(actor).filter(sort_key__contains=sort_key(words))
        context |= {
            "sections": sections.found(words),
            "persons": found_persons(persons, words).order_by("sort_key", "pk")[:MOST],
            "organizations": organizations.order_by("sort_key", "pk")[:MOST] if sort_key(words) else [],
            "teams": team_policy.visible_to(actor).filter(name__icontains=words).order_by("level", "name")[:MOST],
        }
    return control_page(request, "start", context)
