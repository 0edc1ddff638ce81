"""Fax lines: by which ways faxes come and answers leave, and whether all of it is in order."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.channels.fax import commands, queries
from dreiklang.channels.fax.models import Line
from dreiklang.channels.fax.trying import Finding, look_at
from dreiklang.kernel.errors import NotFound
from dreiklang.organizations.models import Organization
from dreiklang.teams.models import Team
from dreiklang.web.control.pages import control_page
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import VersionedSheet, typed

AT = "fax"


class LineSheet(VersionedSheet):
    """A fax line. Its organisation stays: the person who stands for unknown senders belongs to it."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    organization = forms.ModelChoiceField(
        label=gettext_lazy("Senders nobody knows belong to"),
        queryset=Organization.objects.filter(is_active=True).order_by("sort_key"),
    )
    team = forms.ModelChoiceField(
        label=gettext_lazy("Faxes go to"), required=False, empty_label=gettext_lazy("the first level"),
        queryset=Team.objects.filter(level=1, is_active=True).order_by("name"),
    )  # fmt: skip
    region = forms.CharField(
        label=gettext_lazy("Country"), max_length=2, initial="DE", help_text=gettext_lazy("Two letters, such as DE.")
    )
    area_code = forms.CharField(
        label=gettext_lazy("Area code"), max_length=10, required=False,
        help_text=gettext_lazy("Without its zero, for numbers that come without it."),
    )  # fmt: skip
    gateway = forms.CharField(
        label=gettext_lazy("Mails of the gateway come from"), max_length=254, required=False,
        help_text=gettext_lazy(
            "An address, or @ and a domain. Its mails with a PDF or TIFF are faxes; the number is read from headers, "
            "subject or sender. Empty: no mail is a fax."
        ),
    )  # fmt: skip
    answers_to = forms.CharField(
        label=gettext_lazy("Answers go to"), max_length=254, required=False,
        help_text=gettext_lazy(
            "The gateway's address for sending, with the number: {number} is +497071…, {digits} 497071…. "
            "Empty: answers leave by mail, where there is an address."
        ),
    )  # fmt: skip
    answers_subject = forms.CharField(
        label=gettext_lazy("… with this subject"), max_length=200, required=False,
        help_text=gettext_lazy("For gateways that want the number or a password there."),
    )  # fmt: skip
    is_active = forms.BooleanField(label=gettext_lazy("Takes faxes"), required=False, initial=True)


@require_GET
@policy("control")
def listed(request: HttpRequest) -> HttpResponse:
    """All lines."""
    return control_page(request, "fax", {"rows": list(queries.lines())}, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def new(request: HttpRequest) -> HttpResponse:
    """Open a line. Its token is shown on the page that answers, and never again."""
    form = LineSheet(typed(request))
    if request.method == "POST":
        made = form.carry_out(lambda sent: _make(sent, request))
        if made is not None:
            return _page(request, made[0], token=made[1])
    return control_page(request, "fax_line", {"form": form, "line": None}, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def one(request: HttpRequest, fax_line_id: int) -> HttpResponse:
    """Change a line; see what came by it."""
    line = _line(fax_line_id)
    form = _sheet(line, typed(request))
    if request.method == "POST":
        done = form.carry_out(lambda sent: commands.change_line(line, actor=actor_of(request), **sent))
        if done is not None:
            messages.success(request, _("Saved."))
            return redirect("control:fax_line", done.pk)
    return _page(request, line, form=form)


@require_POST
@policy("control")
def token(request: HttpRequest, fax_line_id: int) -> HttpResponse:
    """A new token; the old one is refused from now on."""
    line, secret = commands.new_token(_line(fax_line_id), actor=actor_of(request))
    return _page(request, line, token=secret)


@require_POST
@policy("control")
def test(request: HttpRequest, fax_line_id: int) -> HttpResponse:
    """Look whether every way of the line is open, and say what is not. Nothing is sent."""
    line = _line(fax_line_id)
    return _page(request, line, findings=look_at(line))


def _page(
    request: HttpRequest, line: Line, *, form: LineSheet | None = None, token: str = "",
    findings: list[Finding] | None = None,
) -> HttpResponse:  # fmt: skip
    context = {
        "form": form or _sheet(line),
        "line": line,
        "token": token,
        "findings": findings,
        "faxes": queries.recent_faxes(line),
        "address": request.build_absolute_uri(reverse("fax", args=[line.key])),
    }
    return control_page(request, "fax_line", context, at=AT)


def _sheet(line: Line, sent: Any = None) -> LineSheet:
    names = [name for name in (*LineSheet.base_fields, "version") if name != "organization"]
    form = LineSheet(sent, initial={name: getattr(line, name) for name in names})
    del form.fields["organization"]
    return form


def _make(sent: dict[str, Any], request: HttpRequest) -> tuple[Line, str]:
    sent.pop("version")
    return commands.make_line(sent.pop("name"), actor=actor_of(request), **sent)


def _line(fax_line_id: int) -> Line:
    found = Line.objects.select_related("team").filter(pk=fax_line_id).first()
    if found is None:
        raise NotFound(code="no_line")
    return found
