"""Addresses of the faces that share the front door. Sign-in and control have their own lines in ``config.urls``."""

from __future__ import annotations

from django.urls import include, path

from dreiklang.web import devices, start

urlpatterns = [
    path("", start.start, name="start"),
    path("manifest.webmanifest", start.manifest, name="manifest"),
    path("tickets/<int:number>/", start.ticket, name="ticket"),
    path("tickets/<int:number>", start.ticket),
    path("sw.js", devices.worker, name="worker"),
    path("devices/", devices.page, name="devices"),
    path("devices/new/", devices.switch_on, name="device_new"),
    path("devices/<int:device_id>/removal/", devices.removal, name="device_removal"),
    path("devices/<int:device_id>/trial/", devices.trial, name="device_trial"),
    path("desk/", include("dreiklang.web.desk.urls")),
    path("portal/", include("dreiklang.web.portal.urls")),
]
