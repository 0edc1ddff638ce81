"""Which address leads to which room. Every view below names its policy; a house test reads this tree."""

from __future__ import annotations

from django.urls import include, path

from dreiklang.api import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.measures, name="metrics"),
    path("sign-in/", include("dreiklang.web.sign_in.urls")),
    path("control/", include("dreiklang.web.control.urls")),
    path("api/", include("dreiklang.api.urls")),
    path("knowledge/", include("dreiklang.web.public.knowledge_urls")),
    path("chat/<str:key>/", include("dreiklang.web.public.chat_urls")),
    path("t/", include("dreiklang.web.public.urls")),
    path("", include("dreiklang.web.urls")),
]

handler400 = "dreiklang.web.errors.bad_request"
handler403 = "dreiklang.web.errors.forbidden"
handler404 = "dreiklang.web.errors.not_found"
handler500 = "dreiklang.web.errors.broken"
