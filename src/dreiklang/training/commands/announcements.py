"""New solutions: announced when they are published, read, and of interest."""

from __future__ import annotations

from collections.abc import Iterable

from dreiklang.kernel import clock
from dreiklang.kernel.command import command, fleeting, personal
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.knowledge.models import Edition
from dreiklang.tickets.models import Category
from dreiklang.training import events, policy
from dreiklang.training.models import Announcement, Interest, SolutionRead


@command
def announce(edition: Edition, *, actor: Actor) -> Announcement:
    """Tell those inside of a solution that is new or new again; who had read the former text has not read this one."""
    require(actor.is_system or policy.may_improve(actor))
    made, is_new = Announcement.objects.update_or_create(edition=edition, defaults={"made_at": clock.now()})
    if not is_new:
        made.readings.all().delete()
    publish(events.SolutionAnnounced(subject_id=edition.article_id, edition_id=edition.pk), actor=actor)
    return made


@fleeting
def note_reading(edition: Edition, *, actor: Actor) -> None:
    """Whoever opens a new solution has read it."""
    found = Announcement.objects.filter(edition=edition).first()
    if found is not None:
        SolutionRead.objects.get_or_create(
            announcement=found, person_id=actor.person_id, defaults={"read_at": clock.now()}
        )


@personal
def choose_interests(*, actor: Actor, categories: Iterable[Category]) -> None:
    """Which categories one wants to hear of; none: all."""
    require(policy.may_look(actor))
    wanted = {category.pk for category in categories}
    Interest.objects.filter(person_id=actor.person_id).exclude(category_id__in=wanted).delete()
    Interest.objects.bulk_create(
        [Interest(person_id=actor.person_id, category_id=pk) for pk in sorted(wanted)], ignore_conflicts=True
    )
