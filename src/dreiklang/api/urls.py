"""Addresses of the API. The machine-readable description is itself behind a token."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from dreiklang import __version__
from dreiklang.api import fax, messengers, monitoring, problems, telephony
from dreiklang.api.description import Api, described
from dreiklang.api.doors import SIGNED_IN, Bearer, scope
from dreiklang.api.v1 import (
    approvals,
    articles,
    brands,
    bulk,
    calendars,
    calls,
    case_articles,
    catalog,
    categories,
    complaints,
    contracts,
    duty,
    erasing,
    exchange,
    exercises,
    fields,
    gate,
    glossary,
    items,
    kept_promises,
    ladders,
    lessons,
    levels,
    machine,
    mailboxes,
    numbers,
    order,
    organizations,
    outages,
    paper,
    people,
    processes,
    promises,
    proposals,
    recurring,
    routines,
    rules,
    runbooks,
    shifts,
    silence,
    skills,
    spam,
    tasks,
    teams,
    tickets,
    together,
    views,
    visits,
    webhooks,
    words,
)

v1 = Api(
    title="Dreiklang",
    version=__version__,
    urls_namespace="api-v1",
    auth=Bearer(),
    docs_url=None,
    openapi_url=None,
    description="Everything the screens do, for programs. Send `Authorization: Bearer dk_…`.",
)
problems.install(v1)
v1.add_router("/tickets", tickets.router)
v1.add_router("", words.router)
v1.add_router("", together.router)
v1.add_router("", tasks.router)
v1.add_router("", fields.router)
v1.add_router("", views.router)
v1.add_router("", visits.router)
v1.add_router("", levels.router)
v1.add_router("", people.router)
v1.add_router("", organizations.router)
v1.add_router("", teams.router)
v1.add_router("", categories.router)
v1.add_router("", mailboxes.router)
v1.add_router("", items.router)
v1.add_router("", order.router)
v1.add_router("", case_articles.router)  # before the articles, whose languages would take its words
v1.add_router("", articles.router)
v1.add_router("", approvals.router)
v1.add_router("", catalog.router)
v1.add_router("", glossary.router)
v1.add_router("", outages.router)
v1.add_router("", calls.router)
v1.add_router("", ladders.router)
v1.add_router("", lessons.router)
v1.add_router("", processes.router)
v1.add_router("", exercises.router)
v1.add_router("", skills.router)
v1.add_router("", promises.router)
v1.add_router("", proposals.router)
v1.add_router("", machine.router)
v1.add_router("", calendars.router)
v1.add_router("", contracts.router)
v1.add_router("", kept_promises.router)
v1.add_router("", webhooks.router)
v1.add_router("", complaints.router)
v1.add_router("", numbers.router)
v1.add_router("", bulk.router)
v1.add_router("", paper.router)
v1.add_router("", routines.router)
v1.add_router("", runbooks.router)
v1.add_router("", shifts.router)
v1.add_router("", duty.router)
v1.add_router("", recurring.router)
v1.add_router("", rules.router)
v1.add_router("", silence.router)
v1.add_router("", spam.router)
v1.add_router("", exchange.router)
v1.add_router("", erasing.router)
v1.add_router("", brands.router)
v1.add_router("", gate.router)


@v1.get("/openapi.json", include_in_schema=False)
@scope(SIGNED_IN)
def openapi(request: HttpRequest) -> HttpResponse:
    """The description of this API after OpenAPI 3.1."""
    return HttpResponse(described(v1), content_type="application/json")


urlpatterns = [
    path("v1/", v1.urls),
    path("monitoring/<str:key>/", monitoring.call, name="monitoring"),
    path("messengers/<str:key>/", messengers.call, name="messengers"),
    path("fax/<str:key>/", fax.take_in, name="fax"),
    path("telephony/<str:key>/", telephony.call, name="telephony"),
]
