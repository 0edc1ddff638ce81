"""The pages Django itself asks for when a request cannot be answered. Plain: the database may be gone."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400: could not be read."""
    return render(request, "400.html", {"status": 400}, status=400)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403: not for this person."""
    return render(request, "403.html", {"status": 403}, status=403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404: not there, or not to be known."""
    return render(request, "404.html", {"status": 404}, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """500: a defect; the template reads nothing but settings, so that it can always be shown."""
    return render(None, "500.html", {"status": 500}, status=500)
