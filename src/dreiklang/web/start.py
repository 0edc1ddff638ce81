"""The front door: everybody to the face that is theirs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.http import require_GET

from dreiklang.kernel.errors import NotAllowed
from dreiklang.web.routing import AUDIENCES, actor_of, policy

#: How a phone may use a picture of the desk: as it is, or cut to its own shape.
PURPOSES = ("any", "maskable")


@require_GET
@policy("signed_in")
def start(request: HttpRequest) -> HttpResponse:
    """Agents to the desk, requesters to the portal, administrators without a team to control."""
    actor = actor_of(request)
    for audience, address in (("desk", "/desk/"), ("portal", "/portal/"), ("control", "/control/")):
        if actor.has(AUDIENCES[audience]):
            return redirect(address)
    raise NotAllowed


@require_GET
@policy("signed_in")
def ticket(request: HttpRequest, number: int) -> HttpResponse:
    """A ticket's short address, as mails bear it: to the face that is the reader's, where it is looked up."""
    face = "desk" if actor_of(request).has(AUDIENCES["desk"]) else "portal"
    return redirect(f"{face}:ticket", number)


@require_GET
@policy("public")
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to keep the desk on its home screen."""
    mark = {"src": static("dreiklang/img/mark.svg"), "sizes": "any", "type": "image/svg+xml"}
    pictures = [
        {"src": static(f"dreiklang/img/mark-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    said = {
        "name": "Dreiklang", "short_name": "Dreiklang", "id": "/", "start_url": "/", "scope": "/",
        "display": "standalone", "background_color": "#f4f6f9", "theme_color": "#1257c0",
        "icons": [mark | {"purpose": "any"}, *(one | {"purpose": purpose} for one in pictures for purpose in PURPOSES)],
    }  # fmt: skip
    return JsonResponse(said, content_type="application/manifest+json")
