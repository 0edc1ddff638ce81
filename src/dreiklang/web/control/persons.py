"""Persons with their addresses, and the account by which they sign in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.accounts import rules as account_rules
from dreiklang.exchange.queries.erasing import last_erasure
from dreiklang.exchange.queries.runs import own_disclosures
from dreiklang.organizations import policy as organization_policy
from dreiklang.organizations import queries
from dreiklang.organizations.commands import persons as commands
from dreiklang.organizations.commands import sign_ins
from dreiklang.organizations.models import Address, Organization, Person, Site
from dreiklang.organizations.rules import folded_mail
from dreiklang.web.control.disclosures import DisclosureSheet
from dreiklang.web.control.pages import control_page
from dreiklang.web.control.paging import page_of
from dreiklang.web.control.role_words import ROLE_WORDS
from dreiklang.web.forms import whole
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Lines, Sheet, VersionedSheet, typed

AT = "persons"


class PersonSheet(VersionedSheet):
    """A person."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    organization = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"), queryset=Organization.objects.order_by("sort_key"), empty_label=None
    )
    mails = Lines(
        label=gettext_lazy("Mail addresses"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One a line; the desk writes to the first. Each belongs to one person only."),
    )  # fmt: skip
    phones = Lines(
        label=gettext_lazy("Phone numbers"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One a line, best with the country: +49 7071 1234."),
    )  # fmt: skip
    site = forms.ModelChoiceField(label=gettext_lazy("Site"), queryset=Site.objects.none(), required=False)
    place = forms.CharField(label=gettext_lazy("Room, ward"), max_length=200, required=False)
    function = forms.CharField(label=gettext_lazy("Function"), max_length=200, required=False)
    manager = forms.CharField(
        label=gettext_lazy("Manager"), max_length=254, required=False, widget=forms.EmailInput,
        help_text=gettext_lazy("The mail address. Asked when the person orders what needs a yes."),
    )  # fmt: skip
    cost_centre = forms.CharField(label=gettext_lazy("Cost centre"), max_length=60, required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES, initial="de")
    is_vip = forms.BooleanField(label=gettext_lazy("VIP: shown beside the name on every ticket"), required=False)
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, sites_of: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        site = self.fields["site"]
        assert isinstance(site, forms.ModelChoiceField)
        if sites_of is not None:
            site.queryset = Site.objects.filter(organization_id=sites_of, is_active=True).order_by("name")

    def clean_manager(self) -> Person | None:
        """The person behind the address."""
        address = self.cleaned_data["manager"]
        found = queries.person_of_mail(folded_mail(address)) if address else None
        if address and found is None:
            raise forms.ValidationError(_("Nobody here has this address."))
        return found


class AccountSheet(Sheet):
    """An account for a person."""

    login = forms.CharField(
        label=gettext_lazy("Sign-in name"), max_length=254, required=False,
        help_text=gettext_lazy("Left empty: the first mail address."),
    )  # fmt: skip
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"), choices=list(ROLE_WORDS.items()), widget=forms.CheckboxSelectMultiple
    )
    invite = forms.BooleanField(
        label=gettext_lazy("Mail an invitation with a link that is good for a week"), required=False, initial=True
    )


@require_GET
@policy("control")
def listed(request: HttpRequest) -> HttpResponse:
    """Persons by words, organisation, and whether they have left."""
    actor, words = actor_of(request), request.GET.get("q", "").strip()[:100]
    organization_id, gone = whole(request.GET.get("organization", "")), request.GET.get("gone") == "1"
    mails = Address.objects.filter(kind=Address.Kind.MAIL).order_by("-is_first", "pk")
    rows: QuerySet[Person] = (
        organization_policy.persons_visible_to(actor)
        .select_related("organization", "account")
        .prefetch_related(Prefetch("addresses", mails, to_attr="mails"))
        .filter(is_active=not gone)
    )
    if organization_id is not None:
        rows = rows.filter(organization_id=organization_id)
    if words:
        rows = queries.found_persons(rows, words)
    context = {
        "page": page_of(request, rows), "words": words, "gone": gone, "organization_id": organization_id,
        "organizations": organization_policy.visible_to(actor).order_by("sort_key"), "role_words": ROLE_WORDS,
    }  # fmt: skip
    return control_page(request, "persons", context, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def new(request: HttpRequest) -> HttpResponse:
    """Make a person, in the organisation one came from."""
    organization_id = whole(request.POST.get("organization", "") or request.GET.get("organization", ""))
    form = PersonSheet(typed(request), sites_of=organization_id, initial={"organization": organization_id})
    if request.method == "POST":
        made = form.carry_out(lambda sent: _make(sent, request))
        if made is not None:
            messages.success(request, _("The person is made."))
            return redirect("control:person", made.pk)
    return control_page(request, "person", {"form": form, "person": None}, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def one(request: HttpRequest, person_id: int) -> HttpResponse:
    """A person, with account and teams."""
    person = queries.person(person_id, actor=actor_of(request))
    if last_erasure(person):
        return redirect("control:erasure", person.pk)  # nothing is written on a pseudonym, and nobody is back
    if request.method == "POST":
        chosen = whole(request.POST.get("organization", ""))
        form = PersonSheet(request.POST, sites_of=chosen)
        changed = form.carry_out(lambda sent: commands.change_person(person, actor=actor_of(request), **sent))
        if changed is not None:
            messages.success(request, _("Saved."))
            return redirect("control:person", person.pk)
        return _page(request, person, form, AccountSheet(prefix="account"))
    return _page(request, person, _shown(person), AccountSheet(prefix="account"))


@require_POST
@policy("control")
def account(request: HttpRequest, person_id: int) -> HttpResponse:
    """Give a person an account, and invite them if wanted."""
    actor = actor_of(request)
    person = queries.person(person_id, actor=actor)
    if last_erasure(person):
        return redirect("control:erasure", person.pk)
    form = AccountSheet(request.POST, prefix="account")
    given = form.carry_out(
        lambda sent: sign_ins.give_account(person, login=sent["login"], roles=sent["roles"], actor=actor)
    )
    if given is None:
        return _page(request, person, _shown(person), form)
    if form.cleaned_data["invite"] and queries.first_mail(person):
        sign_ins.invite(person, actor=actor)
        messages.success(request, _("The account is made and the invitation is on its way."))
    else:
        messages.success(request, _("The account is made."))
    return redirect("control:person", person.pk)


@require_POST
@policy("control")
def activity(request: HttpRequest, person_id: int) -> HttpResponse:
    """Somebody has left, or is back."""
    actor = actor_of(request)
    person = queries.person(person_id, actor=actor)
    if last_erasure(person):
        return redirect("control:erasure", person.pk)
    if request.POST.get("to") == "active":
        commands.activate_person(person, actor=actor)
        messages.success(request, _("The person is active again."))
    else:
        commands.deactivate_person(person, actor=actor)
        messages.success(request, _("The person is deactivated and cannot sign in any more. Their tickets stay."))
    return redirect("control:person", person.pk)


def _make(sent: dict[str, Any], request: HttpRequest) -> Person:
    sent.pop("version")
    return commands.make_person(sent.pop("name"), actor=actor_of(request), **sent)


def _shown(person: Person) -> PersonSheet:
    initial = {name: getattr(person, name) for name in (*commands.FIELDS, "version")}
    addresses = list(person.addresses.order_by("-is_first", "pk"))
    initial["manager"] = queries.first_mail(person.manager) if person.manager else ""
    initial["mails"] = [a.value for a in addresses if a.kind == Address.Kind.MAIL]
    initial["phones"] = [a.value for a in addresses if a.kind == Address.Kind.PHONE]
    return PersonSheet(initial=initial, sites_of=person.organization_id)


def _page(request: HttpRequest, person: Person, form: PersonSheet, account_form: AccountSheet) -> HttpResponse:
    proven = set(person.addresses.exclude(proven_at=None).values_list("value", flat=True))
    context = {
        "form": form, "person": person, "account_form": account_form, "role_words": ROLE_WORDS, "proven": proven,
        "disclosures": own_disclosures(person, actor=actor_of(request)),
        "disclosure_form": DisclosureSheet(prefix="disclosure"),
        "memberships": person.memberships.select_related("team").order_by("team__level", "from_date"),
        "roles": [ROLE_WORDS[r] for r in person.account.roles if r in account_rules.ROLES] if person.account else [],
    }  # fmt: skip
    return control_page(request, "person", context, at=AT)
