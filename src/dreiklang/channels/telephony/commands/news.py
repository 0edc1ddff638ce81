"""What a system tells becomes calls; a missed one becomes a ticket, once."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from dreiklang.channels.telephony import queries, rules
from dreiklang.channels.telephony.events import (
    CallAnswered,
    CallBegun,
    CallEnded,
    CallTicketed,
    CallTold,
    SystemMisread,
)
from dreiklang.channels.telephony.inbound import ANSWERED, CALL_BACK, HUNG_UP, News, Unreadable
from dreiklang.channels.telephony.models import Call, Misread, System
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets.commands.attaching import LARGEST, Upload
from dreiklang.tickets.commands.conversation import receive_message
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.models import Attachment, Ticket
from dreiklang.tickets.policy import is_over, survivors_of

#: What could not be read is kept so long, and so many a system.
MOST_MISREAD = 200
NOTED_EVERY = timedelta(seconds=10)
LIVE = (rules.RINGING, rules.TALKING)


@command
def take_news(system: System, news: News, *, actor: Actor) -> Call:
    """Put what a system told to what is known of the call, and do what follows.

    News may come twice, late or without those before them: a call only goes on. A call that ends without anybody
    having answered is missed, and opens a ticket if the system is set so.
    """
    require(actor.is_system)
    call, is_new = _locked(system, news)
    went_on = is_new
    if is_new:
        publish(CallBegun(subject_id=call.pk, channel=call.channel, is_outgoing=call.is_outgoing), actor=actor)
    if news.event == ANSWERED:
        went_on |= _answered(call, news, actor=actor)
    elif news.event in (HUNG_UP, CALL_BACK):
        went_on |= _ended(call, news, actor=actor)
    elif call.stage == rules.RINGING:
        call.rings_at = sorted({*call.rings_at, *_rung(call, news)})
    call.save()
    if not went_on:
        publish(CallTold(subject_id=call.pk, event=news.event), actor=actor)
    _note_call(system)
    return call


@command
def keep_misread(system: System, raw: bytes, wrong: Unreadable, *, actor: Actor) -> Misread:
    """Keep what nobody could read, so that somebody can look; the oldest beyond two hundred go."""
    require(actor.is_system)
    kept = Misread.objects.create(
        system=system, raw=raw[:100_000], problem=wrong.code, where=wrong.where[:100], received_at=clock.now()
    )
    too_old = Misread.objects.filter(system=system).order_by("-id").values_list("pk", flat=True)[MOST_MISREAD:]
    Misread.objects.filter(pk__in=list(too_old)).delete()
    publish(SystemMisread(subject_id=system.pk, problem=kept.problem, where=kept.where), actor=actor)
    return kept


def _locked(system: System, news: News) -> tuple[Call, bool]:
    """The call's row, locked; made by whichever news of it comes first, also when two come at once."""
    other = news.called if news.is_outgoing else news.caller
    ours = news.caller if news.is_outgoing else news.called
    number = rules.understood(other, region=system.region, area=system.area_code)
    known = Call.objects.select_for_update(of=("self",)).filter(system=system, ref=news.ref)
    if (call := known.first()) is not None:
        return call, False
    fresh = Call(
        system=system, ref=news.ref, is_outgoing=news.is_outgoing, stage=rules.RINGING, begun_at=clock.now(),
        number=number.key, shown_number=number.shown,
        our_number=rules.understood(ours, region=system.region, area=system.area_code).shown,
        caller=queries.known_caller(number.key),
    )  # fmt: skip
    fresh.rings_at = _rung(fresh, news)
    try:
        with transaction.atomic():
            fresh.save()
    except IntegrityError:  # other news of it were quicker
        return known.get(), False
    return fresh, True


def _rung(call: Call, news: News) -> list[int]:
    """On whose screens it shows: those the system names, else whoever sits at the number that was called."""
    assert call.system is not None
    named = queries.people_at(call.system, (*news.rung, *news.at))
    return named or queries.people_at(call.system, [news.caller if news.is_outgoing else news.called])


def _answered(call: Call, news: News, *, actor: Actor) -> bool:
    """Somebody talks now; whether that is news."""
    if call.stage != rules.RINGING:
        return False
    call.stage, call.answered_at = rules.TALKING, clock.now()
    assert call.system is not None
    people = queries.people_at(call.system, news.at)
    if len(people) == 1 and call.agent_id is None:
        call.agent_id = people[0]
    call.rings_at = sorted({*call.rings_at, *people})
    publish(CallAnswered(subject_id=call.pk, person_id=call.agent_id), actor=actor)
    return True


