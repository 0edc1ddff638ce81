"""What becomes of a trouble: it opens a ticket, joins a storm, comes back, ends; and a flapping one keeps its peace."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from dreiklang.channels.monitoring import policy
from dreiklang.channels.monitoring.events import AlertForgotten, AlertSteady
from dreiklang.channels.monitoring.models import Alert, Source
from dreiklang.channels.monitoring.queries import have_all_cleared
from dreiklang.channels.monitoring.rules import CLEARED, FIRING, STORM_SPAN, WATCHED, Known, Signal, Step, step_for
from dreiklang.channels.monitoring.rules import is_flapping as flaps
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import NotFound, Refusal
from dreiklang.kernel.journal import publish
from dreiklang.kernel.lifecycle import SETTLED
from dreiklang.kernel.permissions import Actor, require, system
from dreiklang.tickets import lifecycle
from dreiklang.tickets import rules as tickets
from dreiklang.tickets.commands.conversation import receive_message, write_note
from dreiklang.tickets.commands.opening import open_ticket
from dreiklang.tickets.commands.resolution import close, reopen, resolve
from dreiklang.tickets.models import Ticket

#: A storm goes on as long as alarms join it within this span.
STORM_LASTS = timedelta(minutes=30)
_URGENCY = {"critical": tickets.HIGH, "warning": tickets.MEDIUM, "info": tickets.LOW}
_IMPACT = {"critical": tickets.MEDIUM, "warning": tickets.LOW, "info": tickets.LOW}


def take_signal(source: Source, signal: Signal, *, actor: Actor) -> Step:
    """Put a signal to what is known of its trouble, and do what follows. Part of ``settle_call``'s transaction."""
    alert = _locked(source, signal)
    now = clock.now()
    is_new = alert.told == 0
    known = None if is_new else Known(alert.state, alert.since_at, alert.episode_at)
    step = step_for(known, signal)
    alert.told += 1
    alert.last_told_at = now
    if step is not Step.STALE:
        _take_over(alert, signal)
    if step in (Step.RAISE, Step.CLEAR) and not (is_new and step is Step.CLEAR):
        _turn(alert, step, now, actor=actor)
    alert.save()
    return step


def _locked(source: Source, signal: Signal) -> Alert:
    """The trouble's row, locked; made if it is the first time it is heard of, by whoever of two callers comes first."""
    now = clock.now()
    fresh = Alert(
        source=source, fingerprint=signal.fingerprint[:100], state=signal.state, since_at=signal.at,
        title=signal.title or "?", first_told_at=now, last_told_at=now,
    )  # fmt: skip
    Alert.objects.bulk_create([fresh], ignore_conflicts=True)
    return Alert.objects.select_for_update().get(source=source, fingerprint=signal.fingerprint[:100])


def _take_over(alert: Alert, signal: Signal) -> None:
    alert.state, alert.since_at, alert.episode_at = signal.state, signal.at, signal.episode
    alert.title = signal.title or alert.title
    for name in ("text", "severity", "host", "service", "url"):
        setattr(alert, name, getattr(signal, name) or getattr(alert, name))
    alert.labels = dict(signal.labels) or alert.labels


def _turn(alert: Alert, step: Step, now: datetime, *, actor: Actor) -> None:
    """It began or ended: unless it flaps, its ticket hears of it."""
    alert.turns = [*[turn for turn in alert.turns if now - turn < WATCHED][-19:], now]
    was, alert.is_flapping = alert.is_flapping, flaps(alert.turns, now, was_flapping=alert.is_flapping)
    if alert.is_flapping:
        if alert.ticket is None:
            _into_ticket(alert, now, actor=actor)
        elif not was:
            with override(alert.ticket.language):
                words = _("This alarm comes and goes. Its turns are only counted until it is steady.")
            _note(alert.ticket, words, actor)
        return
    alert.save()
    if step is Step.RAISE:
        _into_ticket(alert, now, actor=actor)
    else:
        _cleared(alert, actor=actor)


def _into_ticket(alert: Alert, now: datetime, *, actor: Actor) -> None:
    """Where a firing trouble goes: back into its ticket, into the storm that rages, or into a new ticket."""
    former = alert.ticket
    if former is not None and _goes_on(alert, former, actor=actor):
        return
    # Alarms of a source that open tickets do so one after the other: whether they are a storm is counted.
    source = Source.objects.select_for_update().get(pk=alert.source_id)
    storm = _storm(source, now)
    if storm is None and source.storm_at and _tickets_lately(source, now) >= source.storm_at:
        storm = _open_storm(source, actor=actor)
    alert.ticket = storm or _open_for(alert, source, follows=former, actor=actor)
    alert.ticketed_at = now


def _goes_on(alert: Alert, ticket: Ticket, *, actor: Actor) -> bool:
    """Whether it came back into its own ticket: that runs still, or was solved a short while ago."""
    with override(ticket.language):
        if ticket.state_group != SETTLED:
            _note(ticket, _("The alarm is back: %(title)s") % {"title": alert.title}, actor)
            return True
        try:
            with transaction.atomic():  # a refusal must not undo the rest of the call
                reopen(
                    ticket,
                    actor=actor,
                    because="alarm",
                    reason=_("The alarm is back: %(title)s") % {"title": alert.title},
                )
        except Refusal:
            return False
    return True


