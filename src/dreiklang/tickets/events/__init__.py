"""What happens to tickets. Every event is about a ticket and says at which level it was done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from dreiklang.kernel.events import Event
from dreiklang.tickets.events import bulk as bulk
from dreiklang.tickets.events import drafts as drafts
from dreiklang.tickets.events import joined as joined
from dreiklang.tickets.events import tasks as tasks
from dreiklang.tickets.events import together as together
from dreiklang.tickets.events import visits as visits
from dreiklang.tickets.events.kind import TicketEvent as TicketEvent


@dataclass(frozen=True, kw_only=True)
class TicketOpened(TicketEvent):
    code: ClassVar[str] = "ticket.opened"
    words: ClassVar[frozenset[str]] = frozenset({"subject"})
    number: int
    kind: str
    channel: str
    requester_id: int
    customer_id: int
    priority: int
    holder_level: int
    holder_team_id: int | None = None
    follows_id: int | None = None
    service_id: int | None = None
    subject: str = ""


@dataclass(frozen=True, kw_only=True)
class ServiceNamed(TicketEvent):
    """What is affected was named or changed; ``service_id`` None: nothing is."""

    code: ClassVar[str] = "ticket.service_named"
    service_id: int | None = None
    former_service_id: int | None = None
    people: int | None = None
    service: str = ""


@dataclass(frozen=True, kw_only=True)
class MessageReceived(TicketEvent):
    code: ClassVar[str] = "message.received"
    words: ClassVar[frozenset[str]] = frozenset({"gist"})
    message_id: int
    channel: str
    auto: str = "none"
    is_sender_proven: bool = True
    gratitude: str = ""
    gist: str = ""


@dataclass(frozen=True, kw_only=True)
class MessageWritten(TicketEvent):
    code: ClassVar[str] = "message.written"
    words: ClassVar[frozenset[str]] = frozenset({"gist"})
    message_id: int
    channel: str
    gist: str = ""


@dataclass(frozen=True, kw_only=True)
class MessageWithdrawn(TicketEvent):
    code: ClassVar[str] = "message.withdrawn"
    message_id: int


@dataclass(frozen=True, kw_only=True)
class WordsUnsealed(TicketEvent):
    """Words that came encrypted were opened later; one of the two ids is given."""

    code: ClassVar[str] = "words.unsealed"
    message_id: int | None = None
    correspondence_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class MessageSent(TicketEvent):
    code: ClassVar[str] = "message.sent"
    message_id: int


@dataclass(frozen=True, kw_only=True)
class MessageFailed(TicketEvent):
    code: ClassVar[str] = "message.failed"
    words: ClassVar[frozenset[str]] = frozenset({"recipient", "reason"})
    message_id: int
    recipient: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class MessageSetAside(TicketEvent):
    """It waited in a former life of the desk, and whoever runs it decided that it does not leave from here."""

    code: ClassVar[str] = "message.set_aside"
    message_id: int


@dataclass(frozen=True, kw_only=True)
class NoteWritten(TicketEvent):
    code: ClassVar[str] = "note.written"
    words: ClassVar[frozenset[str]] = frozenset({"gist"})
    note_id: int
    mentioned: tuple[int, ...] = ()
    gist: str = ""


@dataclass(frozen=True, kw_only=True)
class CorrespondenceWritten(TicketEvent):
    code: ClassVar[str] = "correspondence.written"
    words: ClassVar[frozenset[str]] = frozenset({"gist", "party"})
    correspondence_id: int
    party: str = ""
    gist: str = ""


@dataclass(frozen=True, kw_only=True)
class CorrespondenceReceived(TicketEvent):
    code: ClassVar[str] = "correspondence.received"
    words: ClassVar[frozenset[str]] = frozenset({"gist", "party"})
    correspondence_id: int
    party: str = ""
    gist: str = ""


@dataclass(frozen=True, kw_only=True)
class CorrespondenceWithdrawn(TicketEvent):
    code: ClassVar[str] = "correspondence.withdrawn"
    correspondence_id: int


@dataclass(frozen=True, kw_only=True)
class CorrespondenceSent(TicketEvent):
    code: ClassVar[str] = "correspondence.sent"
    correspondence_id: int


@dataclass(frozen=True, kw_only=True)
class CorrespondenceFailed(TicketEvent):
    code: ClassVar[str] = "correspondence.failed"
    words: ClassVar[frozenset[str]] = frozenset({"recipient", "reason"})
    correspondence_id: int
    recipient: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class CorrespondenceSetAside(TicketEvent):
    code: ClassVar[str] = "correspondence.set_aside"
    correspondence_id: int


@dataclass(frozen=True, kw_only=True)
class InterventionLogged(TicketEvent):
    code: ClassVar[str] = "intervention.logged"
    words: ClassVar[frozenset[str]] = frozenset({"gist", "result"})
    intervention_id: int
    kind: str
    outcome: str
    minutes: float = 0
    gist: str = ""
    result: str = ""


@dataclass(frozen=True, kw_only=True)
class TicketAssigned(TicketEvent):
    code: ClassVar[str] = "ticket.assigned"
    person_id: int | None = None
    former_person_id: int | None = None
    holder_level: int
    holder_team_id: int


@dataclass(frozen=True, kw_only=True)
class TicketMoved(TicketEvent):
    """To another team on the same level without a handover record: sorting at the first level, not escalation."""

    code: ClassVar[str] = "ticket.moved"
    words: ClassVar[frozenset[str]] = frozenset({"reason"})
    holder_level: int
    holder_team_id: int
    former_team_id: int
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class TicketClassified(TicketEvent):
    """``changes``: field → [former, new], as codes or ids."""

    code: ClassVar[str] = "ticket.classified"
    changes: dict[str, list[object]]


@dataclass(frozen=True, kw_only=True)
class SubjectChanged(TicketEvent):
    code: ClassVar[str] = "ticket.subject_changed"
    words: ClassVar[frozenset[str]] = frozenset({"former", "subject"})
    former: str
    subject: str


@dataclass(frozen=True, kw_only=True)
class RequesterChanged(TicketEvent):
    code: ClassVar[str] = "ticket.requester_changed"
    former_id: int
    requester_id: int
    customer_id: int


@dataclass(frozen=True, kw_only=True)
class ParticipantAdded(TicketEvent):
    code: ClassVar[str] = "participant.added"
    words: ClassVar[frozenset[str]] = frozenset({"address"})
    participant_id: int
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class ParticipantRemoved(TicketEvent):
    code: ClassVar[str] = "participant.removed"
    words: ClassVar[frozenset[str]] = frozenset({"address"})
    participant_id: int
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class QuestionAnswered(TicketEvent):
    code: ClassVar[str] = "question.answered"
    question_id: int


@dataclass(frozen=True, kw_only=True)
class TicketPaused(TicketEvent):
    code: ClassVar[str] = "ticket.paused"
    words: ClassVar[frozenset[str]] = frozenset({"note"})
    reason: str
    until: str = ""
    task_id: int | None = None
    other_id: int | None = None
    other_number: int | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class TicketResumed(TicketEvent):
    code: ClassVar[str] = "ticket.resumed"
    because: str


@dataclass(frozen=True, kw_only=True)
class TicketResolved(TicketEvent):
    code: ClassVar[str] = "ticket.resolved"
    words: ClassVar[frozenset[str]] = frozenset({"gist"})
    resolution_id: int
    message_id: int | None = None
    gist: str = ""


@dataclass(frozen=True, kw_only=True)
class TicketReopened(TicketEvent):
    code: ClassVar[str] = "ticket.reopened"
    words: ClassVar[frozenset[str]] = frozenset({"reason"})
    because: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class TicketClosed(TicketEvent):
    """``because``: confirmed, silence, unanswered, spam or desk."""

    code: ClassVar[str] = "ticket.closed"
    because: str


@dataclass(frozen=True, kw_only=True)
class TicketClosingUndone(TicketEvent):
    """Closed by hand and taken back at once: it is solved, as before."""

    code: ClassVar[str] = "ticket.closing_undone"


@dataclass(frozen=True, kw_only=True)
class CategoryChanged(Event):
    code: ClassVar[str] = "category.changed"
    subject_kind: ClassVar[str] = "category"
    words: ClassVar[frozenset[str]] = frozenset()
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MatrixChanged(Event):
    code: ClassVar[str] = "matrix.changed"
    subject_kind: ClassVar[str] = "desk"
    cells: dict[str, int]
