"""The conversation of a ticket as one stream, in the reader's language, from the words and deeds the reader may see.

A fixed number of queries whatever the length: one per kind of words, one for the journal, one for names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dreiklang.channels.messengers.adapters import ADAPTERS
from dreiklang.channels.messengers.queries import states_of
from dreiklang.escalation.models import HandBack, Handover, Relay
from dreiklang.kernel import clock
from dreiklang.kernel.journal import Line
from dreiklang.kernel.permissions import Actor
from dreiklang.kernel.questions import Question
from dreiklang.organizations.models import Person
from dreiklang.teams.models import Team
from dreiklang.tickets import policy
from dreiklang.tickets.models import Attachment, Correspondence, Intervention, Message, Note, Ticket
from dreiklang.tickets.queries.merging import elsewhere, origins_of
from dreiklang.web.addresses import address
from dreiklang.web.components import quotes
from dreiklang.web.components.impacts import people_words
from dreiklang.web.components.rich_words import beside, rich_words
from dreiklang.web.desk import entries, sentences
from dreiklang.web.desk.entries import Entry
from dreiklang.web.desk.reading import MergedReading, Reading


def conversation_of(ticket: Ticket, *, actor: Actor, reading: Reading | None = None) -> list[Entry]:
    """Every entry the actor may see, oldest first; also what was said on tickets that were merged into this one."""
    reading = reading or Reading(ticket)
    sources = policy.gathered(actor, ticket)
    inside = [t for t in sources if policy.works_inside(actor, t)]
    said = policy.messages_read_by(actor, ticket, sources)
    files = _files_of(said, sources)
    found: list[Entry] = [*_messages(said, files), *_notes(inside, actor, files)]
    if open_to := [t for t in sources if policy.sees_correspondence(actor, t)]:
        found += _correspondence(open_to, files)
    if inside:
        outside = policy.is_outside_house(actor)
        teams = set(actor.teams) if outside else None
        merged = MergedReading([t for t in inside if t.pk != ticket.pk])
        found += _interventions(inside, teams)
        found += _handovers([*reading.handovers, *merged.handovers], teams)
        found += _hand_backs([*reading.hand_backs, *merged.hand_backs], teams)
        if not outside:
            found += _relays([*reading.relays, *merged.relays])
            found += _journal_lines([*reading.lines, *merged.lines])
    places = [*sources, *(origins_of(ticket, actor=actor) if inside else ())]
    also = elsewhere(ticket, actor=actor) if inside else {}
    return sorted(_from_where(found, ticket, places, also), key=lambda e: (e.at, e.anchor))


def _from_where(
    found: Iterable[Entry], ticket: Ticket, places: Iterable[Ticket], also: Mapping[int, Ticket]
) -> Iterator[Entry]:
    """What was said on another ticket says on which, and what stands on another one too; where the reader may know."""
    numbers = {t.pk: str(t.number) for t in places if t.pk != ticket.pk}
    for entry in found:
        place = entry.ticket_id or getattr(entry.record, "ticket_id", None) or ticket.pk
        number = numbers.get(place, "")
        other = also.get(entry.record.pk) if isinstance(entry.record, Message) else None
        yield replace(entry, origin=number, also=str(other.number) if other else "") if number or other else entry


def recipients_words(people: Iterable[dict[str, str]], copies: Iterable[dict[str, str]]) -> str:
    """'to Rita Weber, 2 in copy': who reads it, as it stands on the card and on the button."""
    names = [p.get("name") or p.get("address", "") for p in people]
    words = _("to %(names)s") % {"names": ", ".join(names)} if names else _("to nobody")
    count = len(list(copies))
    if count:
        words += ngettext(", %(n)d in copy", ", %(n)d in copy", count) % {"n": count}
    return words


_attached = Question(
    lambda tickets, messages: (
        Attachment.objects.filter(Q(ticket_id__in=tickets) | Q(message_id__in=messages))
        .select_related("file")
        .order_by("id")
    )
)


def _files_of(said: Iterable[Message], sources: Iterable[Ticket]) -> dict[tuple[str, int], list[Attachment]]:
    """What came with words, by the words: whoever may read those may have it, so an entry asks for its own only."""
    found: dict[tuple[str, int], list[Attachment]] = defaultdict(list)
    keys = [t.pk for t in sources]
    for attachment in _attached(tuple(keys), tuple(m.pk for m in said if m.ticket_id not in keys)):
        for kind in ("message", "note", "correspondence"):
            if (owner := getattr(attachment, f"{kind}_id")) is not None:
                found[kind, owner].append(attachment)
    return found


def _messages(said: Iterable[Message], files: dict[tuple[str, int], list[Attachment]]) -> Iterator[Entry]:
    reached = states_of(m.pk for m in said if m.channel in ADAPTERS and m.direction == Message.Direction.OUT)
    for message in said:
        text, quoted = quotes.fold(message.text)
        is_out = message.direction == Message.Direction.OUT
        name = message.author.name if message.author else message.author_name or message.author_address
        if message.author is None and is_out:
            name = message.author_name or _("Automatic")
        yield Entry(
            anchor=f"message-{message.pk}",
            kind=entries.OUTWARD if is_out else entries.REQUESTER,
            at=message.said_at,
            author=name,
            level=message.level,
            text=text,
            quoted=quoted,
            words=recipients_words(message.to, message.cc) if is_out else sentences.channel(message.channel),
            channel=message.channel,
            rich=rich_words(message.html, files["message", message.pk], _shown_at) if is_out else "",
            files=beside(message.html, files["message", message.pk]) if is_out else files["message", message.pk],
            record=message,
            original=address("desk:original", "message", message.pk) if message.html and not is_out else "",
            state=_message_state(message) or _reached(reached.get(message.pk, "")),
        )


def _shown_at(picture: Attachment) -> str:
    return f"{address('desk:file', picture.pk)}?show"


def _reached(state: str) -> str:
    """How far an answer by messenger has come, once it has left: *sent*, *delivered*, *read*."""
    return state if state in ("sent", "delivered", "read") else ""


def _message_state(message: Message) -> str:
    if message.direction == Message.Direction.OUT:
        return _state_of_leaving(message)
    if not message.is_sender_proven:
        return "unproven"
    return "thanks" if message.gratitude else ""


#: What should have left by then has not: a server does not take it, or the desk was restored and holds it.
LATE_AFTER = timedelta(minutes=5)


def _state_of_leaving(words: Message | Correspondence) -> str:
    """What is said of words on their way out; nothing of those that arrived."""
    if words.delivery == Message.Delivery.WAITING:
        return "late" if clock.now() - words.said_at > LATE_AFTER else "waiting"
    return words.delivery if words.delivery in (Message.Delivery.FAILED, Message.Delivery.WITHDRAWN) else ""


_notes_on = Question(lambda tickets: Note.objects.filter(ticket__in=tickets).select_related("author"))
_own_notes_on = Question(
    lambda tickets, teams: Note.objects.filter(ticket__in=tickets, team_id__in=teams).select_related("author")
)


def _notes(tickets: Sequence[Ticket], actor: Actor, files: dict[tuple[str, int], list[Attachment]]) -> Iterator[Entry]:
    keys = tuple(t.pk for t in tickets)
    notes = _own_notes_on(keys, tuple(actor.teams)) if policy.is_outside_house(actor) else _notes_on(keys)
    for note in notes:
        yield Entry(
            anchor=f"note-{note.pk}",
            kind=entries.INTERNAL,
            at=note.written_at,
            author=note.author.name if note.author else _("Automatic"),
            level=note.level,
            text=note.text,
            words=_("Internal: levels only"),
            files=files["note", note.pk],
            record=note,
        )


_letters_on = Question(lambda tickets: Correspondence.objects.filter(ticket__in=tickets).select_related("author"))


def _correspondence(tickets: Sequence[Ticket], files: dict[tuple[str, int], list[Attachment]]) -> Iterator[Entry]:
    for letter in _letters_on(tuple(t.pk for t in tickets)):
        text, quoted = quotes.fold(letter.text)
        is_out = letter.direction == Message.Direction.OUT
        reference = _(", their case %(reference)s") % {"reference": letter.reference} if letter.reference else ""
        direction = _("to %(names)s") if is_out else _("from %(names)s")
        yield Entry(
            anchor=f"correspondence-{letter.pk}",
            kind=entries.THIRD,
            at=letter.said_at,
            author=letter.author.name if is_out and letter.author else letter.party_name,
            level=letter.level,
            text=text,
            quoted=quoted,
            words=direction % {"names": letter.party_name} + reference + _("; the requester does not see it"),
            rich=rich_words(letter.html, files["correspondence", letter.pk], _shown_at) if is_out else "",
            files=beside(letter.html if is_out else "", files["correspondence", letter.pk]),
            record=letter,
            original=address("desk:original", "correspondence", letter.pk) if letter.html and not is_out else "",
            state=_state_of_leaving(letter) if is_out else "",
        )


_work_on = Question(lambda tickets: Intervention.objects.filter(ticket__in=tickets).select_related("author"))


def _interventions(tickets: Sequence[Ticket], teams: set[int] | None) -> Iterator[Entry]:
    found = _work_on(tuple(t.pk for t in tickets))
    for work in found if teams is None else [work for work in found if work.team_id in teams]:
        outcome = str(work.get_outcome_display()) if work.outcome != work.Outcome.NONE else ""
        said_already = work.result.strip().casefold() == outcome.casefold()
        words = ", ".join(w for w in (work.result, "" if said_already else outcome) if w)
        yield Entry(
            anchor=f"intervention-{work.pk}",
            kind=entries.CHECK,
            at=work.done_at,
            author=work.author.name if work.author else _("Automatic"),
            level=work.level,
            text=work.text,
            words=words,
            state=work.outcome,
            record=work,
        )


def _handovers(handovers: Iterable[Handover], teams: set[int] | None) -> Iterator[Entry]:
    for handover in handovers:
        if teams is not None and handover.to_team_id not in teams:
            continue
        facts = (
            (_("Why"), handover.reason),
            (_("Observed"), handover.observations),
            (_("Ruled out"), handover.ruled_out),
            (_("Affected"), handover.affected),
            (_("Affected service"), service_words(handover.enclosures)),
            (_("Question"), handover.question),
            (_("Passed on at once because"), handover.at_once_because),
        )
        yield Entry(
            anchor=f"handover-{handover.pk}",
            kind=entries.STROKE,
            at=handover.handed_at,
            author=handover.author.name if handover.author else _("Automatic"),
            level=handover.to_level,
            text=_("Handover to level %(level)s, %(team)s")
            % {"level": handover.to_level, "team": handover.to_team.name},
            words=handover.question or handover.reason or handover.at_once_because,
            facts=[(name, value) for name, value in facts if value],
            steps=handover.steps,
            state="" if handover.accepted_at or handover.ended_at else "waits",
            record=handover,
        )


def service_words(enclosures: Iterable[dict[str, Any]]) -> str:
    """The services enclosed with a handover: 'KIS (12 people)'."""
    services = [e for e in enclosures if e.get("kind") == "service"]
    return ", ".join(e["name"] + (f" ({people_words(e['people'])})" if e.get("people") else "") for e in services)


def _hand_backs(hand_backs: Iterable[HandBack], teams: set[int] | None) -> Iterator[Entry]:
    for back in hand_backs:
        if teams is not None and back.from_team_id not in teams:
            continue
        facts = ((_("Why"), back.reason), (_("Solution"), back.solution), (_("Next time"), back.hint))
        yield Entry(
            anchor=f"hand_back-{back.pk}",
            kind=entries.STROKE,
            at=back.handed_at,
            author=back.author.name if back.author else _("Automatic"),
            level=back.to_level,
            text=_("Hand-back to level %(level)s, %(team)s") % {"level": back.to_level, "team": back.to_team.name},
            words=f"{back.get_kind_display()}. {back.hint or back.reason}",
            facts=[(name, value) for name, value in facts if value],
            record=back,
            goes_down=True,
        )


def _relays(relays: Iterable[Relay]) -> Iterator[Entry]:
    for relay in relays:
        yield Entry(
            anchor=f"relay-{relay.pk}",
            kind=entries.RELAY,
            at=relay.offered_at,
            author=relay.author.name if relay.author else _("Automatic"),
            level=relay.from_level,
            text=relay.text,
            words=_("Answer through level %(level)s") % {"level": relay.to_level},
            state=relay.state,
            record=relay,
        )


_named: Question[Any] = Question(lambda people: Person.objects.filter(pk__in=people).values_list("pk", "name"))
_named_teams: Question[Any] = Question(lambda: Team.objects.values_list("pk", "name"))


def _journal_lines(told: Iterable[Line]) -> list[Entry]:
    """What neither words nor a record of its own tells: assignment, priority, pauses, closing."""
    lines = [n for n in told if n.event.code in sentences.TOLD]
    people = {n.actor_id for n in lines if n.actor_kind == "person"}
    people |= {getattr(n.event, name, None) for n in lines for name in sentences.PEOPLE}
    names: dict[Any, str] = dict(_named(tuple(p for p in people if p)))
    teams: dict[Any, str] = dict(_named_teams())
    return [
        Entry(
            anchor=f"line-{line.id}",
            kind=entries.LINE,
            at=line.at,
            author=names.get(line.actor_id, "") if line.actor_kind == "person" else "",
            level=getattr(line.event, "level", 0) or None,
            text=sentences.sentence(line.event, names=names, teams=teams),
            state="automatic" if line.actor_kind != "person" else "",
            ticket_id=line.event.subject_id,
        )
        for line in lines
    ]
