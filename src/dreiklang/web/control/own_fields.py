"""Own fields of the desk: made, changed with a preview, deleted and brought back."""

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

from dreiklang.kernel.errors import NotFound
from dreiklang.tickets.commands import own_fields as commands
from dreiklang.tickets.models import Category, OwnField, Ticket
from dreiklang.tickets.queries.own_fields import views_with
from dreiklang.web.control.pages import control_page
from dreiklang.web.desk.own_fields import inputs_of
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Lines, VersionedSheet, typed

AT = "own_fields"


class FieldSheet(VersionedSheet):
    """A field as it is changed."""

    label_de = forms.CharField(label=gettext_lazy("Name in German"), max_length=100, required=False)
    label_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=100, required=False)
    hint_de = forms.CharField(label=gettext_lazy("Hint in German"), max_length=200, required=False)
    hint_en = forms.CharField(label=gettext_lazy("Hint in English"), max_length=200, required=False)
    choices = Lines(
        label=gettext_lazy("Answers to choose from"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One a line, for choices only."),
    )  # fmt: skip
    ticket_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("For these kinds of ticket"), required=False, choices=Ticket.Kind.choices,
        widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("None ticked: for all."),
    )  # fmt: skip
    category = forms.ModelChoiceField(
        label=gettext_lazy("For this category and those below"), required=False,
        queryset=Category.objects.order_by("name"), empty_label=gettext_lazy("for every category"),
    )  # fmt: skip
    audience = forms.ChoiceField(
        label=gettext_lazy("Seen and written by"), choices=OwnField.Audience.choices,
        help_text=gettext_lazy("Requesters never see own fields."),
    )  # fmt: skip
    needed_for_level = forms.TypedChoiceField(
        label=gettext_lazy("Must be filled before a handover"), required=False, coerce=int, empty_value=None,
        choices=[("", gettext_lazy("no")), (2, gettext_lazy("to level 2")), (3, gettext_lazy("to level 3")),
                 (4, gettext_lazy("to level 4"))],
        help_text=gettext_lazy("And to every level above. Whoever may not see the field is not asked."),
    )  # fmt: skip
    position = forms.IntegerField(label=gettext_lazy("Place in the list"), min_value=0, max_value=9999, initial=0)

    def clean(self) -> dict[str, Any]:
        """Names and hints become one field each, as the command wants them."""
        cleaned = super().clean()
        for name in ("label", "hint"):
            cleaned[f"{name}s"] = {"de": cleaned.pop(f"{name}_de", ""), "en": cleaned.pop(f"{name}_en", "")}
        if not any(cleaned["labels"].values()):
            self.add_error("label_de", _("A field needs a name."))
        return cleaned


class NewFieldSheet(FieldSheet):
    """A field as it is made: its kind is set once."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of value"), choices=OwnField.Kind.choices)


@require_GET
@policy("control")
def listed(request: HttpRequest) -> HttpResponse:
    """All fields; deleted ones below."""
    found = list(OwnField.objects.select_related("category").annotate(used=Count("values")))
    groups = {
        "living": [field for field in found if field.deleted_at is None],
        "deleted": [field for field in found if field.deleted_at is not None],
    }
    return control_page(request, "own_fields", groups, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def new(request: HttpRequest) -> HttpResponse:
    """Add a field."""
    form = NewFieldSheet(typed(request))
    if request.method == "POST":
        made = form.carry_out(lambda sent: commands.make_field(actor=actor_of(request), **_without_version(sent)))
        if made is not None:
            messages.success(request, _("The field is there. It stands on every ticket it is for."))
            return redirect("control:own_field", made.pk)
    return control_page(request, "own_field", {"form": form, "field": None}, at=AT)


def _without_version(sent: dict[str, Any]) -> dict[str, Any]:
    sent.pop("version", None)
    return sent


@require_http_methods(["GET", "POST"])
@policy("control")
def one(request: HttpRequest, field_id: int) -> HttpResponse:
    """Change a field; how it looks on a ticket stands beside."""
    field = _field(field_id)
    names = ("choices", "ticket_kinds", "category", "audience", "needed_for_level", "position", "version")
    initial = {name: getattr(field, name) for name in names}
    for language in ("de", "en"):
        initial |= {f"label_{language}": field.labels.get(language), f"hint_{language}": field.hints.get(language)}
    form = FieldSheet(typed(request), initial=initial)
    if request.method == "POST":
        kept = form.carry_out(lambda sent: commands.change_field(field, actor=actor_of(request), **sent))
        if kept is not None:
            messages.success(request, _("Saved."))
            return redirect("control:own_field", field.pk)
    context = {
        "form": form,
        "field": field,
        "input": inputs_of([field], {})[0],
        "used": field.values.count(),
        "views": views_with(field),
    }
    return control_page(request, "own_field", context, at=AT)


@require_POST
@policy("control")
def deletion(request: HttpRequest, field_id: int) -> HttpResponse:
    """Ask for it no more, or (``to=end``) again."""
    field = _field(field_id)
    if request.POST.get("to") == "end":
        commands.restore_field(field, actor=actor_of(request))
        messages.success(request, _("The field is asked again."))
    else:
        commands.delete_field(field, actor=actor_of(request))
        messages.success(request, _("The field is deleted. What was written into it stays readable on its tickets."))
    return redirect("control:own_field", field.pk)


def _field(field_id: int) -> OwnField:
    found = OwnField.objects.filter(pk=field_id).first()
    if found is None:
        raise NotFound(code="no_field")
    return found
