"""Files of articles that somebody may have: who may read the text that shows them."""

from __future__ import annotations

from collections.abc import Sequence

from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge import policy
from dreiklang.knowledge.models import ArticleFile, Edition


def file_for(file_id: int, *, actor: Actor | None) -> ArticleFile | None:
    """A file, if the reader may have it: those who write, every one of their articles' files; readers, those that the
    published text shows; who added it, as long as no article took it up. ``actor`` None: nobody is signed in.
    """
    found = ArticleFile.objects.select_related("file", "edition").filter(pk=file_id).first()
    if found is None:
        return None
    if found.edition is None:
        is_own = actor is not None and actor.kind == "person" and actor.id == found.added_by_id
        return found if is_own else None
    if actor is not None and policy.may_work_on(actor, found.edition):
        return found
    readable = policy.visible_to(actor) if actor is not None else policy.open_to_all()
    is_shown = found.address in found.edition.body and readable.filter(pk=found.edition.pk).exists()
    return found if is_shown else None


def files_of(edition: Edition) -> Sequence[ArticleFile]:
    """Every file of an edition, for those who write it."""
    return list(edition.files.select_related("file").order_by("pk"))
