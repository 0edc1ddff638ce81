"""Organisations and their sites."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.kernel.errors import NotFound
from dreiklang.organizations import policy as organization_policy
from dreiklang.organizations import queries
from dreiklang.organizations.commands import organizations as commands
from dreiklang.organizations.models import Organization, Site
from dreiklang.organizations.rules import sort_key
from dreiklang.web.control.pages import control_page
from dreiklang.web.control.paging import page_of
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Lines, Sheet, VersionedSheet, typed

AT = "organizations"
REGIONS = [
    ("", gettext_lazy("none")), ("DE", gettext_lazy("Germany")), ("DE-BW", "Baden-Württemberg"), ("DE-BY", "Bayern"),
    ("DE-BE", "Berlin"), ("DE-BB", "Brandenburg"), ("DE-HB", "Bremen"), ("DE-HH", "Hamburg"), ("DE-HE", "Hessen"),
    ("DE-MV", "Mecklenburg-Vorpommern"), ("DE-NI", "Niedersachsen"), ("DE-NW", "Nordrhein-Westfalen"),
    ("DE-RP", "Rheinland-Pfalz"), ("DE-SL", "Saarland"), ("DE-SN", "Sachsen"), ("DE-ST", "Sachsen-Anhalt"),
    ("DE-SH", "Schleswig-Holstein"), ("DE-TH", "Thüringen"),
    ("AT", gettext_lazy("Austria")), ("AT-1", "Burgenland"), ("AT-2", "Kärnten"), ("AT-3", "Niederösterreich"),
    ("AT-4", "Oberösterreich"), ("AT-5", "Salzburg"), ("AT-6", "Steiermark"), ("AT-7", "Tirol"),
    ("AT-8", "Vorarlberg"), ("AT-9", "Wien"), ("CH", gettext_lazy("Switzerland")), ("CH-AG", "Aargau"),
    ("CH-BS", "Basel-Stadt"), ("CH-BE", "Bern"), ("CH-GE", "Genève"), ("CH-LU", "Luzern"), ("CH-SG", "St. Gallen"),
    ("CH-TI", "Ticino"), ("CH-VD", "Vaud"), ("CH-ZH", "Zürich"), ("BE", gettext_lazy("Belgium")),
    ("CZ", gettext_lazy("Czechia")), ("DK", gettext_lazy("Denmark")), ("FR", gettext_lazy("France")),
    ("IT", gettext_lazy("Italy")), ("LU", gettext_lazy("Luxembourg")), ("NL", gettext_lazy("Netherlands")),
    ("PL", gettext_lazy("Poland")), ("GB", gettext_lazy("United Kingdom")), ("US", gettext_lazy("United States")),
]  # fmt: skip


class OrganizationSheet(VersionedSheet):
    """An organisation."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Organization.Kind.choices)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES, initial="de")
    region = forms.ChoiceField(label=gettext_lazy("Public holidays of"), choices=REGIONS, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=50, required=False)
    mail_domains = Lines(
        label=gettext_lazy("Mail domains"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One a line. Unknown senders of these domains become persons of this organisation."),
    )  # fmt: skip
    takes_strangers = forms.BooleanField(
        label=gettext_lazy("Takes senders whose domain nobody claims"), required=False,
        help_text=gettext_lazy("One organisation at most. If none does, their mail is held at the gate."),
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 3})
    )


