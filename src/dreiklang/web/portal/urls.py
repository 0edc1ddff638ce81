"""Addresses of the portal."""

from __future__ import annotations

from django.urls import path

from dreiklang.web.portal import (
    agreements,
    approvals,
    articles,
    asking,
    catalog,
    complaining,
    escalating,
    files,
    lists,
    outages,
    own_data,
    profile,
    ticket,
)

app_name = "portal"
urlpatterns = [
    path("", asking.start, name="start"),
    path("answers/", asking.answers, name="answers"),
    path("questions/", asking.questions, name="questions"),
    path("draft/", asking.draft, name="draft"),
    path("own/", asking.own_cards, name="own_cards"),
    path("tickets/", lists.own, name="tickets"),
    path("organization/", lists.organization, name="organization"),
    path("tickets/<int:number>/", ticket.ticket, name="ticket"),
    path("tickets/<int:number>/conversation/", ticket.talk, name="talk"),
    path("tickets/<int:number>/escalation/", escalating.escalation_page, name="escalation"),
    path("tickets/<int:number>/complaint/", complaining.complaint_page, name="complaint"),
    path("tickets/<int:number>/draft/", ticket.draft, name="draft_in"),
    path("tickets/<int:number>/files/<int:attachment_id>/", files.file, name="file"),
    path("tickets/<int:number>/originals/<int:message_id>/", files.original, name="original"),
    path("tickets/<int:number>/pdf/", files.pdf, name="pdf"),
    path("approvals/", approvals.decisions, name="approvals"),
    path("catalog/", catalog.catalog, name="catalog"),
    path("catalog/<slug:key>/", catalog.entry, name="order"),
    path("catalog/<slug:key>/fields/", catalog.fields, name="order_fields"),
    path("orders/", catalog.own, name="orders"),
    path("orders/<int:number>/cancellation/", catalog.cancellation, name="order_cancellation"),
    path("agreements/", agreements.agreements, name="agreements"),
    path("agreements/<int:agreement_id>/", agreements.agreements, name="agreement"),
    path("outages/", outages.told, name="outages"),
    path("outages/<int:outage_id>/joining/", outages.join, name="outage_joining"),
    path("outages/<int:outage_id>/joining/end/", outages.leave, name="outage_leaving"),
    path("articles/<int:article_id>/", articles.one, name="article"),
    path("articles/feedback/<int:edition_id>/", articles.feedback, name="article_feedback"),
    path("profile/", profile.profile, name="profile"),
    path("profile/data/", own_data.ask, name="own_data"),
    path("profile/data/<int:disclosure_id>/", own_data.fetch, name="own_data_file"),
]
