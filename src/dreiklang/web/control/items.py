"""Services: what people need for their work, who depends on it, what an hour without it costs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.assets import policy as asset_policy
from dreiklang.assets import queries
from dreiklang.assets.commands import importing, items
from dreiklang.assets.models import ConfigurationItem
from dreiklang.assets.rules.service_lists import money_from
from dreiklang.calendars.models import ServiceCalendar
from dreiklang.kernel import files
from dreiklang.kernel.errors import Invalid
from dreiklang.organizations.models import Organization
from dreiklang.organizations.rules import sort_key
from dreiklang.web.control.pages import control_page
from dreiklang.web.control.paging import page_of
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Sheet, VersionedSheet, typed

AT, SALT, AN_HOUR, MOST_SHOWN = "services", "import of services", 3600, 500


class Money(forms.Field):
    """An amount as people write it, or nothing."""

    widget = forms.TextInput

    def prepare_value(self, value: Any) -> Any:
        """An amount as the reader's language writes it; what was typed stays as it is."""
        return formats.number_format(value, 2, force_grouping=True) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Decimal | None:
        """The amount."""
        if not (text := str(value or "").strip()[:40]):
            return None
        amount = money_from(text)
        if amount is None:
            raise forms.ValidationError(_("Write an amount such as 1200 or 1.200,50."))
        return amount


class ServiceSheet(VersionedSheet):
    """A service, and how many people of each customer depend on it."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    criticality = forms.TypedChoiceField(
        label=gettext_lazy("Criticality"), coerce=int, choices=ConfigurationItem.Criticality.choices, initial=3
    )
    hourly_cost = Money(
        label=gettext_lazy("What an hour without it costs"), required=False,
        help_text=gettext_lazy("When nobody who depends on it can work. Left empty, no cost is shown."),
    )  # fmt: skip
    calendar = forms.ModelChoiceField(
        label=gettext_lazy("Hours in which it is needed"), required=False,
        queryset=ServiceCalendar.objects.order_by("name"), empty_label=gettext_lazy("the desk's default"),
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        customers = Organization.objects.filter(kind=Organization.Kind.CUSTOMER, is_active=True).order_by("sort_key")
        self.customers = list(customers)
        for customer in self.customers:
            self.fields[f"people-{customer.pk}"] = forms.IntegerField(
                label=customer.name, required=False, min_value=0, max_value=10_000_000,
                widget=forms.NumberInput(attrs={"class": "form-control"}),
            )  # fmt: skip

    @property
    def people_fields(self) -> list[Any]:
        """The fields for people, by customer."""
        return [self[f"people-{customer.pk}"] for customer in self.customers]

    def wishes(self, sent: dict[str, Any]) -> dict[str, Any]:
        """What was sent, in the terms of the command: people by customer; empty is no customer of the service."""
        uses = {customer.pk: sent.pop(f"people-{customer.pk}") for customer in self.customers}
        return {**sent, "uses": {key: people for key, people in uses.items() if people is not None}}


class ListSheet(Sheet):
    """The list to be read."""

    file = forms.FileField(label=gettext_lazy("CSV file"), widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}))


@require_GET
@policy("control")
def listed(request: HttpRequest) -> HttpResponse:
    """All services, by words."""
    words = request.GET.get("q", "").strip()[:100]
    rows = asset_policy.visible_to(actor_of(request)).annotate(people=Sum("uses__people")).select_related("calendar")
    if words:
        key = sort_key(words)
        rows = rows.filter(sort_key__contains=key) if key else rows.none()
    return control_page(request, "services", {"page": page_of(request, rows), "words": words}, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def new(request: HttpRequest) -> HttpResponse:
    """Make a service."""
    form = ServiceSheet(typed(request))
    if request.method == "POST":
        made = form.carry_out(lambda sent: _make(form.wishes(sent), request))
        if made is not None:
            messages.success(request, _("The service is made."))
            return redirect("control:service", made.pk)
    return control_page(request, "service", {"form": form, "service": None}, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def one(request: HttpRequest, service_id: int) -> HttpResponse:
    """A service, its customers and its running tickets."""
    service = queries.item(service_id, actor=actor_of(request))
    if request.method == "POST":
        form = ServiceSheet(request.POST)
        changed = form.carry_out(
            lambda sent: items.change_service(service, actor=actor_of(request), **form.wishes(sent))
        )
        if changed is not None:
            messages.success(request, _("Saved. Running outages count with the new figures, past ones keep theirs."))
            return redirect("control:service", service.pk)
    else:
        people = {f"people-{use.organization_id}": use.people for use in service.uses.all()}
        values = {name: getattr(service, name) for name in (*items.FIELDS, "version")}
        form = ServiceSheet(initial={**values, **people})
    context = {"form": form, "service": service, "running": service.tickets.exclude(state_group="settled").count()}
    return control_page(request, "service", context, at=AT)


@require_POST
@policy("control")
def activity(request: HttpRequest, service_id: int) -> HttpResponse:
    """Offer a service no longer, or again."""
    actor = actor_of(request)
    service = queries.item(service_id, actor=actor)
    if request.POST.get("to") == "active":
        items.revive_service(service, actor=actor)
        messages.success(request, _("The service is offered again."))
    else:
        items.retire_service(service, actor=actor)
        messages.success(request, _("The service is offered no longer. Tickets that name it keep it."))
    return redirect("control:service", service.pk)


@require_http_methods(["GET", "POST"])
@policy("control")
def preview(request: HttpRequest) -> HttpResponse:
    """Choose a list; what would become of it. Nothing is written."""
    form = ListSheet(request.POST, request.FILES) if request.method == "POST" else ListSheet()
    plan = None
    if request.method == "POST":
        plan = form.carry_out(lambda sent: queries.plan_services(sent["file"].read(), actor=actor_of(request)))
    if plan is None:
        return control_page(request, "services_import", {"form": form}, at=AT)
    form.cleaned_data["file"].seek(0)
    kept = files.store(form.cleaned_data["file"].read())
    return _result(request, plan, signing.dumps(kept.sha256, salt=SALT))


@require_POST
@policy("control")
def confirm(request: HttpRequest) -> HttpResponse:
    """Do what the preview showed, with the very same file."""
    try:
        sha256 = signing.loads(request.POST.get("ticket", ""), salt=SALT, max_age=AN_HOUR)
        plan = importing.import_services(files.read(sha256), actor=actor_of(request))
    except signing.BadSignature:
        messages.error(request, _("The preview is too old. Please choose the file again."))
    except Invalid as refused:
        messages.error(request, str(refused))
    else:
        return _result(request, plan, "")
    return redirect("control:services_import")


def _make(wishes: dict[str, Any], request: HttpRequest) -> ConfigurationItem:
    wishes.pop("version")
    return items.make_service(wishes.pop("name"), actor=actor_of(request), **wishes)


def _result(request: HttpRequest, plan: queries.ImportPlan, ticket: str) -> HttpResponse:
    rows = sorted(plan.services, key=lambda one: (not one.errors, one.line))
    context = {
        "counts": plan.counts, "rows": rows[:MOST_SHOWN], "more": max(0, len(rows) - MOST_SHOWN), "ticket": ticket,
        "has_work": bool(plan.counts["created"] or plan.counts["updated"]),
    }  # fmt: skip
    return control_page(request, "services_import_result", context, at=AT)
