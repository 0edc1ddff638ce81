"""Addresses of the faces that share the front door. Sign-in and control have their own lines in ``config.urls``."""

from __future__ import annotations

from django.urls import include, path

from dreiklang.web import start

urlpatterns = [
    path("", start.start, name="start"),
    path("manifest.webmanifest", start.manifest, name="manifest"),
    path("desk/", include("dreiklang.web.desk.urls")),
    path("portal/", include("dreiklang.web.portal.urls")),
]