def _tickets_lately(source: Source, now: datetime) -> int:
    lately = Alert.objects.filter(source=source, ticketed_at__gt=now - STORM_SPAN)
    return lately.values("ticket_id").distinct().count()


def _storm(source: Source, now: datetime) -> Ticket | None:
    """The ticket of the storm that rages, if one does."""
    ticket = source.storm_ticket
    if ticket is None or ticket.state_group == SETTLED:
        return None
    joined = Alert.objects.filter(ticket=ticket, ticketed_at__gt=now - STORM_LASTS).exists()
    return ticket if joined or now - ticket.opened_at < STORM_LASTS else None


def _open_storm(source: Source, *, actor: Actor) -> Ticket:
    with override(source.person.language):
        subject = _("Many alarms at once from %(source)s") % {"source": source.name}
        text = _(
            "More than %(number)d alarms within five minutes. Those that follow are gathered here, each with its state."
        )
        ticket = _open(source, subject, text % {"number": source.storm_at}, "critical", None, actor=actor)
    source.storm_ticket = ticket
    source.save(update_fields=["storm_ticket"])
    return ticket


def _open_for(alert: Alert, source: Source, *, follows: Ticket | None, actor: Actor) -> Ticket:
    with override(source.person.language):
        return _open(source, alert.title, _words(alert), alert.severity, follows, actor=actor)


def _open(source: Source, subject: str, text: str, severity: str, follows: Ticket | None, *, actor: Actor) -> Ticket:
    ticket = open_ticket(
        source.person, actor=actor, subject=subject, channel="monitoring", team=source.team, category=source.category,
        urgency=_URGENCY[severity], impact=_IMPACT[severity], follows=follows,
    )  # fmt: skip
    receive_message(
        ticket, actor=actor, author=source.person, text=text, subject=subject, channel="monitoring",
        auto="auto-generated",
    )  # fmt: skip
    ticket.refresh_from_db()
    return ticket


def _words(alert: Alert) -> str:
    """The first words of a ticket: what was said, then the facts, one a line."""
    facts = [
        (_("Host"), alert.host),
        (_("Service"), alert.service),
        (_("Severity"), alert.severity),
        (_("At the source"), alert.url),
    ]
    told = [alert.text or alert.title, "\n".join(f"{name}: {value}" for name, value in facts if value)]
    labels = "\n".join(f"{name} = {value}" for name, value in alert.labels.items())
    return "\n\n".join(part for part in (*told, labels) if part)


def _cleared(alert: Alert, *, actor: Actor) -> None:
    """It ended. When all alarms of the ticket have: close it if nobody has touched it, else propose that."""
    ticket = alert.ticket
    if ticket is None or not have_all_cleared(ticket):
        return
    ticket.refresh_from_db()
    if ticket.state_group == SETTLED:
        return
    with override(ticket.language):
        if alert.source.on_recovery == Source.Recovery.CLOSE and _is_untouched(ticket):
            resolve(ticket, actor=actor, text=_("The monitoring says that it is well again."))
            close(ticket, actor=actor, because="recovered")
        else:
            _note(ticket, _("The monitoring says that it is well again. If so, the ticket can be solved."), actor)


def _is_untouched(ticket: Ticket) -> bool:
    """Nobody has taken it, said or noted anything, or handed it on."""
    return ticket.state == lifecycle.NEW and ticket.assignee_id is None and ticket.level == 1


def _note(ticket: Ticket, text: str, actor: Actor) -> None:
    write_note(ticket, actor=actor, text=text, channel="monitoring")


def steady_alerts(*, actor: Actor | None = None) -> int:
    """Let flapping troubles that have been quiet be what they are now; how many. Safe to run twice."""
    actor = actor or system("monitoring")
    done = 0
    for key in Alert.objects.filter(is_flapping=True).values_list("pk", flat=True)[:1_000]:
        now = clock.now()
        alert = Alert.objects.get(pk=key)
        if not flaps(alert.turns, now, was_flapping=True):
            steady_alert(alert, actor=actor)
            done += 1
    return done


@command
def steady_alert(alert: Alert, *, actor: Actor) -> Alert:
    """A trouble was quiet long enough: its last word counts as if it had just been said."""
    require(actor.is_system)
    alert = Alert.objects.select_for_update(of=("self",)).select_related("source", "ticket").get(pk=alert.pk)
    alert.is_flapping, alert.turns = False, []
    alert.save(update_fields=["is_flapping", "turns"])
    publish(AlertSteady(subject_id=alert.pk, state=alert.state), actor=actor)
    if alert.state == CLEARED:
        _cleared(alert, actor=actor)
    elif alert.ticket is not None and alert.ticket.state_group == SETTLED:
        _into_ticket(alert, clock.now(), actor=actor)
        alert.save(update_fields=["ticket", "ticketed_at"])
    return alert


@command
def dismiss_alert(alert: Alert, *, actor: Actor) -> Alert:
    """Take a firing trouble off the list: its program will never say that it ended. The ticket stays as it is.

    If the program tells of it again it is back.
    """
    found = policy.visible_to(actor).filter(pk=alert.pk, state=FIRING).first()
    if found is None:
        raise NotFound(_("There is no such alarm."))
    found.state, found.since_at = CLEARED, clock.now()
    found.is_flapping, found.turns = False, []
    found.save(update_fields=["state", "since_at", "is_flapping", "turns"])
    publish(AlertForgotten(subject_id=found.pk), actor=actor)
    return found
