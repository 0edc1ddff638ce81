"""Public pages of articles, on or off."""

from __future__ import annotations

from dreiklang.kernel.command import command
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.knowledge import policy
from dreiklang.knowledge.events import PublicPagesSet
from dreiklang.knowledge.models import PublicPages


@command
def set_public_pages(*, actor: Actor, is_on: bool) -> PublicPages:
    """Show public articles to those who have not signed in, or to nobody but those who have."""
    require(policy.may_open_to_all(actor))
    kept, _made = PublicPages.objects.update_or_create(pk=1, defaults={"is_on": is_on})
    publish(PublicPagesSet(subject_id=0, is_on=is_on), actor=actor)
    return kept
