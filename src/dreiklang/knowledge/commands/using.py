"""That articles are used: read, and good enough that nothing had to be reported."""

from __future__ import annotations

from django.db import connection
from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command, fleeting
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge import events, policy
from dreiklang.knowledge.commands.describing import give_feedback
from dreiklang.knowledge.models import Edition, SolvedAlone

_READ = """
INSERT INTO knowledge_reading AS kept (edition_id, day, times) VALUES (%s, %s, 1)
ON CONFLICT (edition_id, day) DO UPDATE SET times = kept.times + 1
"""


@fleeting
def count_reading(edition: Edition, *, actor: Actor) -> None:
    """One reading more today. Who read is not kept (P46)."""
    if edition.is_published and actor.kind == "person":
        with connection.cursor() as cursor:
            cursor.execute(_READ, [edition.pk, clock.now().date()])


@command
def solve_alone(edition: Edition, *, actor: Actor) -> SolvedAlone:
    """Say that an article made a report needless. The same person, article and day counts once."""
    if not policy.visible_to(actor).filter(pk=edition.pk).exists():
        raise NotFound(_("There is no such article."))
    give_feedback(edition, actor=actor, helped=True)
    solved, _made = SolvedAlone.objects.get_or_create(
        edition=edition, person_id=actor.person_id, day=clock.now().date()
    )
    publish(events.SolvedByArticle(subject_id=edition.article_id, edition_id=edition.pk,
                                   language=edition.language, title=edition.title), actor=actor)  # fmt: skip
    return solved
