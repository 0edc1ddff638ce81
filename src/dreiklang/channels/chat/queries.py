"""Reads of the chat door."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from dreiklang.calendars.queries import working_calendar
from dreiklang.calendars.rules import is_open
from dreiklang.channels.chat import policy, rules
from dreiklang.channels.chat.models import Availability, Chat, ChatFile, Line, Transfer, Widget
from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.kernel.tokens import digest_of
from dreiklang.organizations.models import Address, Person
from dreiklang.teams.models import Team
from dreiklang.teams.queries import absences_on, members_on, today
from dreiklang.tickets.models import Ticket

SHOWN = 50
#: Lines a page gets at once; it asks again for more.
MOST_LINES = 200
#: A visitor whose page has not asked for so long is gone; the page asks at least every twenty seconds.
GONE_AFTER = timedelta(seconds=75)


def widgets() -> QuerySet[Widget]:
    """All widgets, with the number of their chats."""
    return Widget.objects.select_related("team", "organization").annotate(talks=Count("chats")).order_by("name")


def widget_by_key(key: str) -> Widget | None:
    """The active widget of an address."""
    return Widget.objects.select_related("team", "organization", "person").filter(key=key, is_active=True).first()


def chat_by_token(token: str, widget: Widget) -> Chat | None:
    """A visitor's chat: what opens it is the token of its own page."""
    return Chat.objects.select_related("agent", "person").filter(token_digest=digest_of(token), widget=widget).first()


def lines_after(chat: Chat, seq: int) -> list[Line]:
    """What was said after a line, in order, at most two hundred; the page asks again from there."""
    return list(chat.lines.filter(seq__gt=seq).prefetch_related("files__file").order_by("seq")[:MOST_LINES])


def takers_of(team: Team, at: datetime) -> list[int]:
    """Who would take a chat of a team now: its calendar is open, and somebody who is there has switched on."""
    if not is_open(working_calendar(team.calendar), at):
        return []
    day = today(at)
    members = set(members_on(team, day).values_list("person_id", flat=True))
    ready = set(Availability.objects.filter(person__in=members).values_list("person_id", flat=True))
    return sorted(ready - set(absences_on(day, ready))) if ready else []


def place_of(chat: Chat) -> int:
    """How many wait before a chat, itself counted."""
    return Chat.objects.filter(team=chat.team_id, stage=rules.WAITING, begun_at__lte=chat.begun_at).count()


def person_by_mail(address: str, widget: Widget) -> Person | None:
    """The one person of the widget's organisation with a mail address."""
    found = Person.objects.filter(
        organization=widget.organization_id, is_active=True,
        addresses__kind=Address.Kind.MAIL, addresses__folded=address.lower(),
    ).distinct()[:2]  # fmt: skip
    people = list(found)
    return people[0] if len(people) == 1 else None


def is_ready(person_id: int) -> bool:
    """Whether somebody takes chats now."""
    return Availability.objects.filter(person=person_id).exists()


def on_screen(actor: Actor) -> list[Chat]:
    """What stands in the corner: chats that wait for the actor's teams, for those who take chats, and one's own."""
    if not policy.may_chat(actor):
        return []
    mine = Q(stage=rules.TALKING, agent_id=actor.id)
    if is_ready(actor.person_id):
        mine |= Q(stage=rules.WAITING, team__in=actor.teams)
    found = Chat.objects.filter(mine).select_related("person", "widget", "ticket")
    return list(found.order_by("stage", "begun_at")[:8])


def waiting_for(actor: Actor) -> list[Chat]:
    """The queue: chats that wait and the actor may see, the longest waiting first."""
    found = policy.visible_to(actor).filter(stage=rules.WAITING).select_related("person", "widget", "team")
    return list(found.order_by("begun_at", "id")[:SHOWN])


def running_of(actor: Actor) -> list[Chat]:
    """One's own running chats, oldest first."""
    if actor.kind != "person":
        return []
    found = Chat.objects.filter(stage=rules.TALKING, agent_id=actor.id).select_related("person", "widget", "ticket")
    return list(found.order_by("taken_at", "id")[:20])


def offered_to(actor: Actor) -> list[Transfer]:
    """Running chats that are offered to the actor or a team of the actor's."""
    if not policy.may_chat(actor):
        return []
    found = Transfer.objects.filter(state=Transfer.State.OFFERED, to_team__in=actor.teams).exclude(author_id=actor.id)
    found = found.filter(Q(to_person=None) | Q(to_person_id=actor.id))
    return list(found.select_related("chat__person", "chat__ticket", "author", "to_team").order_by("id")[:6])


def history(actor: Actor, *, before: tuple[datetime, int] | None = None) -> list[Chat]:
    """Chats that are over, newest first, one more than a page."""
    found = policy.visible_to(actor).filter(stage__in=[rules.ENDED, rules.MISSED])
    if before is not None:
        moment, key = before
        found = found.filter(Q(begun_at__lt=moment) | Q(begun_at=moment, id__lt=key))
    shown = found.select_related("person", "widget", "agent", "ticket")
    return list(shown.order_by("-begun_at", "-id")[: SHOWN + 1])


def chat_of(chat_id: int, *, actor: Actor) -> Chat:
    """A chat the actor may know of, with what its page shows. Raises NotFound."""
    shown = policy.visible_to(actor).select_related(
        "person__organization", "agent", "ticket__team", "widget__organization", "team"
    )
    found = shown.filter(pk=chat_id).first()
    if found is None:
        raise NotFound(code="no_chat")
    return found


def running_at(ticket: Ticket, *, actor: Actor) -> Chat | None:
    """The chat in which the requester of a ticket is now, if there is one that the actor may know of."""
    if ticket.channel != "chat":
        return None
    return policy.visible_to(actor).filter(ticket=ticket, stage=rules.TALKING).select_related("agent").first()


def is_gone(chat: Chat) -> bool:
    """Whether the visitor's page is closed or has lost its line."""
    return clock.now() - chat.seen_at > GONE_AFTER


def file_of(chat: Chat, file_id: int) -> ChatFile:
    """A file of a chat. Raises NotFound."""
    found = ChatFile.objects.select_related("file").filter(pk=file_id, line__chat=chat).first()
    if found is None:
        raise NotFound(code="no_file")
    return found


def chats_of_lines(line_ids: Iterable[int]) -> set[int]:
    """The chats that some journal lines are about, for the live process."""
    from dreiklang.kernel.models import JournalLine

    found = JournalLine.objects.filter(pk__in=list(line_ids), subject_kind="chat")
    return set(found.values_list("subject_id", flat=True))
