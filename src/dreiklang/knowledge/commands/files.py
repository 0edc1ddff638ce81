"""Pictures and files of articles: checked, kept, tied to the edition whose text shows them."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from dreiklang.kernel import clock, files
from dreiklang.kernel.command import command, personal
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.file_kinds import MOST_PIXELS, picture_size, picture_type, safe_name, true_type
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.knowledge import events, policy
from dreiklang.knowledge.models import ArticleFile, Edition

LARGEST_PICTURE, LARGEST_FILE = 10 * 1024 * 1024, 25 * 1024 * 1024
MOST_FILES = 200
#: A file that no article took up is forgotten after so long.
UNUSED_FOR = timedelta(days=2)


@command
def add_file(
    edition: Edition | None, *, actor: Actor, filename: str, content: bytes, content_type: str = ""
) -> ArticleFile:
    """Keep a picture or a file for an article; for one that is not written yet, without ``edition``: its first
    writing takes it up. Raises Invalid if it is empty, too large, or a picture of too many pixels.
    """
    require(policy.may_work_on(actor, edition) if edition is not None else policy.may_write(actor))
    kind = picture_type(content)
    _refuse(content, kind)
    if edition is not None and edition.files.count() >= MOST_FILES:
        raise Invalid({"file": [_("An article holds at most %(most)s files.") % {"most": MOST_FILES}]})
    kept = ArticleFile.objects.create(
        edition=edition,
        file=files.store(content),
        filename=safe_name(filename),
        content_type=kind or true_type(content_type or "application/octet-stream", content),
        is_picture=bool(kind),
        added_by_id=actor.id if actor.kind == "person" else None,
        added_at=clock.now(),
    )
    publish(events.ArticleFileAdded(subject_id=kept.pk, filename=kept.filename), actor=actor)
    return kept


@command
def remove_file(file: ArticleFile, *, actor: Actor) -> None:
    """Take a file from its article; where its text still shows it, readers see that something is gone."""
    require(file.edition is not None and policy.may_work_on(actor, file.edition))
    key, filename = file.pk, file.filename
    file.delete()
    publish(events.ArticleFileRemoved(subject_id=key, filename=filename), actor=actor)


def take_up(edition: Edition, body: str, *, writer_id: int | None) -> None:
    """Tie to an edition the files without one that its writer added and its text names. Inside the writing command."""
    if writer_id is None:
        return
    loose = ArticleFile.objects.filter(edition=None, added_by_id=writer_id)
    named = [file.pk for file in loose if file.address in body]
    if named:
        ArticleFile.objects.filter(pk__in=named).update(edition=edition)


@personal
def forget_loose(*, actor: Actor) -> int:
    """Forget files that no article took up; their bytes go with the next sweep of the store."""
    require(actor.is_system)
    return ArticleFile.objects.filter(edition=None, added_at__lt=clock.now() - UNUSED_FOR).delete()[0]


def _refuse(content: bytes, kind: str) -> None:
    if not content:
        raise Invalid({"file": [_("The file is empty.")]})
    if len(content) > (LARGEST_PICTURE if kind else LARGEST_FILE):
        raise Invalid({"file": [_("At most 10 MB for a picture, 25 MB for a file.")]})
    width, height = picture_size(content)
    if kind and not 0 < width * height <= MOST_PIXELS:
        raise Invalid({"file": [_("This picture has too many pixels, or none. Please make it smaller.")]})
