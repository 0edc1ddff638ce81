"""Pictures in what is being written: kept as they are pasted, so that a crash loses neither words nor pictures."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from dreiklang.kernel import clock, files
from dreiklang.kernel.command import personal
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.file_kinds import SHOWN_INLINE, safe_name, true_type
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy
from dreiklang.tickets.commands.attaching import Upload
from dreiklang.tickets.models import Draft, DraftPicture, Ticket

#: What may stand inside a text; larger ones go beside it, as files.
LARGEST_PICTURE = 4 * 1024 * 1024
MOST_PICTURES = 30
#: Pictures of a draft that nobody touches any more.
KEPT_FOR = timedelta(days=30)


@personal
def keep_picture(ticket: Ticket, *, actor: Actor, place: str, upload: Upload) -> DraftPicture:
    """Keep a pasted picture with a draft. Raises Invalid if it is no picture, too large, or one too many."""
    if not policy.may_work(actor, ticket):
        raise NotFound()
    content_type = true_type(upload.content_type, upload.content)
    if content_type not in SHOWN_INLINE:
        raise Invalid({"picture": [_("Only PNG, JPEG, GIF and WebP can stand inside a text.")]})
    if len(upload.content) > LARGEST_PICTURE:
        raise Invalid({"picture": [_("A picture inside a text may have 4 MB.")]})
    own = DraftPicture.objects.filter(person_id=actor.person_id, ticket=ticket, place=place[:30])
    if own.count() >= MOST_PICTURES:
        raise Invalid({"picture": [_("A text may hold 30 pictures.")]})
    return DraftPicture.objects.create(
        person_id=actor.person_id,
        ticket=ticket,
        place=place[:30],
        file=files.store(upload.content),
        filename=safe_name(upload.filename),
        content_type=content_type,
        kept_at=clock.now(),
    )


@personal
def forget_old_pictures(*, actor: Actor) -> int:
    """Forget pictures of drafts that are gone, after some days: an undo in the editor may still want them."""
    old = DraftPicture.objects.filter(kept_at__lt=clock.now() - KEPT_FOR)
    drafted = Draft.objects.filter(person_id=OuterRef("person_id"), ticket_id=OuterRef("ticket_id"))
    gone, _rows = old.exclude(Exists(drafted)).delete()
    return gone
