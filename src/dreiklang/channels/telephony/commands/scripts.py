"""What is said and asked on the phone, by category, and how such calls may end."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dreiklang.channels.telephony import policy
from dreiklang.channels.telephony.events import ScriptChanged
from dreiklang.channels.telephony.models import Script
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets.models import Category

LONGEST = 10_000
MOST_OUTCOMES = 20


@command
def change_script(
    category: Category | None, *, actor: Actor, words: str, outcomes: list[str], version: int | None = None
) -> Script:
    """Write the script of a category (none: for all calls). Raises Invalid by field, Conflict."""
    require(policy.may_keep_systems(actor))
    script = Script.objects.select_for_update().filter(category=category).first() or Script(category=category)
    if script.pk and version is not None and version != script.version:
        raise Conflict(_("Somebody else changed this in the meantime."), current=script.version)
    tidy = list(dict.fromkeys(" ".join(one.split()) for one in outcomes if one.strip()))
    problems: dict[str, list[str]] = {}
    if len(words) > LONGEST:
        problems["words"] = [_("At most 10,000 characters.")]
    if len(tidy) > MOST_OUTCOMES or any(len(one) > 100 for one in tidy):
        problems["outcomes"] = [_("At most 20 ways to end, each of at most 100 characters.")]
    if problems:
        raise Invalid(problems)
    script.words, script.outcomes = words.strip(), tidy
    script.version += 1 if script.pk else 0
    try:
        with transaction.atomic():
            script.save()
    except IntegrityError as twice:  # two wrote the first one at once
        raise Conflict(_("Somebody else changed this in the meantime.")) from twice
    publish(ScriptChanged(subject_id=script.pk), actor=actor)
    return script


@command
def remove_script(script: Script, *, actor: Actor) -> None:
    """Take a script away; the one above it counts again. What calls said of their end stays."""
    require(policy.may_keep_systems(actor))
    publish(ScriptChanged(subject_id=script.pk, is_removed=True), actor=actor)
    script.delete()
