"""What the portal answers to a deed: on to a page, or what is wrong, while everything typed stays where it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from dreiklang.kernel.errors import Invalid, Refusal
from dreiklang.web.portal.frame import is_fragment


def done(request: HttpRequest, address: str) -> HttpResponse:
    """Go on to a page; htmx is told to, since it cannot follow by itself."""
    if not is_fragment(request):
        return redirect(address)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = address
    return response


def problems_of(fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Field and sentence, in order: the list above a form, each a link to its field."""
    return [(name, str(sentence)) for name, sentences in fields.items() for sentence in sentences]


def fields_of(refusal: Refusal) -> dict[str, list[Any]]:
    """What a refusal says, by field; of the whole form under the empty name."""
    if isinstance(refusal, Invalid) and refusal.fields:
        return refusal.fields
    return {"": [refusal.message]}


def refused(request: HttpRequest, refusal: Refusal, *, status: int = 422) -> HttpResponse:
    """Only the list of what is wrong: the form in the browser keeps texts and chosen files."""
    context = {"problem_list": problems_of(fields_of(refusal))}
    response = render(request, "web/portal/parts/problems.html", context, status=status)
    response["HX-Retarget"], response["HX-Reswap"] = "#problems", "innerHTML"
    return response