class SiteSheet(Sheet):
    """A site."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    address = forms.CharField(label=gettext_lazy("Address"), max_length=1000, required=False)
    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)


@require_GET
@policy("control")
def listed(request: HttpRequest) -> HttpResponse:
    """All organisations, by words and kind."""
    words, kind = request.GET.get("q", "").strip()[:100], request.GET.get("kind", "")
    rows = organization_policy.visible_to(actor_of(request)).annotate(
        people=Count("persons", filter=Q(persons__is_active=True))
    )
    if words:
        named = Q(sort_key__contains=key) if (key := sort_key(words)) else Q(pk__in=[])
        rows = rows.filter(named | Q(mail_domains__contains=[words.lower()]))
    if kind in Organization.Kind.values:
        rows = rows.filter(kind=kind)
    context = {"page": page_of(request, rows), "words": words, "kind": kind, "kinds": Organization.Kind.choices}
    return control_page(request, "organizations", context, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def new(request: HttpRequest) -> HttpResponse:
    """Make an organisation."""
    form = OrganizationSheet(typed(request))
    if request.method == "POST":
        made = form.carry_out(lambda sent: _make(sent, request))
        if made is not None:
            messages.success(request, _("The organisation is made."))
            return redirect("control:organization", made.pk)
    return control_page(request, "organization", {"form": form, "organization": None}, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def one(request: HttpRequest, organization_id: int) -> HttpResponse:
    """An organisation with its sites."""
    organization = queries.organization(organization_id, actor=actor_of(request))
    if request.method == "POST":
        form = OrganizationSheet(request.POST)
        changed = form.carry_out(
            lambda sent: commands.change_organization(organization, actor=actor_of(request), **sent)
        )
        if changed is not None:
            messages.success(request, _("Saved."))
            return redirect("control:organization", organization.pk)
    else:
        form = OrganizationSheet(initial={name: getattr(organization, name) for name in (*commands.FIELDS, "version")})
    return _page(request, organization, form, SiteSheet(prefix="site"))


@require_POST
@policy("control")
def activity(request: HttpRequest, organization_id: int) -> HttpResponse:
    """Deactivate or activate an organisation."""
    actor = actor_of(request)
    organization = queries.organization(organization_id, actor=actor)
    if request.POST.get("to") == "active":
        commands.activate_organization(organization, actor=actor)
        messages.success(request, _("The organisation is active again."))
    else:
        commands.deactivate_organization(organization, actor=actor)
        messages.success(request, _("The organisation is deactivated: nobody of it can sign in. Its history stays."))
    return redirect("control:organization", organization.pk)


@require_POST
@policy("control")
def sites(request: HttpRequest, organization_id: int) -> HttpResponse:
    """Add a site."""
    organization = queries.organization(organization_id, actor=actor_of(request))
    form = SiteSheet(request.POST, prefix="site")
    made = form.carry_out(lambda sent: commands.keep_site(organization, actor=actor_of(request), **sent))
    if made is not None:
        messages.success(request, _("The site is added."))
        return redirect("control:organization", organization.pk)
    shown = OrganizationSheet(initial={name: getattr(organization, name) for name in (*commands.FIELDS, "version")})
    return _page(request, organization, shown, form)


@require_http_methods(["GET", "POST"])
@policy("control")
def site(request: HttpRequest, organization_id: int, site_id: int) -> HttpResponse:
    """Change a site."""
    organization = queries.organization(organization_id, actor=actor_of(request))
    found = Site.objects.filter(organization=organization, pk=site_id).first()
    if found is None:
        raise NotFound(code="no_site")
    initial = {"name": found.name, "address": found.address, "is_active": found.is_active}
    form = SiteSheet(typed(request), initial=initial)
    if request.method == "POST":
        kept = form.carry_out(
            lambda sent: commands.keep_site(organization, site=found, actor=actor_of(request), **sent)
        )
        if kept is not None:
            messages.success(request, _("Saved."))
            return redirect("control:organization", organization.pk)
    return control_page(request, "site", {"form": form, "organization": organization, "site": found}, at=AT)


def _make(sent: dict[str, Any], request: HttpRequest) -> Organization:
    sent.pop("version")
    return commands.make_organization(sent.pop("name"), kind=sent.pop("kind"), actor=actor_of(request), **sent)


def _page(request: HttpRequest, organization: Organization, form: Sheet, site_form: Sheet) -> HttpResponse:
    context = {
        "form": form,
        "site_form": site_form,
        "organization": organization,
        "sites": organization.sites.order_by("-is_active", "name"),
        "people": organization.persons.filter(is_active=True).count(),
    }
    return control_page(request, "organization", context, at=AT)
