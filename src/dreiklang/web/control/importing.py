"""Import of persons: choose a file, see what would become of every line, then do it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from dreiklang.exchange.commands.people import import_people
from dreiklang.exchange.models import Import
from dreiklang.kernel import files
from dreiklang.kernel.errors import Invalid
from dreiklang.organizations.models import Organization
from dreiklang.organizations.queries import ImportPlan, import_plan
from dreiklang.web.control.pages import control_page
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Sheet

AT, SALT, AN_HOUR = "import", "import of persons", 3600
MOST_SHOWN = 500


class ImportSheet(Sheet):
    """The list, and where persons go that name no organisation."""

    file = forms.FileField(label=gettext_lazy("CSV file"), widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}))
    default = forms.ModelChoiceField(
        label=gettext_lazy("Persons without an organisation belong to"), required=False,
        queryset=Organization.objects.filter(is_active=True).order_by("sort_key"),
        empty_label=gettext_lazy("nobody: such lines are refused"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@policy("control")
def preview(request: HttpRequest) -> HttpResponse:
    """Choose a file; what would become of it. Nothing is written."""
    if request.method != "POST":
        return control_page(request, "import", {"form": ImportSheet()}, at=AT)
    form = ImportSheet(request.POST, request.FILES)
    plan = form.carry_out(
        lambda sent: import_plan(sent["file"].read(), default=sent["default"], actor=actor_of(request))
    )
    if plan is None:
        return control_page(request, "import", {"form": form}, at=AT)
    form.cleaned_data["file"].seek(0)
    kept = files.store(form.cleaned_data["file"].read())
    default = form.cleaned_data["default"]
    ticket = signing.dumps(
        [kept.sha256, default.pk if default else None, form.cleaned_data["file"].name[-100:]], salt=SALT
    )
    return _result(request, plan, ticket)


@require_POST
@policy("control")
def confirm(request: HttpRequest) -> HttpResponse:
    """Do what the preview showed, with the very same file."""
    try:
        sha256, default_id, filename = signing.loads(request.POST.get("ticket", ""), salt=SALT, max_age=AN_HOUR)
    except signing.BadSignature:
        messages.error(request, _("The preview is too old. Please choose the file again."))
        return redirect("control:import")
    default = Organization.objects.filter(pk=default_id).first() if default_id else None
    try:
        content = files.read(sha256)
        plan, run = import_people(content, default=default, actor=actor_of(request), filename=str(filename))
    except Invalid as refused:
        messages.error(request, str(refused))
        return redirect("control:import")
    return _result(request, plan, "", run)


def _result(request: HttpRequest, plan: ImportPlan, ticket: str, run: Import | None = None) -> HttpResponse:
    """What would become of the lines, or became of them; those with errors stand first."""
    lines = sorted(plan.lines, key=lambda line: (not line.errors, line.line))
    context = {
        "plan": plan, "counts": plan.counts, "lines": lines[:MOST_SHOWN], "more": max(0, len(lines) - MOST_SHOWN),
        "ticket": ticket, "run": run, "has_work": bool(plan.count("created") or plan.count("updated")),
    }  # fmt: skip
    return control_page(request, "import_result", context, at=AT)
