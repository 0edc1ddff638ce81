"""Addresses of articles that need no signing in, and of the files of all of them, below ``/knowledge/``."""

from __future__ import annotations

from django.urls import path

from dreiklang.web.public import articles

app_name = "knowledge"

urlpatterns = [
    path("pictures/<int:file_id>-<str:name>", articles.picture, name="picture"),
    path("files/<int:file_id>-<str:name>", articles.file, name="file"),
    path("sitemap.xml", articles.sitemap, name="sitemap"),
    path("<slug:language>/", articles.listed, name="articles"),
    path("<slug:language>/<str:key>/", articles.one, name="article"),
]
