"""Signing in by a service of others: there, back again, and the mailed confirmation of the first time."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.accounts.errors import DeadLink
from dreiklang.accounts.models import Account
from dreiklang.accounts.queries import live_link
from dreiklang.identities import queries
from dreiklang.identities.commands import arriving, entering
from dreiklang.identities.commands.sources import note_contact
from dreiklang.identities.models import Source
from dreiklang.identities.protocols import oidc, saml
from dreiklang.identities.rules import CONFIRM_IDENTITY, Claim
from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotAllowed, NotFound, Refusal, Unavailable
from dreiklang.kernel.permissions import system
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Sheet
from dreiklang.web.sign_in import browser

DOOR = system("sign_in")
#: In the session: what was begun, where to go on to, and which identity waits for its mailed link.
BEGUN, WANTED, WAITING = "service_begun", "service_wanted", "identity_waiting"


@require_GET
@never_cache
@policy("public")
def begin(request: HttpRequest, key: str) -> HttpResponse:
    """Off to the service. A link and no form: a form may not lead out of the desk (content security policy)."""
    source = _source(key)
    try:
        if source.kind == Source.Kind.SAML:
            address, kept = _begun(saml.begin(source, back_to(source), entity_of(source)))
        else:
            address, kept = _begun(oidc.begin(source, back_to(source)))
    except Refusal as refused:
        return _refusal(request, _noted(source, refused))
    request.session[BEGUN] = kept
    request.session[WANTED] = browser.wanted_target(request)
    return redirect(address)


@csrf_exempt
@require_POST
@never_cache
@policy("public")
def saml_answer(request: HttpRequest, key: str) -> HttpResponse:
    """A SAML service's page posts its answer. It brings no cookie of ours, so it opens nothing by itself: the browser
    goes on to an address where its session shows that it had asked."""
    source = _source(key)
    try:
        said = saml.read(source, request.POST.get("SAMLResponse", ""), back_to(source), entity_of(source))
        secret = arriving.keep_arrival(source, said.claim, answers=said.answers, assertion=said.assertion, actor=DOOR)
    except Refusal as refused:
        return _refusal(request, refused)
    return redirect("sign_in:service_arrival", source.key, secret)


@require_GET
@never_cache
@policy("public")
def arrival(request: HttpRequest, key: str, secret: str) -> HttpResponse:
    """The browser that had asked goes in with the answer."""
    source, kept = _source(key), request.session.pop(BEGUN, None)
    try:
        begun = saml.Begun(**kept) if isinstance(kept, dict) and "request_id" in kept else None
        is_late = begun is None or clock.now().timestamp() - begun.at > saml.WAITS_SECONDS
        answers = begun.request_id if begun and not is_late and begun.source_id == source.pk else ""
        return enter(request, source, arriving.take_arrival(source, secret, answers=answers, actor=DOOR))
    except Refusal as refused:
        return _refusal(request, refused)


@require_GET
@policy("public")
def saml_metadata(request: HttpRequest, key: str) -> HttpResponse:
    """What a SAML service has to know of the desk; no secret."""
    source = _source(key)
    if source.kind != Source.Kind.SAML:
        raise NotFound(code="no_source")
    return HttpResponse(saml.metadata(back_to(source), entity_of(source)), content_type="application/samlmetadata+xml")


def _begun(begun: tuple[str, oidc.Begun | saml.Begun]) -> tuple[str, dict[str, Any]]:
    return begun[0], begun[1].kept()


def entity_of(source: Source) -> str:
    """The desk's name towards a SAML service: the address of its metadata."""
    return settings.PUBLIC_URL + reverse("sign_in:service_metadata", args=[source.key])


@require_GET
@never_cache
@policy("public")
def back(request: HttpRequest, key: str) -> HttpResponse:
    """Back from the service, with a code for a token that says who this is."""
    source = _source(key)
    kept = request.session.pop(BEGUN, None)
    answer = {name: str(value)[:4_000] for name, value in request.GET.items()}
    try:
        if not isinstance(kept, dict) or "nonce" not in kept:
            raise NotAllowed(_("This sign-in was not begun in this browser, or too long ago. Please begin again."))
        claim, token = oidc.finish(source, oidc.Begun(**kept), answer, back_to(source))
        _noted(source, None)
        return enter(request, source, claim, token=token)
    except Refusal as refused:
        return _refusal(request, _noted(source, refused))