def _ended(call: Call, news: News, *, actor: Actor) -> bool:
    """It is over; whether that is news. A wish to be called back and a spoken message are, also long afterwards."""
    is_wish = news.event == CALL_BACK and not call.is_wanted_back
    call.is_wanted_back |= is_wish
    if call.stage not in LIVE:
        is_late = not call.is_outgoing and (is_wish or _is_unheard(call, news))
        if is_late:
            _into_ticket(call, news, actor=actor)
        return is_late
    now = clock.now()
    talked = rules.was_answered(call.stage, news.cause, news.seconds)
    call.ended_at, call.stage = now, rules.ENDED if talked else rules.MISSED
    if talked and call.answered_at is None:
        call.answered_at = max(call.begun_at, now - timedelta(seconds=news.seconds))
    if not talked and call.agent_id is None:
        call.wrapped_at = now
    publish(CallEnded(subject_id=call.pk, stage=call.stage, seconds=call.seconds), actor=actor)
    if not call.is_outgoing and _is_worth_a_ticket(call, news, now):
        _into_ticket(call, news, actor=actor)
    return True


def _is_worth_a_ticket(call: Call, news: News, now: datetime) -> bool:
    """A slip of the finger is none; a wish to be called back and a spoken message always are."""
    if call.is_wanted_back or news.recording:
        return True
    if call.stage != rules.MISSED:
        return False
    assert call.system is not None
    rang = (now - call.begun_at).total_seconds()
    return call.system.opens_for_missed and call.ticket_id is None and rang >= call.system.missed_after


def _is_unheard(call: Call, news: News) -> bool:
    """Whether a spoken message is not at the call's ticket yet: the end of a call is often told twice."""
    ticket = call.ticket
    if ticket is None or not 0 < len(news.recording) <= LARGEST:
        return bool(news.recording) and ticket is None
    heard = Attachment.objects.filter(ticket__in=[ticket.pk, *survivors_of(ticket)])
    return not heard.filter(file__sha256=sha256(news.recording).hexdigest()).exists()


def _into_ticket(call: Call, news: News, *, actor: Actor) -> None:
    """A missed call: into its own ticket or that of the call before it if that is open still, else a new one at the
    first level."""
    system = call.system
    assert system is not None
    # Missed calls of a system open tickets one after the other: whether one is open for this number is looked up.
    System.objects.select_for_update().get(pk=system.pk)
    before = call if call.ticket is not None and not is_over(call.ticket) else queries.missed_before(call)
    requester = call.caller or system.person
    ticket = before.ticket if before is not None else None
    is_new = ticket is None
    with override(requester.language):
        if ticket is None:
            ticket = open_ticket(
                requester, actor=actor, subject=_subject(call), kind="request", channel="phone", team=system.team
            )
        _say(ticket, call, news, actor=actor)
    if call.ticket_id == ticket.pk:
        return
    call.ticket = ticket
    publish(CallTicketed(subject_id=call.pk, ticket_id=ticket.pk, is_new=is_new), actor=actor)


def _say(ticket: Ticket, call: Call, news: News, *, actor: Actor) -> None:
    requester = call.caller
    lines = [_subject(call), _("Number: %(number)s") % {"number": call.shown_number or _("withheld")}]
    if call.our_number:
        lines.append(_("Called: %(number)s") % {"number": call.our_number})
    spoken = [Upload(news.recording_name, "audio/mpeg", news.recording)] if 0 < len(news.recording) <= LARGEST else []
    receive_message(
        ticket, actor=actor, author=requester, author_name="" if requester else call.shown_number,
        text="\n".join(lines), subject=ticket.subject, channel="phone", attachments=spoken,
    )  # fmt: skip


def _subject(call: Call) -> str:
    who = call.caller.name if call.caller else call.shown_number or _("a withheld number")
    if call.is_wanted_back:
        return _("Please call back: %(who)s") % {"who": who}
    if call.stage != rules.MISSED:
        return _("Spoken message from %(who)s") % {"who": who}
    return _("Missed call from %(who)s") % {"who": who}


def _note_call(system: System) -> None:
    """Remember when the system last told something, to ten seconds."""
    now = clock.now()
    if system.last_call_at is None or now - system.last_call_at > NOTED_EVERY:
        System.objects.filter(pk=system.pk).update(last_call_at=now)
