"""Two tickets become one, and two again. No word and no line is moved: the survivor shows what was said on both.

Silent unless a word is given. Later mails of the merged one find the survivor (``receive_message`` and the gate).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid, NotAllowed, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets import lifecycle, policy
from dreiklang.tickets.commands.conversation import write_message
from dreiklang.tickets.commands.holding import acts_at, author_id, end_pending, held_both, mark, take_step, written
from dreiklang.tickets.events import TicketPaused
from dreiklang.tickets.events.joined import TicketAbsorbed, TicketMerged, TicketParted
from dreiklang.tickets.models import Carried, Merge, Message, Participant, Pending, Resolution, Task, Ticket
from dreiklang.tickets.queries.merging import Plan, plan_of, reason_words
from dreiklang.tickets.rules import merging as rules


@command
def merge(
    merged: Ticket,
    *,
    actor: Actor,
    into: Ticket,
    word: str = "",
    copies: bool = False,
    version: int | None = None,
) -> Merge:
    """Let a ticket go on in another one (``into``).

    Nobody is written to, unless ``word`` says something to the requester of the merged one. That requester (if of the
    same customer) and, with ``copies``, those in copy there get the survivor's later answers; none of its earlier
    words. Raises Invalid with the reason as code, NotAllowed across customers without the right, Conflict if the
    merged ticket changed since ``version``.
    """
    merged, survivor = held_both(merged, into, actor=actor)
    if version is not None and version != merged.version:
        raise Conflict(_("Somebody else changed this ticket in the meantime."), current=merged.version)
    plan = plan_of(merged, survivor, actor=actor, copies=copies)
    _refuse(plan)
    require(policy.may_merge(actor, merged, survivor))
    if word.strip():
        write_message(merged, actor=actor, text=word)
        merged.refresh_from_db()
    made = Merge.objects.create(
        merged=merged,
        survivor=survivor,
        author_id=author_id(actor),
        made_at=clock.now(),
        former_state=merged.state,
        former_closes_at=merged.closes_at,
        former_pause=_pause_of(merged),
        added=_keep(plan),
    )
    _close_into(merged, survivor)
    written(survivor)
    about = {"merge_id": made.pk}
    publish(
        TicketMerged(
            subject_id=merged.pk, other_id=survivor.pk, other_number=survivor.number, **about, **acts_at(actor, merged)
        ),
        actor=actor,
    )
    publish(
        TicketAbsorbed(
            subject_id=survivor.pk,
            other_id=merged.pk,
            other_number=merged.number,
            kept=len(made.added),
            **about,
            **acts_at(actor, survivor),
        ),
        actor=actor,
    )
    return made


def _refuse(plan: Plan) -> None:
    if not plan.reason:
        return
    if plan.reason == rules.OTHER_CUSTOMER:
        raise NotAllowed(reason_words(plan), code=plan.reason)
    raise Invalid({"other": [reason_words(plan)]}, code=plan.reason)


def _pause_of(ticket: Ticket) -> dict[str, Any]:
    pause = ticket.pendings.filter(ended_at=None).first()
    if pause is None:
        return {}
    until = pause.until_at.isoformat() if pause.until_at else ""
    condition = {"task_id": pause.task_id, "other_id": pause.other_id}
    return {"reason": pause.reason, "note": pause.note, "until": until, **{k: v for k, v in condition.items() if v}}


def _keep(plan: Plan) -> list[int]:
    now = clock.now()
    made = Participant.objects.bulk_create(
        Participant(
            ticket=plan.survivor,
            person_id=kept.person_id,
            address=kept.address,
            name=kept.name,
            gets_copies=kept.gets_copies,
            since_at=now,
        )
        for kept in plan.kept
    )
    return [one.pk for one in made]


def _close_into(merged: Ticket, survivor: Ticket) -> None:
    take_step(merged, "merge")
    end_pending(merged)
    merged.merged_into = survivor
    merged.closes_at, merged.awaits_acceptance = None, False
    mark(merged, "close")
    written(merged, "state", "state_group", "merged_into", "closes_at", "returns_at", "awaits_acceptance", "trail")


@command
def part(made: Merge, *, actor: Actor) -> Ticket:
    """Undo a merge, also after a late reply: the ticket is its own again, in the state it had.

    Messages that came for it meanwhile belong to it from now on; the desk still finds them in the survivor. Where
    one of them would have reopened or woken it, it is open. Raises WrongState if the merge is undone already.
    """
    merged, survivor = held_both(made.merged, made.survivor, actor=actor)
    require(policy.may_part(actor, merged))
    made = Merge.objects.select_for_update().get(pk=made.pk)
    if made.undone_at is not None or merged.merged_into_id != survivor.pk:
        raise WrongState(_("These two were parted already."), code="already_parted")
    late = _take_along(merged, made.made_at)
    state = lifecycle.OPEN if late and made.former_state != lifecycle.NEW else made.former_state
    take_step(merged, f"part_{state}")
    merged.merged_into = None
    paused = _as_it_was(merged, made, state)
    Participant.objects.filter(pk__in=made.added, ticket=survivor).delete()
    made.undone_at, made.undone_by_id = clock.now(), author_id(actor)
    made.save(update_fields=["undone_at", "undone_by"])
    written(survivor)
    _tell_parted(made, merged, survivor, late, actor=actor)
    if paused:
        publish(TicketPaused(subject_id=merged.pk, **made.former_pause, **acts_at(actor, merged)), actor=actor)
    return merged


def _take_along(merged: Ticket, since: datetime) -> int:
    """The messages that answered the merged ticket meanwhile are carried to it; says how many call for work."""
    found = list(Message.objects.filter(meant_for=merged, said_at__gte=since).exclude(ticket=merged))
    Carried.objects.bulk_create(
        (Carried(ticket=merged, message=m, is_moved=True, carried_at=clock.now()) for m in found),
        ignore_conflicts=True,
    )
    calling = [m for m in found if m.direction == Message.Direction.IN and m.auto == "none" and not m.gratitude]
    if calling:
        merged.last_word_by, merged.last_word_at = "requester", max(m.said_at for m in calling)
    return len(calling)


def _as_it_was(merged: Ticket, made: Merge, state: str) -> bool:
    """Give the ticket back its pause or its solution; says whether it waits again."""
    fields = ["state", "state_group", "merged_into", "closes_at", "closed_at", "resolved_at", "returns_at", "trail"]
    mark(merged, "open")
    paused = state == lifecycle.WAITING and _pause_again(merged, made.former_pause)
    if state == lifecycle.RESOLVED:
        merged.closes_at = made.former_closes_at
    elif state != lifecycle.CLOSED:
        Resolution.objects.filter(ticket=merged, reopened_at=None).update(reopened_at=clock.now())
        merged.resolved_at = merged.closed_at = None
    written(merged, *fields, "last_word_by", "last_word_at")
    return paused


def _pause_again(merged: Ticket, pause: dict[str, Any]) -> bool:
    until = datetime.fromisoformat(pause["until"]) if pause.get("until") else None
    Pending.objects.create(
        ticket=merged,
        reason=pause.get("reason") or Pending.Reason.OTHER,
        note=pause.get("note", ""),
        task=Task.objects.filter(pk=pause.get("task_id") or 0).first(),
        other=Ticket.objects.filter(pk=pause.get("other_id") or 0).first(),
        since_at=clock.now(),
        until_at=until,
    )
    merged.returns_at = until
    return True


def _tell_parted(made: Merge, merged: Ticket, survivor: Ticket, late: int, *, actor: Actor) -> None:
    for one, other, is_survivor in ((merged, survivor, False), (survivor, merged, True)):
        publish(
            TicketParted(
                subject_id=one.pk,
                merge_id=made.pk,
                other_id=other.pk,
                other_number=other.number,
                is_survivor=is_survivor,
                late=late,
                state=one.state,
                holder_level=one.level,
                holder_team_id=one.team_id,
                **acts_at(actor, one),
            ),
            actor=actor,
        )
