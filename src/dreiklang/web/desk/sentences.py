"""Journal lines as sentences in the reader's language. Words and deeds with a record of their own are told there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from dreiklang.channels.messengers.adapters import ADAPTERS
from dreiklang.escalation.models import Rung
from dreiklang.kernel import clock
from dreiklang.kernel.events import Event
from dreiklang.tickets.models import Pending, Ticket
from dreiklang.web.components import moments, rules
from dreiklang.web.components.impacts import people_words
from dreiklang.web.components.promises import promise_name
from dreiklang.web.desk import told_together

Names = Mapping[Any, str]

#: Fields of events that hold ids of persons.
PEOPLE = ("person_id", "former_person_id", "requester_id", "former_id", "owner_id")


def channel(code: str) -> str:
    """By which way words came, as the card says it."""
    return {
        "mail": _("by mail"),
        "phone": _("by phone"),
        "fax": _("by fax"),
        "portal": _("through the portal"),
        "walk_in": _("in person"),
        "desk": _("entered at the desk"),
        "api": _("through the interface"),
        "chat": _("in the chat"),
        **{kind: _("by %(service)s") % {"service": one.title} for kind, one in ADAPTERS.items()},
        "monitoring": _("from the monitoring"),
    }.get(code, code)


def _assigned(event: Any, names: Names, teams: Names) -> str:
    if event.person_id is None:
        return _("no longer assigned to %(name)s") % {"name": names.get(event.former_person_id, "?")}
    return _("assigned to %(name)s") % {"name": names.get(event.person_id, "?")}


def _moved(event: Any, names: Names, teams: Names) -> str:
    words = _("moved to %(team)s") % {"team": teams.get(event.holder_team_id, "?")}
    return f"{words}: {event.reason}" if event.reason else words


def _classified(event: Any, names: Names, teams: Names) -> str:
    kinds = dict(Ticket.Kind.choices)
    labels = {
        "priority": _("priority"),
        "impact": _("impact"),
        "urgency": _("urgency"),
        "category": _("category"),
        "category_id": _("category"),
        "kind": _("kind"),
        "is_restricted": _("restricted"),
    }
    parts = []
    for name, change in event.changes.items():
        former, new = (change[0], change[-1])
        if name == "kind":
            parts.append(f"{labels[name]}: {kinds.get(former, former)} → {kinds.get(new, new)}")
        elif name == "priority":
            parts.append(f"P{former} → P{new}")
        else:
            parts.append(str(labels.get(name, name)))
    return _("changed: %(what)s") % {"what": ", ".join(parts)}


def _service_named(event: Any, names: Names, teams: Names) -> str:
    if event.service_id is None:
        return _("no service is affected any more")
    people = f" ({people_words(event.people)})" if event.people else ""
    return _("affected: %(service)s") % {"service": event.service} + people


def _paused(event: Any, names: Names, teams: Names) -> str:
    words = str(dict(Pending.Reason.choices).get(event.reason, event.reason))
    if event.until:
        until = moments.clock_words(datetime.fromisoformat(event.until), clock.now(), timezone.get_current_timezone())
        words += _(", until %(moment)s") % {"moment": until}
    if event.other_number:
        words += f" ({event.other_number})"
    return f"{words}: {event.note}" if event.note else words


def _resumed(event: Any, names: Names, teams: Names) -> str:
    return {
        "requester_answered": _("goes on: an answer came"),
        "vendor_answered": _("goes on: the third party answered"),
        "date": _("goes on: the date has come"),
        "task": _("goes on: the task is done"),
        "ticket": _("goes on: the other ticket is solved"),
        "children": _("goes on: all children are solved"),
    }.get(event.because, _("goes on"))


def _reopened(event: Any, names: Names, teams: Names) -> str:
    return _("opened again: %(reason)s") % {"reason": event.reason} if event.reason else _("opened again")


def _closed(event: Any, names: Names, teams: Names) -> str:
    return {
        "confirmed": _("closed: it was confirmed that it works"),
        "silence": _("closed: nobody objected"),
        "recovered": _("closed: the monitoring says that it is well again"),
        "unanswered": _("closed: our question was not answered"),
        "spam": _("closed: spam"),
        "moved_in": _("was closed at the former desk already"),
    }.get(event.because, _("closed"))


def _reminded(event: Any, names: Names, teams: Names) -> str:
    if event.closes_at:
        day = formats.date_format(timezone.localtime(event.closes_at), "SHORT_DATE_FORMAT")
        return _("reminded the requester; closes on %(day)s if nothing comes") % {"day": day}
    return _("reminded the requester")


def _promise(event: Any, words: str) -> str:
    due = moments.clock_words(event.due_at, clock.now(), timezone.get_current_timezone())
    return words % {"promise": promise_name(event.metric, event.share_level), "due": due}


def _vendor_silent(event: Any) -> str:
    words = _("%(vendor)s is late with an answer") if event.is_late else _("%(vendor)s has not answered yet")
    said = words % {"vendor": event.vendor}
    return said + (": " + _("ask %(contact)s") % {"contact": event.contact} if event.contact else "")


def _request_settled(event: Any) -> str:
    words = {
        "done": _("the order is done"),
        "refused": _("the order was not approved"),
        "cancelled": _("the order was taken back"),
    }[event.state]
    return f"{words}: {event.gist}" if event.gist else words


def _fixed(words: Callable[[], str]) -> Callable[[Any, Names, Names], str]:
    return lambda event, names, teams: words()


#: What the stream tells of the journal, by code.
TOLD: dict[str, Callable[[Any, Names, Names], str]] = {
    "ticket.assigned": _assigned,
    "ticket.moved": _moved,
    "ticket.classified": _classified,
    "ticket.service_named": _service_named,
    "ladder.rang": lambda e, n, t: (
        _("escalated by “%(ladder)s” to %(whom)s")
        % {"ladder": e.ladder, "whom": str(dict(Rung.Whom.choices).get(e.whom, e.whom))}
        + ("" if e.told else ": " + _("nobody was there"))
    ),
    "ladder.answered": lambda e, n, t: (
        _("%(name)s sees to the escalation “%(ladder)s”") % {"name": n.get(e.person_id, "?"), "ladder": e.ladder}
        if e.person_id
        else _("the escalation “%(ladder)s” has ended") % {"ladder": e.ladder}
    ),
    "requester.escalated": lambda e, n, t: _("the requester escalated: %(reason)s") % {"reason": e.reason},
    "complaint.taken": lambda e, n, t: (
        _("%(name)s answers for the complaint about level %(level)s")
        % {"name": n.get(e.owner_id, "?"), "level": e.about_level}
    ),
    "measure.decided": lambda e, n, t: _("measure decided: %(text)s") % {"text": e.text},
    "measure.done": _fixed(lambda: _("a measure is done")),
    "measure.reopened": _fixed(lambda: _("a measure is not done after all")),
    "measure.dropped": lambda e, n, t: _("measure taken back: %(text)s") % {"text": e.text},
    "ticket.subject_changed": lambda e, n, t: _("subject was: %(former)s") % {"former": e.former},
    "ticket.requester_changed": lambda e, n, t: (
        _("requester: %(former)s → %(new)s") % {"former": n.get(e.former_id, "?"), "new": n.get(e.requester_id, "?")}
    ),
    "participant.added": lambda e, n, t: _("in copy from now on: %(address)s") % {"address": e.address},
    "participant.removed": lambda e, n, t: _("no longer in copy: %(address)s") % {"address": e.address},
    "ticket.paused": _paused,
    "ticket.resumed": _resumed,
    "ticket.resolved": _fixed(lambda: _("solved")),
    "ticket.reopened": _reopened,
    "ticket.closed": _closed,
    "ticket.closing_undone": _fixed(lambda: _("not closed after all")),
    "macro.taken_back": lambda e, n, t: _("macro “%(name)s” taken back") % {"name": e.name},
    "ticket.reminded": _reminded,
    "rule.acted": lambda e, n, t: rules.acted_words(e.name, e.when, e.because, e.did),
    "rule.stopped": lambda e, n, t: rules.stopped_words(e.name, e.why, e.chain),
    "ticket.moved_in": lambda e, n, t: (
        _("came with an import; its number there: %(number)s") % {"number": e.reference}
        if e.reference
        else _("came with an import")
    ),
    "ticket.recurred": _fixed(lambda: _("opened by itself, as its series says")),
    "ticket.reminder_failed": lambda e, n, t: (
        _("the reminder could not be delivered to %(recipient)s: %(reason)s; the ticket stays open")
        % {"recipient": e.recipient, "reason": e.reason}
    ),
    "words.unsealed": _fixed(lambda: _("an encrypted mail was opened with a key that the desk got later")),
    "message.withdrawn": _fixed(lambda: _("called back before it left")),
    "correspondence.withdrawn": _fixed(lambda: _("called back before it left")),
    "message.set_aside": _fixed(lambda: _("not mailed by this desk: set aside after it was restored")),
    "correspondence.set_aside": _fixed(lambda: _("not mailed by this desk: set aside after it was restored")),
    "message.failed": lambda e, n, t: (
        _("could not be delivered to %(recipient)s: %(reason)s") % {"recipient": e.recipient, "reason": e.reason}
    ),
    "promise.near": lambda e, n, t: _promise(e, _("%(promise)s: due soon (%(due)s)")),
    "promise.broken": lambda e, n, t: _promise(e, _("%(promise)s: not kept (was due %(due)s)")),
    "vendor.silent": lambda e, n, t: _vendor_silent(e),
    "vendor.case_noted": lambda e, n, t: (
        _("%(vendor)s calls the case %(reference)s") % {"vendor": e.vendor, "reference": e.reference or "–"}
    ),
    "handover.reminded": lambda e, n, t: (
        _("%(team)s was reminded of the handover") % {"team": t.get(e.to_team_id, "?")}
    ),
    "handover.accepted": _fixed(lambda: _("handover accepted")),
    "direct_line.opened": _fixed(lambda: _("direct line to the requester opened")),
    "direct_line.closed": _fixed(lambda: _("direct line to the requester closed")),
    "request.made": lambda e, n, t: _("ordered: %(entry)s") % {"entry": e.gist},
    "request.step_begun": lambda e, n, t: _("step of the order: %(step)s") % {"step": e.gist},
    "request.settled": lambda e, n, t: _request_settled(e),
    "request.went_on": lambda e, n, t: _("the order goes on without the yes: %(reason)s") % {"reason": e.gist},
    **told_together.TOLD,
}


def _shortly() -> dict[str, str]:
    """Deeds with a record of their own, in a few words."""
    return {
        "message.received": _("an answer came"),
        "message.written": _("wrote to the requester"),
        "note.written": _("wrote a note"),
        "correspondence.written": _("wrote to a third party"),
        "correspondence.received": _("a third party answered"),
        "intervention.logged": _("logged work"),
        "handover.made": _("handed it over"),
        "handover.handed_back": _("handed it back"),
        "relay.offered": _("offered an answer"),
        "relay.used": _("used an offered answer"),
    }


def is_told(event: Event) -> bool:
    """Whether a line is worth stopping somebody for: words and deeds of people, not the desk's book-keeping."""
    return event.code in TOLD or event.code in _shortly()


def told_shortly(event: Event, *, names: Names) -> str:
    """Any told line in a few words, also those that the stream tells by a record of their own."""
    if event.code in TOLD:
        return sentence(event, names=names, teams={})
    deed = _shortly().get(event.code, event.code)
    gist = getattr(event, "gist", "")
    return f"{deed}: {gist}" if gist else deed


def sentence(event: Event, *, names: Names, teams: Names) -> str:
    """One journal line in words; an unknown code stands as it is, so that nothing is hidden."""
    teller = TOLD.get(event.code)
    return teller(event, names, teams) if teller else event.code
