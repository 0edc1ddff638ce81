"""Brands: how the desk appears to the people of one customer, or at one address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.channels.mail.settings.brands import LARGEST_LOGO, change_brand, make_brand, remove_brand
from dreiklang.channels.models import Brand
from dreiklang.kernel import files
from dreiklang.kernel.errors import NotFound
from dreiklang.organizations.models import Organization
from dreiklang.web.control.pages import control_page
from dreiklang.web.files import picture_answer
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import VersionedSheet, typed

AT = "mailboxes"


class BrandSheet(VersionedSheet):
    """A brand."""

    name = forms.CharField(
        label=gettext_lazy("Sender's name"), max_length=200, help_text=gettext_lazy("What people read as the sender.")
    )
    organization = forms.ModelChoiceField(
        label=gettext_lazy("For the tickets of"), required=False, empty_label=gettext_lazy("no customer of its own"),
        queryset=Organization.objects.filter(kind=Organization.Kind.CUSTOMER, is_active=True).order_by("sort_key"),
        help_text=gettext_lazy("Otherwise it is worn by what leaves by its mailboxes."),
    )  # fmt: skip
    signature = forms.CharField(
        label=gettext_lazy("Below every mail to the outside"), required=False, max_length=2_000, strip=True,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    colour = forms.CharField(
        label=gettext_lazy("Colour"), required=False, max_length=7,
        help_text=gettext_lazy("As #rrggbb: of the line above and of what can be pressed."),
    )  # fmt: skip
    logo = forms.FileField(
        label=gettext_lazy("Logo"), required=False, help_text=gettext_lazy("PNG, JPEG or GIF, at most 200 kB.")
    )
    without_logo = forms.BooleanField(label=gettext_lazy("Without a logo"), required=False)


@require_GET
@policy("control")
def listed(request: HttpRequest) -> HttpResponse:
    """All brands, with whom they are for."""
    rows = Brand.objects.select_related("organization").annotate(worn_by=Count("mailboxes"))
    return control_page(request, "brands", {"rows": rows}, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def new(request: HttpRequest) -> HttpResponse:
    """Another brand."""
    form = BrandSheet(typed(request), request.FILES or None)
    del form.fields["without_logo"]
    if request.method == "POST":
        made = form.carry_out(lambda sent: _make(sent, request))
        if made is not None:
            messages.success(request, _("The brand is made. Choose it at a mailbox if it is not for one customer."))
            return redirect("control:brands")
    return control_page(request, "brand", {"form": form, "brand": None}, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def one(request: HttpRequest, brand_id: int) -> HttpResponse:
    """Change one."""
    brand = _brand(brand_id)
    names = ("name", "organization", "signature", "colour", "version")
    initial = {name: getattr(brand, name) for name in names}
    form = BrandSheet(typed(request), request.FILES or None, initial=initial)
    if not brand.logo_id:
        del form.fields["without_logo"]
    if request.method == "POST":
        done = form.carry_out(lambda sent: change_brand(brand, actor=actor_of(request), **_read(sent)))
        if done is not None:
            messages.success(request, _("Saved."))
            return redirect("control:brands")
    return control_page(request, "brand", {"form": form, "brand": brand}, at=AT)


@require_GET
@policy("control")
def logo(request: HttpRequest, brand_id: int) -> HttpResponse:
    """The logo, as a picture."""
    brand = _brand(brand_id)
    if brand.logo is None:
        raise NotFound(code="no_logo")
    return picture_answer(files.read(brand.logo.sha256), brand.logo_type)


@require_POST
@policy("control")
def removed(request: HttpRequest, brand_id: int) -> HttpResponse:
    """Do without one."""
    remove_brand(_brand(brand_id), actor=actor_of(request))
    messages.success(request, _("The brand is gone. Mailboxes write under their own names again."))
    return redirect("control:brands")


def _make(sent: dict[str, Any], request: HttpRequest) -> Brand:
    read = _read(sent)
    read.pop("version", None)
    return make_brand(actor=actor_of(request), **read)


def _read(sent: dict[str, Any]) -> dict[str, Any]:
    """What was sent, the picture as its bytes; a byte more than allowed, so that the command can say so."""
    picture = sent.get("logo")
    return {**sent, "logo": picture.read(LARGEST_LOGO + 1) if picture else None}


def _brand(brand_id: int) -> Brand:
    found = Brand.objects.select_related("organization", "logo").filter(pk=brand_id).first()
    if found is None:
        raise NotFound(code="no_brand")
    return found
