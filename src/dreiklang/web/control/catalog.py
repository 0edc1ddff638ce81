"""The catalogue: what is offered to whom, its form, who must say yes, its steps, its versions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.catalog import commands
from dreiklang.catalog.commands.keeping import ICONS
from dreiklang.catalog.models import Entry, EntryVersion
from dreiklang.catalog.policy import visible_to
from dreiklang.catalog.rules import form as questions
from dreiklang.kernel.errors import NotFound, WrongState
from dreiklang.organizations.models import Organization
from dreiklang.tickets.models import Category, Ticket
from dreiklang.web.components import orders
from dreiklang.web.control import catalog_words as words
from dreiklang.web.control.pages import control_page
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import VersionedSheet, typed

AT = "catalog"
LANGUAGES = ("de", "en")


class EntrySheet(VersionedSheet):
    """An entry: its names, to whom it is offered, and what ticket comes of it."""

    name_de = forms.CharField(label=gettext_lazy("Name in German"), max_length=100, required=False)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=100, required=False)
    hint_de = forms.CharField(label=gettext_lazy("Hint in German"), max_length=300, required=False)
    hint_en = forms.CharField(label=gettext_lazy("Hint in English"), max_length=300, required=False)
    group = forms.ChoiceField(label=gettext_lazy("Group"), choices=Entry.Group.choices)
    icon = forms.ChoiceField(label=gettext_lazy("Sign"), choices=lambda: words.icons().items())
    position = forms.IntegerField(label=gettext_lazy("Place in the list"), min_value=0, max_value=9999, initial=0)
    audience = forms.ChoiceField(label=gettext_lazy("Offered to"), choices=Entry.Audience.choices)
    organizations = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Only for these organisations"), required=False,
        queryset=Organization.objects.filter(is_active=True).order_by("sort_key"), widget=forms.SelectMultiple(
            attrs={"size": 5}), help_text=gettext_lazy("None chosen: for all customers and the provider."),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of ticket"), choices=[c for c in Ticket.Kind.choices if c[0] != "complaint"],
        initial="request",
    )  # fmt: skip
    urgency = forms.TypedChoiceField(
        label=gettext_lazy("Urgency"), choices=[(1, "1"), (2, "2"), (3, "3")], coerce=int, initial=3
    )
    category = forms.ModelChoiceField(
        label=gettext_lazy("Category"),
        required=False,
        queryset=Category.objects.filter(is_active=True).order_by("name"),
    )

    def clean(self) -> dict[str, Any]:
        """Names and hints become one value each, as the command wants them."""
        cleaned = super().clean()
        for name in ("name", "hint"):
            cleaned[f"{name}s"] = {one: cleaned.pop(f"{name}_{one}", "") for one in LANGUAGES}
        if not any(cleaned["names"].values()):
            self.add_error("name_de", _("An entry needs a name of at most 100 characters."))
        return cleaned


@require_GET
@policy("control")
def listed(request: HttpRequest) -> HttpResponse:
    """Every entry by group, offered or not."""
    now = EntryVersion.objects.filter(entry__in=visible_to(actor_of(request))).select_related("entry")
    found = now.filter(number=F("entry__number")).order_by("entry__group", "entry__position", "entry_id")
    rows = [(one.entry, one.name_in(orders.language()), one.entry.get_group_display()) for one in found]
    return control_page(request, "catalog", {"rows": rows}, at=AT)


@require_POST
@policy("control")
def ready(request: HttpRequest) -> HttpResponse:
    """Add the ready entries that are missing."""
    try:
        made = commands.add_ready_entries(actor=actor_of(request))
        messages.success(request, _("%(n)d entries are there and offered.") % {"n": len(made)})
    except WrongState:
        messages.info(request, _("All ready entries are there already."))
    return redirect("control:catalog")


@require_http_methods(["GET", "POST"])
@policy("control")
def new(request: HttpRequest) -> HttpResponse:
    """Make an entry; its form and steps come next."""
    form = EntrySheet(typed(request), initial={"icon": ICONS[0]})
    if request.method == "POST":

        def make(sent: dict[str, Any]) -> Entry:
            sent.pop("version")
            return commands.make_entry(actor=actor_of(request), **sent)

        made = form.carry_out(make)
        if made is not None:
            messages.success(request, _("The entry is there. Add questions and steps, then offer it."))
            return redirect("control:catalog_entry", made.pk)
    return control_page(request, "catalog_entry", {"form": form, "entry": None}, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def one(request: HttpRequest, entry_id: int) -> HttpResponse:
    """One entry with everything that belongs to it."""
    entry, version = entry_of(request, entry_id)
    form = EntrySheet(typed(request), initial=_initial(entry, version))
    if request.method == "POST":
        change = _("names, audience, ticket")
        kept = form.carry_out(lambda sent: commands.change_entry(entry, actor=actor_of(request), change=change, **sent))
        if kept is not None:
            messages.success(request, _("Saved."))
            return redirect("control:catalog_entry", entry.pk)
    spoken, plan = orders.language(), version.steps_and_asks
    context = {
        "form": form, "entry": entry, "name": version.name_in(spoken),
        "fields": words.field_rows(version.fields), "asks": words.ask_rows(plan, version.fields),
        "steps": words.step_rows(plan, version.fields), "inputs": _all_inputs(version),
        "versions": entry.versions.select_related("made_by").order_by("-number")[:30],
        "used": version.requests.count(),
    }  # fmt: skip
    return control_page(request, "catalog_entry", context, at=AT)


def _all_inputs(version: EntryVersion) -> list[orders.Input]:
    """The form as it looks with every question shown."""
    return orders.inputs_of([_shown_always(one) for one in version.fields], {})


def _shown_always(one: questions.Field) -> questions.Field:
    return questions.Field(one.key, one.kind, one.labels, one.hints, one.choices, one.is_needed)


def entry_of(request: HttpRequest, entry_id: int) -> tuple[Entry, EntryVersion]:
    """An entry with the version that is offered now."""
    found = visible_to(actor_of(request)).filter(pk=entry_id).first()
    if found is None:
        raise NotFound(code="no_entry")
    return found, found.versions.get(number=found.number)


def _initial(entry: Entry, version: EntryVersion) -> dict[str, Any]:
    names = ("group", "icon", "position", "audience", "category", "version")
    initial = {name: getattr(entry, name) for name in names}
    initial |= {"kind": version.kind, "urgency": version.urgency, "organizations": entry.organizations.all()}
    for one in LANGUAGES:
        initial |= {f"name_{one}": version.names.get(one, ""), f"hint_{one}": version.hints.get(one, "")}
    return initial


@require_POST
@policy("control")
def offer(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Offer it, or (``to=end``) withdraw it; what was ordered goes on."""
    entry, _version = entry_of(request, entry_id)
    try:
        if request.POST.get("to") == "end":
            commands.withdraw_entry(entry, actor=actor_of(request))
            messages.success(request, _("It is not offered any more. What was ordered goes on."))
        else:
            commands.offer_entry(entry, actor=actor_of(request))
            messages.success(request, _("It is offered."))
    except WrongState as refused:
        messages.error(request, str(refused))
    return redirect("control:catalog_entry", entry.pk)


@require_POST
@policy("control")
def restore(request: HttpRequest, entry_id: int, number: int) -> HttpResponse:
    """Offer an old version again."""
    entry, _version = entry_of(request, entry_id)
    if not entry.versions.filter(number=number).exists():
        raise NotFound(code="no_version")
    commands.restore_version(entry, actor=actor_of(request), number=number)
    messages.success(request, _("It is offered as in version %(n)d.") % {"n": number})
    return redirect("control:catalog_entry", entry.pk)
