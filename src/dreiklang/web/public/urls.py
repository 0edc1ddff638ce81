"""Addresses of this face, below ``/t/``."""

from __future__ import annotations

from django.urls import path

from dreiklang.web.public import answers, approvals, calendars

app_name = "public"

urlpatterns = [
    path("confirm/<str:secret>/", answers.confirm, name="confirm"),
    path("reopen/<str:secret>/", answers.reopen, name="reopen"),
    path("escalate/<str:secret>/", answers.escalate, name="escalate"),
    path("approval/<str:secret>/", approvals.decide, name="approval"),
    path("calendar/<str:secret>.ics", calendars.feed, name="calendar"),
]
