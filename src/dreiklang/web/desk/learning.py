"""The pages of what the levels learn from each other, as tabs beside each other."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from dreiklang.kernel.permissions import Actor


def tabs_for(actor: Actor) -> list[tuple[str, str, str]]:
    """Key, name and address of the pages that an insider gets."""
    pages = [("lessons", _("Lessons")), ("effects", _("Effect"))]
    return [(key, name, reverse(f"desk:{key}")) for key, name in pages]
