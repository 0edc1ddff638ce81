"""Sign-in services and directories: set up, tested, switched on, removed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.identities import policy as identity_policy
from dreiklang.identities.commands import sources as commands
from dreiklang.identities.models import Source
from dreiklang.identities.protocols import trying
from dreiklang.kernel.errors import NotFound
from dreiklang.web.control import directory_page
from dreiklang.web.control.pages import control_page
from dreiklang.web.control.source_forms import SHEETS, SourceSheet
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import typed
from dreiklang.web.sign_in import outside

AT = "sources"


@require_GET
@policy("control")
def listed(request: HttpRequest) -> HttpResponse:
    """All sources, with when they were last asked and what was wrong."""
    rows = identity_policy.visible_to(actor_of(request)).order_by("-is_active", "name")
    return control_page(request, "sources", {"rows": rows, "kinds": _kinds()}, at=AT)


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("secret")
@policy("control")
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Set up another source."""
    if kind not in SHEETS:
        raise NotFound(code="no_kind")
    form = SHEETS[kind](typed(request), initial=commands.SETTINGS[kind])
    if request.method == "POST":
        made = form.carry_out(lambda sent: _make(kind, sent, request))
        if made is not None:
            messages.success(request, _("Kept. Test the connection now, then switch it on."))
            return redirect("control:source", made.pk)
    return control_page(request, "source", {"form": form, "source": None, "kind": _kinds()[kind]}, at=AT)


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("secret")
@policy("control")
def one(request: HttpRequest, origin_id: int) -> HttpResponse:
    """A source."""
    source = source_of(request, origin_id)
    form = _sheet(source, typed(request))
    if request.method == "POST":
        done = form.carry_out(lambda sent: commands.change_source(source, actor=actor_of(request), **sent))
        if done is not None:
            messages.success(request, _("Saved."))
            return redirect("control:source", source.pk)
    return page(request, source, form)


@require_POST
@policy("control")
def test(request: HttpRequest, origin_id: int) -> HttpResponse:
    """Ask the source with what is kept; nobody signs in."""
    source = source_of(request, origin_id)
    return page(request, source, _sheet(source), trial=trying.tried(source))


@require_POST
@policy("control")
def remove(request: HttpRequest, origin_id: int) -> HttpResponse:
    """Remove a source; the accounts stay."""
    source = source_of(request, origin_id)
    commands.remove_source(source, actor=actor_of(request))
    messages.success(request, _("“%(name)s” is removed. The accounts stay.") % {"name": source.name})
    return redirect("control:sources")


def _make(kind: str, sent: dict[str, Any], request: HttpRequest) -> Source:
    sent.pop("version")
    taken, key = set(Source.objects.values_list("key", flat=True)), slugify(sent["name"])[:34].strip("-") or kind
    key = key if len(key) > 1 else f"{kind}-{key}"
    numbered = next(k for k in (key, *(f"{key}-{n}" for n in range(2, 1_000))) if k not in taken)
    return commands.make_source(kind, numbered, actor=actor_of(request), **sent)


def _kinds() -> dict[str, Any]:
    return {str(kind.value): kind.label for kind in Source.Kind if kind in SHEETS}


def _sheet(source: Source, sent: Any = None) -> SourceSheet:
    initial = {name: getattr(source, name) for name in (*commands.FIELDS, "version") if name != "secret"}
    return SHEETS[source.kind](sent, initial={**initial, **source.settings})


def page(request: HttpRequest, source: Source, form: SourceSheet | None = None, **more: Any) -> HttpResponse:
    """The page of a source, with what a directory has besides."""
    context = {
        "form": form or _sheet(source), "source": source, "kind": source.get_kind_display(),
        "back": outside.back_to(source), "us": outside.entity_of(source),
        "tied": source.identities.filter(confirmed_at__isnull=False).count(), **more,
    }  # fmt: skip
    if source.kind == Source.Kind.LDAP:
        context = {**directory_page.about(source), **context}
    return control_page(request, "source", context, at=AT)


def source_of(request: HttpRequest, origin_id: int) -> Source:
    """A source that the actor may see. Raises NotFound."""
    found = identity_policy.visible_to(actor_of(request)).filter(pk=origin_id).first()
    if found is None:
        raise NotFound(code="no_source")
    return found
