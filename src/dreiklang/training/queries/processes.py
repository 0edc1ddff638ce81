"""What the first level works by: required information, routing, runbooks, macros, each with version and keeper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Person
from dreiklang.routines.models import Macro, Runbook
from dreiklang.routines.policy import visible_to as ready_for
from dreiklang.tickets.models import Category
from dreiklang.training import policy
from dreiklang.training.lifecycle import ACCEPTED, OPEN
from dreiklang.training.models import Keeper, ProcessKind, Proposal

UNANSWERED = (OPEN, ACCEPTED)


@dataclass(frozen=True)
class Process:
    """One thing the first level works by. ``detail``: what it says now, in a few words."""

    kind: str
    id: int
    name: str
    version: int
    detail: str
    keeper: Person | None = None
    waiting: int = 0


def processes(*, actor: Actor) -> list[Process]:
    """All of them that the actor may see, by kind and name; a fixed number of statements."""
    if not policy.may_look(actor):
        return []
    found = list(_all(actor))
    keepers = {(k.kind, k.subject_id): k.person for k in Keeper.objects.select_related("person")}
    counted = Proposal.objects.filter(state__in=UNANSWERED).values("kind", "subject_id").annotate(n=Count("pk"))
    waiting = {(row["kind"], row["subject_id"]): row["n"] for row in counted}
    return [
        replace(one, keeper=keepers.get((one.kind, one.id)), waiting=waiting.get((one.kind, one.id), 0))
        for one in found
    ]


def one_process(kind: str, subject_id: int, *, actor: Actor) -> Process | None:
    """One of them, or None where there is none that the actor may see."""
    return next((one for one in processes(actor=actor) if (one.kind, one.id) == (kind, subject_id)), None)


def _all(actor: Actor) -> Iterator[Process]:
    asked = Count("questions", filter=Q(questions__is_active=True))
    categories = list(
        Category.objects.filter(is_active=True).annotate(asked=asked).select_related("team").order_by("name", "pk")
    )
    for category in categories:
        words = ngettext("%(n)d question", "%(n)d questions", category.asked) % {"n": category.asked}
        yield _process(ProcessKind.INFORMATION, category, category.name_in(actor.language), words)
    for category in categories:
        words = category.team.name if category.team else _("no team of its own")
        yield _process(ProcessKind.ROUTING, category, category.name_in(actor.language), words)
    runbooks = ready_for(actor, Runbook).filter(owner=None, is_active=True)
    for runbook in runbooks.annotate(n=Count("steps", filter=Q(steps__is_active=True))).order_by("name", "pk"):
        words = ngettext("%(n)d step", "%(n)d steps", runbook.n) % {"n": runbook.n}
        yield _process(ProcessKind.RUNBOOK, runbook, runbook.name, words)
    for macro in ready_for(actor, Macro).filter(owner=None, is_active=True).order_by("name", "pk"):
        yield _process(ProcessKind.MACRO, macro, macro.name, str(macro.get_state_display()) if macro.state else "")


def _process(kind: str, subject: Category | Runbook | Macro, name: str, detail: str) -> Process:
    return Process(str(kind), subject.pk, name, subject.version, detail)


def proposals_for(process: Process) -> list[Proposal]:
    """What was proposed for it: what waits first, then the newest."""
    rows = Proposal.objects.filter(kind=process.kind, subject_id=process.id).select_related("author", "answered_by")
    return sorted(rows.order_by("-pk")[:100], key=lambda one: one.state not in UNANSWERED)


def waiting_proposals(*, actor: Actor) -> int:
    """How many proposals nobody has answered, or accepted and not done."""
    return Proposal.objects.filter(state__in=UNANSWERED).count() if policy.may_look(actor) else 0
