"""Monitoring: which programs may call, with which token, and what became of their calls."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.channels.monitoring import commands, queries
from dreiklang.channels.monitoring.inbound.generic import FIELDS as MAPPED
from dreiklang.channels.monitoring.models import Call, Source
from dreiklang.kernel.errors import NotFound
from dreiklang.organizations.models import Organization
from dreiklang.teams.models import Team
from dreiklang.tickets.models import Category
from dreiklang.web.control.pages import control_page
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import VersionedSheet, typed

AT = "monitoring"


class SourceSheet(VersionedSheet):
    """A program that watches. Its kind and organisation stay: tickets hang on them."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("Stands as requester of its tickets.")
    )
    kind = forms.ChoiceField(label=gettext_lazy("Program"), choices=Source.Kind.choices)
    organization = forms.ModelChoiceField(
        label=gettext_lazy("Watches the systems of"),
        queryset=Organization.objects.filter(is_active=True).order_by("sort_key"),
    )
    team = forms.ModelChoiceField(
        label=gettext_lazy("Goes to"), required=False, empty_label=gettext_lazy("the first level"),
        queryset=Team.objects.filter(level=1, is_active=True).order_by("name"),
    )  # fmt: skip
    category = forms.ModelChoiceField(
        label=gettext_lazy("Category"), required=False, empty_label=gettext_lazy("none"),
        queryset=Category.objects.filter(is_active=True).order_by("position", "name"),
    )  # fmt: skip
    on_recovery = forms.ChoiceField(
        label=gettext_lazy("When all alarms of a ticket have ended"), choices=Source.Recovery.choices
    )
    storm_at = forms.IntegerField(
        label=gettext_lazy("So many new tickets within five minutes become one"), initial=20, min_value=0,
        max_value=10_000, help_text=gettext_lazy("0: every trouble keeps a ticket of its own."),
    )  # fmt: skip
    mapping = forms.CharField(
        label=gettext_lazy("Where what stands in a call"), required=False, max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "For another program: one line each, such as “title = data.name” or “state = alerts[0].state”."
        ),
    )  # fmt: skip
    is_active = forms.BooleanField(label=gettext_lazy("May call"), required=False, initial=True)

    def clean_mapping(self) -> dict[str, str]:
        """Lines of ``field = path`` as the command wants them."""
        found: dict[str, str] = {}
        for line in self.cleaned_data["mapping"].splitlines():
            name, sign, path = line.partition("=")
            if not line.strip():
                continue
            if not sign:
                raise forms.ValidationError(
                    _("Each line needs “field = path”. Fields: %(names)s") % {"names": ", ".join(MAPPED)}
                )
            found[name.strip()] = path.strip()
        return found


@require_GET
@policy("control")
def listed(request: HttpRequest) -> HttpResponse:
    """All sources, with how many of their alarms fire and when they last called."""
    return control_page(request, "monitoring", {"rows": list(queries.sources())}, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def new(request: HttpRequest) -> HttpResponse:
    """Let a program call. Its token is shown on the page that answers, and never again."""
    form = SourceSheet(typed(request))
    if request.method == "POST":
        made = form.carry_out(lambda sent: _make(sent, request))
        if made is not None:
            source, token = made
            return _page(request, source, token=token)
    return control_page(request, "monitoring_source", {"form": form, "source": None}, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def one(request: HttpRequest, source_id: int) -> HttpResponse:
    """Change a source; see how to call it and what became of its last calls."""
    source = _source(source_id)
    form = _sheet(source, typed(request))
    if request.method == "POST":
        done = form.carry_out(lambda sent: commands.change_source(source, actor=actor_of(request), **sent))
        if done is not None:
            messages.success(request, _("Saved."))
            return _page(request, done)
    return _page(request, source, form=form)


@require_POST
@policy("control")
def token(request: HttpRequest, source_id: int) -> HttpResponse:
    """A new token; the old one is refused from now on."""
    source, secret = commands.new_token(_source(source_id), actor=actor_of(request))
    return _page(request, source, token=secret)


@require_POST
@policy("control")
def signing(request: HttpRequest, source_id: int) -> HttpResponse:
    """Demand a signature with a fresh secret, or none any more."""
    is_wanted = request.POST.get("wanted") == "yes"
    source, secret = commands.new_signing(_source(source_id), actor=actor_of(request), is_wanted=is_wanted)
    return _page(request, source, secret=secret)


@require_GET
@policy("control")
def call(request: HttpRequest, source_id: int, call_id: int) -> HttpResponse:
    """One call in its own bytes, as plain text that nothing interprets."""
    found = Call.objects.filter(pk=call_id, source_id=source_id).first()
    if found is None:
        raise NotFound(code="no_call")
    answer = HttpResponse(bytes(found.raw), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="call-{found.pk}.txt"'
    return answer


def _page(
    request: HttpRequest, source: Source, *, form: SourceSheet | None = None, token: str = "", secret: str = ""
) -> HttpResponse:
    context = {
        "form": form or _sheet(source),
        "source": source,
        "token": token,
        "secret": secret,
        "address": request.build_absolute_uri(reverse("monitoring", args=[source.key])),
        "calls": queries.latest_calls(source),
    }
    return control_page(request, "monitoring_source", context, at=AT)


def _sheet(source: Source, sent: Any = None) -> SourceSheet:
    initial = {name: getattr(source, name) for name in (*SourceSheet.base_fields, "version") if name != "mapping"}
    lines = "\n".join(f"{name} = {path}" for name, path in source.mapping.items())
    form = SourceSheet(sent, initial={**initial, "mapping": lines})
    del form.fields["kind"], form.fields["organization"]
    if source.kind != Source.Kind.GENERIC:
        del form.fields["mapping"]
    return form


def _make(sent: dict[str, Any], request: HttpRequest) -> tuple[Source, str]:
    sent.pop("version")
    return commands.make_source(sent.pop("name"), actor=actor_of(request), **sent)


def _source(source_id: int) -> Source:
    found = Source.objects.select_related("organization").filter(pk=source_id).first()
    if found is None:
        raise NotFound(code="no_source")
    return found
