"""The pages of what the levels learn from each other, as tabs beside each other."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from dreiklang.kernel.permissions import Actor
from dreiklang.skills.policy import may_look as may_see_skills
from dreiklang.training.policy import may_improve


def tabs_for(actor: Actor) -> list[tuple[str, str, str]]:
    """Key, name and address of the pages that an insider gets."""
    pages = [("lessons", _("Lessons"))]
    if may_improve(actor):
        pages.append(("improving", _("Improve level 1")))
    pages += [
        ("processes", _("What level 1 works by")),
        ("effects", _("Effect")),
        ("solutions", _("New solutions")),
        ("exercises", _("Exercises")),
    ]
    if actor.kind == "person" and may_see_skills(actor):
        pages.append(("skills", _("Skills")))
    return [(key, name, reverse(f"desk:{key}")) for key, name in pages]
