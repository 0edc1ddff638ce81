"""The way back of an import: what it brought new is withdrawn, what it changed stands as before."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.knowledge import policy
from dreiklang.knowledge.commands.indexing import index_editions
from dreiklang.knowledge.events import ImportTakenBack
from dreiklang.knowledge.lifecycle import PAST, PUBLISHED
from dreiklang.knowledge.models import ArticleImport, Edition, Revision
from dreiklang.knowledge.queries.compounds import opening
from dreiklang.knowledge.rules import markup
from dreiklang.organizations.rules.names import sort_key


@dataclass
class TakenBack:
    """How many editions were withdrawn, how many stand as before, how many were left as somebody wrote on since."""

    withdrawn: int = 0
    restored: int = 0
    kept: int = 0


@command
def take_back(run: ArticleImport, *, actor: Actor) -> TakenBack:
    """Undo an import, all of it or none. Who may read stays as the file said. Raises WrongState the second time."""
    require(policy.may_import(actor))
    run = ArticleImport.objects.select_for_update().get(pk=run.pk)
    if run.taken_back_at is not None:
        raise WrongState(_("This import was taken back already."))
    done, changed = TakenBack(), list[Edition]()
    brought = (
        Revision.objects.filter(brought_by=run).select_related("edition", "replaced").order_by("edition_id", "-number")
    )
    last = {revision.edition_id: revision for revision in reversed(brought)}
    first = {revision.edition_id: revision for revision in brought}
    for edition_id, newest in last.items():
        if newest.state != PUBLISHED or Revision.objects.filter(
            edition=edition_id, number__gt=newest.number
        ).exists():  # fmt: skip
            done.kept += 1
            continue
        changed.append(_undone(newest, first[edition_id], done))
    for edition in changed:
        index_editions([edition], opened=opening(edition.language))
    run.taken_back_at = clock.now()
    run.save(update_fields=["taken_back_at"])
    publish(ImportTakenBack(subject_id=0, run_id=run.pk, **vars(done)), actor=actor)
    return done


def _undone(newest: Revision, first: Revision, done: TakenBack) -> Edition:
    edition = newest.edition
    before = first.replaced
    newest.state = PAST
    newest.save(update_fields=["state"])
    if before is None:
        edition.is_published = False
        done.withdrawn += 1
    else:
        before.state = PUBLISHED
        before.save(update_fields=["state"])
        edition.title, edition.body, edition.is_html = before.title, before.body, before.is_html
        edition.sort_key = sort_key(before.title or markup.first_line(before.body, is_html=before.is_html))[:320]
        done.restored += 1
    edition.save(update_fields=["is_published", "title", "body", "is_html", "sort_key"])
    return edition
