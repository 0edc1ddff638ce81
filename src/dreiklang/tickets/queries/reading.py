"""What somebody read lately: their own way back, shown to nobody else."""

from __future__ import annotations

from django.db.models import OuterRef, Subquery

from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy
from dreiklang.tickets.models import ReadMark, Ticket

#: How far back is looked for tickets that may still be seen.
AMONG = 40


def lately_read(*, actor: Actor, limit: int) -> list[Ticket]:
    """The tickets a person opened last, the latest first, as far as the rights of this moment allow."""
    if actor.kind != "person":
        return []
    marks = ReadMark.objects.filter(person_id=actor.person_id).order_by("-read_at")
    own = Subquery(marks.filter(ticket=OuterRef("pk")).values("read_at")[:1])
    seen = policy.visible_to(actor).filter(pk__in=marks.values("ticket_id")[:AMONG])
    return list(seen.select_related("requester", "team").annotate(opened_last=own).order_by("-opened_last")[:limit])
