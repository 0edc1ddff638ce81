"""Template tags for forms of settings: one field with label, hint and error; a whole form."""

from __future__ import annotations

from typing import Any

from django import forms, template
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms.boundfield import BoundField

register = template.Library()


@register.inclusion_tag("web/sheet/field.html")
def field(bound: BoundField, kind: str = "") -> dict[str, Any]:
    """One field with its label, hint and what is wrong with it. ``kind`` is a class such as ``field-short``."""
    widget = bound.field.widget
    return {
        "field": bound,
        "kind": kind,
        "is_check": isinstance(widget, forms.CheckboxInput),
        "is_group": isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple),
        "is_hidden": bound.is_hidden,
    }


@register.inclusion_tag("web/sheet/wrong.html")
def wrong(form: forms.BaseForm) -> dict[str, Any]:
    """What is wrong with a form as a whole, and how many fields need another look."""
    at_fields = [name for name in form.errors if name != NON_FIELD_ERRORS]
    return {"form": form, "count": len(at_fields)}


@register.simple_tag
def reason_words(code: str) -> Any:
    """Why something became of a mail, in words; a code without words is shown as it is."""
    from dreiklang.web.control.incoming import REASONS

    return REASONS.get(code, code)
