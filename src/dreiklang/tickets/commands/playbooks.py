"""Playbooks: the desk's own words for what is to be done on an occasion."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import gettext as _

from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets.events.complaints import PlaybookChanged
from dreiklang.tickets.models import Playbook

LONGEST = 10_000


@command
def change_playbook(
    occasion: str, *, actor: Actor, texts: Mapping[str, str], version: int | None = None
) -> Playbook | None:
    """Word a playbook, by language; a language left empty has the usual words, and none at all restores them all.

    Raises Invalid for unknown occasions and languages and for texts that are too long, Conflict by version.
    """
    require(actor.has("control.use") or actor.is_system)
    if occasion not in Playbook.Occasion.values:
        raise Invalid({"occasion": [_("There is no such playbook.")]})
    kept = {language: text.strip() for language, text in texts.items() if text.strip()}
    if unknown := set(kept) - set(dict(settings.LANGUAGES)):
        raise Invalid({unknown.pop(): [_("This language is not offered.")]})
    if too_long := [language for language, text in kept.items() if len(text) > LONGEST]:
        raise Invalid({too_long[0]: [_("At most 10,000 characters.")]})
    book = Playbook.objects.select_for_update().filter(occasion=occasion).first()
    if version is not None and version != (book.version if book else 0):
        raise Conflict(_("Somebody else has changed this in the meantime."), current=book.version if book else 0)
    if kept:
        book = book or Playbook(occasion=occasion, version=0)
        book.texts, book.version = kept, book.version + 1
        book.save()
    elif book is not None:
        book.delete()
        book = None
    publish(PlaybookChanged(subject_id=0, occasion=occasion), actor=actor)
    return book
