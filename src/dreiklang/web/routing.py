"""Who may open a page. Every view names its policy; a route without one is closed, and fails the build.

A policy is the name of an audience below, or a right as the commands know it (``tickets.open``). What the page shows
and what its commands allow is decided again below, by ``visible_to`` and the package's ``policy``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from dreiklang.kernel.errors import NotAllowed, Refusal
from dreiklang.kernel.permissions import Actor
from dreiklang.teams.queries import actor_for
from dreiklang.web import errors, typed

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

PUBLIC, SIGNED_IN = "public", "signed_in"
#: Audiences: the right that opens each face. Rights are given by roles, in ``accounts``.
AUDIENCES = {"desk": "desk.use", "portal": "portal.use", "control": "control.use"}


def actor_of(request: HttpRequest) -> Actor:
    """The person behind a request as an actor, looked up once. Refuses where nobody is signed in."""
    found = getattr(request, "dreiklang_actor", None)
    if found is None:
        if not request.user.is_authenticated:
            raise NotAllowed()
        found = actor_for(request.user)
        request.dreiklang_actor = found  # type: ignore[attr-defined]
    return cast(Actor, found)


def policy(name: str) -> Callable[[View], View]:
    """Declare who may open a view: ``public``, ``signed_in``, an audience, or a right. Deny by default.

    Nobody signed in: to the sign-in page, and back afterwards (a fragment answers 401 with the same target). Signed in
    without the right: 403.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if name != PUBLIC and not request.user.is_authenticated:
                return to_sign_in(request)
            if name not in (PUBLIC, SIGNED_IN) and not actor_of(request).has(AUDIENCES.get(name, name)):
                raise NotAllowed()
            return view(request, *args, **kwargs)

        guarded.dreiklang_policy = name  # type: ignore[attr-defined]
        return cast(View, guarded)

    return decorate


def to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Send a stranger to the sign-in page, and back to the page that was open; htmx cannot follow and gets a header.

    A form that brings words is no stranger's: its writer was signed out meanwhile. Nothing of it is thrown away.
    """
    if request.headers.get("HX-Request"):
        back = _path_of(request.headers.get("HX-Current-URL", "/"))
        if request.method == "POST" and typed.words_of(request):
            words = _("You are signed out: nothing was sent. Copy your words, then reload the page and sign in again.")
            return errors.notice(request, Refusal(words), 401)
        answer = HttpResponse(status=401)
        answer["HX-Redirect"] = redirect_to_login(back)["Location"]
        return answer
    if request.method != "POST":
        return redirect_to_login(request.get_full_path())
    to = redirect_to_login(_path_of(request.headers.get("Referer", "/")))
    return errors.signed_out(request, to["Location"]) or to


def _path_of(address: str) -> str:
    """Path and query of a page's address, the only part of it that is trusted."""
    return "/" + address.split("/", 3)[3] if address.count("/") >= 3 else "/"
