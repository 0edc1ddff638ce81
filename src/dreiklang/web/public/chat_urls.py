"""Addresses of the chat widget, below ``/chat/<key>/``."""

from __future__ import annotations

from django.urls import path

from dreiklang.web.public import chat

app_name = "chat"

urlpatterns = [
    path("widget.js", chat.script, name="script"),
    path("settings/", chat.settings, name="settings"),
    path("begin/", chat.begin, name="begin"),
    path("news/", chat.news, name="news"),
    path("lines/", chat.say, name="lines"),
    path("typing/", chat.typing, name="typing"),
    path("address/", chat.address, name="address"),
    path("end/", chat.end, name="end"),
    path("rating/", chat.rating, name="rating"),
    path("files/<int:file_id>/", chat.file, name="file"),
]
