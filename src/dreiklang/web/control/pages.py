"""What the pages of control share: the frame with its sections, forms with their status."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dreiklang.web.control.sections import GROUPS


def control_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, at: str = "", status: int | None = None
) -> HttpResponse:
    """Render a page of control; 422 if one of its forms has errors. ``at`` is the section it belongs to."""
    if status is None:
        given = [value for value in context.values() if isinstance(value, forms.BaseForm)]
        status = 422 if any(form.is_bound and form.errors for form in given) else 200
    shown = {"groups": GROUPS, "at": at, **context}
    return render(request, f"web/control/{template}.html", shown, status=status)
