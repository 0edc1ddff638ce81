"""Running a macro, ticking a step: several deeds as one, all of them or none."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, NotFound, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.models import JournalLine
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person
from dreiklang.routines import policy
from dreiklang.routines.events import MacroRun, RunbookStepTicked, RunbookStepUnticked
from dreiklang.routines.models import Macro, Runbook, RunbookStep, RunbookTick
from dreiklang.routines.queries import Deed, filled, plan_of, values_of
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.commands import (
    assignment,
    classification,
    conversation,
    interventions,
    keeping,
    pausing,
    resolution,
    tagging,
)
from dreiklang.tickets.commands.holding import acts_at, held, written
from dreiklang.tickets.models import Draft, Intervention, Message, Ticket

HANDOVER = "handover"


@command
def run_macro(
    macro: Macro, ticket: Ticket, *, actor: Actor, text: str | None = None, version: int | None = None
) -> Message | None:
    """Do what a macro says, in its order, as one: if a deed is refused, none of them was done.

    ``text`` are the words as the agent left them in the preview; without it those of the macro, filled in. Returns
    the message that leaves, if there is one.
    """
    if not policy.visible_to(actor, Macro).filter(pk=macro.pk, is_active=True).exists():
        raise NotFound()
    ticket = held(ticket, actor=actor, version=version)
    require(tickets.may_work(actor, ticket))
    deeds = plan_of(macro, ticket)
    words = filled(macro.words, ticket, actor) if text is None else text
    message, began_after = None, _last_line(ticket)
    for deed in deeds:
        message = _do(deed, macro, ticket, actor, words) or message
        ticket.refresh_from_db()
    written(ticket)
    publish(
        MacroRun(
            subject_id=ticket.pk,
            macro_id=macro.pk,
            deeds=tuple(deed.kind for deed in deeds),
            began_after=began_after,
            name=macro.name,
            **acts_at(actor, ticket),
        ),
        actor=actor,
    )
    return message


def _last_line(ticket: Ticket) -> int:
    """The last line before the macro's own, so that they can be found again."""
    about = JournalLine.objects.filter(subject_kind="ticket", subject_id=ticket.pk)
    return about.order_by("-id").values_list("id", flat=True).first() or 0


def _do(deed: Deed, macro: Macro, ticket: Ticket, actor: Actor, words: str) -> Message | None:
    match deed.kind:
        case "category":
            classification.classify(ticket, actor=actor, category=deed.value)
        case "impact" | "urgency":
            classification.classify(ticket, actor=actor, **{deed.kind: deed.value})
        case "tags":
            for tag in deed.value:
                _tag(ticket, actor, tag)
        case "assign":
            person = Person.objects.get(pk=actor.person_id) if deed.value == Macro.Holder.ME else None
            assignment.assign(ticket, actor=actor, person=person)
        case "note":
            conversation.write_note(ticket, actor=actor, text=words)
        case "message":
            return conversation.write_message(ticket, actor=actor, text=words)
        case "resolve":
            return resolution.resolve(ticket, actor=actor, text=words).message
        case "wait":
            pausing.pause(ticket, actor=actor, reason="requester")
        case "handover":
            _draft_handover(macro, ticket, actor)
    return None


def _tag(ticket: Ticket, actor: Actor, name: str) -> None:
    """A tag that is there already is no reason to refuse the rest."""
    if not ticket.tagged.filter(tag__name__iexact=name).exists():
        tagging.tag(ticket, actor=actor, name=name)


def _draft_handover(macro: Macro, ticket: Ticket, actor: Actor) -> None:
    """Put the macro's parts of the case into the draft of the handover; what was typed there stays."""
    draft = Draft.objects.filter(person_id=actor.person_id, ticket=ticket, place=HANDOVER).first()
    kept: dict[str, Any] = dict(draft.content) if draft else {}
    values = values_of(ticket, actor)
    for part, text in macro.handover.items():
        if not str(kept.get(part) or "").strip():
            kept[part] = filled({ticket.language: text}, ticket, actor, values)
    keeping.save_draft(ticket, actor=actor, place=HANDOVER, content=kept)


@command
def tick_step(
    step: RunbookStep,
    ticket: Ticket,
    *,
    actor: Actor,
    result: str = "",
    outcome: str = Intervention.Outcome.NONE,
    minutes: Decimal | int | str = 0,
) -> RunbookTick:
    """Tick a step of a runbook: it becomes an intervention of the ticket. Raises WrongState if it is ticked already."""
    if not policy.visible_to(actor, Runbook).filter(pk=step.runbook_id).exists():
        raise NotFound()
    ticket = held(ticket, actor=actor)
    if RunbookTick.objects.filter(ticket=ticket, step=step, undone_at=None).exists():
        raise WrongState(_("This step was ticked already."), code="already_ticked")
    done = interventions.log_intervention(
        ticket, actor=actor, text=step.text, kind="check", result=result, outcome=outcome, minutes=minutes
    )
    tick = RunbookTick.objects.create(ticket=ticket, step=step, intervention=done, ticked_at=clock.now())
    publish(
        RunbookStepTicked(
            subject_id=ticket.pk,
            runbook_id=step.runbook_id,
            step_id=step.pk,
            intervention_id=done.pk,
            **acts_at(actor, ticket),
        ),
        actor=actor,
    )
    return tick


@command
def untick_step(tick: RunbookTick, *, actor: Actor) -> RunbookTick:
    """Take a tick back. The log is not rewritten: another intervention says that it was not done after all."""
    ticket = held(tick.ticket_id, actor=actor)
    require(tickets.may_work(actor, ticket))
    tick = RunbookTick.objects.select_for_update(of=("self",)).select_related("step").get(pk=tick.pk)
    if tick.undone_at is not None:
        raise WrongState(_("This tick was taken back already."), code="not_ticked")
    if not tick.step.text:
        raise Invalid(code="no_step")
    interventions.log_intervention(
        ticket, actor=actor, text=_("Not done after all: %(step)s") % {"step": tick.step.text}, kind="work"
    )
    tick.undone_at = clock.now()
    tick.save(update_fields=["undone_at"])
    publish(
        RunbookStepUnticked(
            subject_id=ticket.pk,
            runbook_id=tick.step.runbook_id,
            step_id=tick.step_id,
            intervention_id=tick.intervention_id,
            **acts_at(actor, ticket),
        ),
        actor=actor,
    )
    return tick