def _noted(source: Source, refused: Refusal | None) -> Refusal:
    """Keep at the source that it does not answer, for whoever administers; or that it answers again."""
    if isinstance(refused, Unavailable):
        note_contact(source.pk, problem=str(refused), actor=DOOR)
    elif refused is None and source.last_problem:
        note_contact(source.pk, actor=DOOR)
    return refused or Refusal()


def enter(request: HttpRequest, source: Source, claim: Claim, *, token: str = "") -> HttpResponse:
    """Go in with what a service says; or tie it to the account that is signed in here already. Raises Refusal."""
    target = str(request.session.pop(WANTED, ""))
    if isinstance(request.user, Account):
        entering.tie_own(request.user, source, claim, actor=actor_of(request))
        messages.success(request, _("“%(source)s” now opens your account.") % {"source": source.name})
        return redirect("sign_in:own")
    entry = entering.enter(source, claim, remote=browser.remote_of(request), actor=DOOR)
    if entry.account is None:
        request.session[WAITING] = entry.identity_id
        request.session[WANTED] = target
        context = {"address": entry.mailed_to, "source": source}
        return render(request, "web/sign_in/service_mailed.html", context)
    via = {"source": source.pk, "token": token}
    return browser.enter(request, entry.account, target, via=via, has_second=source.asks_second_factor)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@policy("public")
def confirm(request: HttpRequest, secret: str) -> HttpResponse:
    """The mailed link of the first time: opened it only shows a button; it works in the browser that began."""
    identity_id = int(request.session.get(WAITING, 0) or 0)
    link = live_link(secret, purpose=CONFIRM_IDENTITY)
    if link is None or link.account is None:
        return render(request, "web/sign_in/dead.html", {"purpose": CONFIRM_IDENTITY}, status=410)
    if link.subject_id != identity_id:
        return render(request, "web/sign_in/other_browser.html", status=409)
    if request.method != "POST":
        return render(request, "web/sign_in/link.html", {"account": link.account, "form": Sheet(), "target": ""})
    target = str(request.session.get(WANTED, ""))
    try:
        account = entering.confirm(secret, identity_id=identity_id, actor=DOOR)
    except DeadLink:
        raise
    except Refusal as refused:
        return _refusal(request, refused)
    return browser.enter(request, account, target)


@require_POST
@policy("signed_in")
def untie(request: HttpRequest, identity_id: int) -> HttpResponse:
    """A service opens one's own account no more."""
    identity = queries.identities_of(cast(Account, request.user)).filter(pk=identity_id).first()
    if identity is None:
        raise NotFound(code="no_identity")
    entering.untie(identity, actor=actor_of(request))
    messages.success(request, _("“%(source)s” opens your account no more.") % {"source": identity.source.name})
    return redirect("sign_in:own")


def farewell(via: Any) -> dict[str, Any] | None:
    """After signing out here: the service by which the session had begun, and where its own session ends."""
    if not isinstance(via, dict) or not via.get("token"):
        return None
    source = Source.objects.filter(pk=int(via.get("source") or 0), kind=Source.Kind.OIDC).first()
    address = oidc.sign_out_address(source, str(via["token"]), _front()) if source else ""
    return {"source": source, "address": address} if address else None


def _front() -> str:
    return settings.PUBLIC_URL + reverse("sign_in:password")


def back_to(source: Source) -> str:
    """Where a service sends the browser back to: each has an address of its own, so that none is taken for another."""
    name = "sign_in:service_answer" if source.kind == Source.Kind.SAML else "sign_in:service_back"
    return settings.PUBLIC_URL + reverse(name, args=[source.key])


def _source(key: str) -> Source:
    found = queries.service(key)
    if found is None:
        raise NotFound(code="no_source")
    return found


def _refusal(request: HttpRequest, refused: Refusal) -> HttpResponse:
    status = 503 if isinstance(refused, Unavailable) or refused.code == "forbidden_target" else 403
    return render(request, "web/sign_in/refused.html", {"sentence": str(refused)}, status=status)
