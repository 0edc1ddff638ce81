"""Forms of settings: Django's own, in the house's looks, refusing strange fields and keeping what was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from dreiklang.kernel.errors import Conflict, Invalid, WrongState

R = TypeVar("R")

#: Sent along by every page and read elsewhere.
ALWAYS = frozenset({"csrfmiddlewaretoken", "next"})

#: What Django writes where nothing is chosen; nobody reads it aloud well.
DJANGOS_DASHES = "---------"


class Sheet(forms.Form):
    """Base of all forms of settings.

    A field that the form does not know is refused (P30). What a command refuses afterwards is shown at the field it
    names, else above the form.
    """

    required_css_class = "is-required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            widget = field.widget
            if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
                kind = "form-check-input"
            elif isinstance(widget, forms.Select):
                kind = "form-select"
            else:
                kind = "form-control"
            widget.attrs.setdefault("class", kind)
            if isinstance(field, forms.ModelChoiceField) and field.empty_label == DJANGOS_DASHES:
                field.empty_label = _("please choose") if field.required else _("none")

    def clean(self) -> dict[str, Any]:
        """Refuse fields that are not on the form."""
        cleaned = super().clean() or {}
        known = ALWAYS | {self.add_prefix(name) for name in self.fields}
        if strange := sorted(set(self.data) - known):
            raise forms.ValidationError(
                _("The form brings a field that is not known here: %(name)s") % {"name": strange[0][:40]}
            )
        return cleaned

    def show(self, refused: Invalid | Conflict | WrongState) -> None:
        """Show what a command refused: at the field if it names one of ours, else above the form."""
        if not isinstance(refused, Invalid) or not refused.fields:
            self.add_error(None, str(refused))
            return
        for name, sentences in refused.fields.items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, str(sentence))

    def carry_out(self, command: Callable[[dict[str, Any]], R]) -> R | None:
        """Give the cleaned values to a command; None if they are wrong or it refuses, with the errors on the form."""
        if not self.is_valid():
            return None
        try:
            return command(dict(self.cleaned_data))
        except (Invalid, Conflict, WrongState) as refused:
            self.show(refused)
            return None


class VersionedSheet(Sheet):
    """A form of a record that others may change meanwhile: it brings the version that the page showed (P14)."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class Lines(forms.CharField):
    """A text of several lines as a list, one entry a line."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        """The lines that are not empty."""
        if isinstance(value, list):
            return value
        return [line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        """A list as text again."""
        return "\n".join(value) if isinstance(value, list) else value


def typed(request: HttpRequest) -> Any:
    """What was sent, or None for an unbound form."""
    return request.POST if request.method == "POST" else None
