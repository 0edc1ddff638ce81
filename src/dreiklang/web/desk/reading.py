"""One ticket as one page reads it: head, conversation and composer ask for the same records, each is fetched once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from dreiklang.escalation.models import HandBack, Handover, Relay
from dreiklang.kernel import journal
from dreiklang.kernel.journal import Line
from dreiklang.kernel.questions import Question
from dreiklang.organizations.models import Address
from dreiklang.tickets.models import Ticket
from dreiklang.web.desk.actions import Way
from dreiklang.web.desk.meanwhile import last_line

_handovers = Question(
    lambda ticket: (
        Handover.objects.filter(ticket_id=ticket).select_related("from_team", "to_team", "author").order_by("id")
    )
)
_hand_backs = Question(
    lambda ticket: HandBack.objects.filter(ticket_id=ticket).select_related("to_team", "author").order_by("id")
)
_relays = Question(lambda ticket: Relay.objects.filter(ticket_id=ticket).select_related("author").order_by("id"))
_addresses = Question(lambda person: Address.objects.filter(person_id=person).order_by("kind", "-is_first", "id"))


class Reading:
    """Records around a ticket, fetched when first asked for. Who shows them decides what may be shown."""

    def __init__(self, ticket: Ticket) -> None:
        self.ticket = ticket

    @cached_property
    def handovers(self) -> list[Handover]:
        """Oldest first, with teams and author."""
        return _handovers(self.ticket.pk)

    @cached_property
    def hand_backs(self) -> list[HandBack]:
        """Oldest first, with the team it went to and the author."""
        return _hand_backs(self.ticket.pk)

    @cached_property
    def relays(self) -> list[Relay]:
        """Answers offered through another level, oldest first."""
        return _relays(self.ticket.pk)

    @cached_property
    def lines(self) -> list[Line]:
        """The ticket's journal."""
        return list(journal.lines_about("ticket", [self.ticket.pk]))

    @cached_property
    def addresses(self) -> list[Address]:
        """Where the requester can be reached, the first of each kind first."""
        return _addresses(self.ticket.requester_id)

    @cached_property
    def way(self) -> Way:
        """The handover that waits and the one in force."""
        running = [handover for handover in reversed(self.handovers) if handover.ended_at is None]
        return Way(
            next((h for h in running if h.accepted_at is None), None),
            next((h for h in running if h.to_team_id == self.ticket.team_id), None),
        )

    @property
    def returned_solution(self) -> HandBack | None:
        """The newest solution that came back to the team that has the ticket now."""
        back = (HandBack.Kind.SOLVED, self.ticket.team_id)
        return next((b for b in reversed(self.hand_backs) if (b.kind, b.to_team_id) == back), None)

    def offered_relay(self, team_ids: frozenset[int]) -> Relay | None:
        """The newest answer offered to one of these teams and not yet used or set aside."""
        offered = [r for r in self.relays if r.state == Relay.State.OFFERED and r.to_team_id in team_ids]
        return offered[-1] if offered else None

    @property
    def last_line(self) -> int:
        """The newest line of the ticket's journal, as a page remembers it."""
        if "lines" in self.__dict__:
            return self.lines[-1].id if self.lines else 0
        return last_line(self.ticket)


class MergedReading:
    """The same of tickets that were merged into one: four questions for all of them, none where there are none."""

    def __init__(self, tickets: Sequence[Ticket]) -> None:
        self.handovers: list[Handover] = []
        self.hand_backs: list[HandBack] = []
        self.relays: list[Relay] = []
        self.lines: list[Line] = []
        if tickets:
            mine = Handover.objects.filter(ticket__in=tickets).select_related("from_team", "to_team", "author")
            self.handovers = list(mine)
            self.hand_backs = list(HandBack.objects.filter(ticket__in=tickets).select_related("to_team", "author"))
            self.relays = list(Relay.objects.filter(ticket__in=tickets).select_related("author"))
            self.lines = list(journal.lines_about("ticket", [t.pk for t in tickets]))
