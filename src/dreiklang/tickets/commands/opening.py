"""A ticket begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from dreiklang.assets.models import ConfigurationItem
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.journal import publish
from dreiklang.kernel.numbering import next_number
from dreiklang.kernel.permissions import Actor, require, system
from dreiklang.organizations.models import Person
from dreiklang.teams.models import Team
from dreiklang.tickets import lifecycle, policy, queries, rules
from dreiklang.tickets.commands.attaching import Upload
from dreiklang.tickets.commands.conversation import receive_message
from dreiklang.tickets.commands.finding import remember_words, words_of
from dreiklang.tickets.commands.holding import acts_at, begin_with, held
from dreiklang.tickets.events import TicketOpened
from dreiklang.tickets.models import Category, Ticket


@command
def open_ticket(
    requester: Person,
    *,
    actor: Actor,
    subject: str,
    kind: str = rules.INCIDENT,
    channel: str = "desk",
    category: Category | None = None,
    impact: int = rules.LOW,
    urgency: int = rules.MEDIUM,
    team: Team | None = None,
    follows: Ticket | None = None,
    service: ConfigurationItem | None = None,
    affected_people: int | None = None,
    language: str = "",
    is_said_at_once: bool = False,
    is_restricted: bool = False,
) -> Ticket:
    """Open a ticket for a requester. It starts at the first level (A2), at the category's team if that is one there.

    The first words are written by the conversation commands afterwards; ``is_said_at_once``: in this very transaction,
    by the requester (``receive_message`` with ``is_fresh``), so the trail has them already, and they bring the ticket's
    own words into the index. ``is_restricted``: seen by fewer people; a security incident is so always.

    Raises Invalid for a missing subject, an unknown kind, or when the desk has no first level team.
    """
    require(_may_open(actor, requester))
    subject = rules.first_words(subject, 290)
    problems: dict[str, list[str]] = {}
    if not subject:
        problems["subject"] = [_("Please say in a few words what it is about.")]
    if kind not in Ticket.Kind.values:
        problems["kind"] = [_("This kind of ticket does not exist.")]
    if impact not in (1, 2, 3) or urgency not in (1, 2, 3):
        problems["impact"] = [_("Impact and urgency are 1, 2 or 3.")]
    if affected_people is not None and not 1 <= affected_people <= rules.MOST_PEOPLE:
        problems["affected_people"] = [_("How many people are affected? A number from 1.")]
    if problems:
        raise Invalid(problems)
    holder = team or queries.first_level_team(category)
    if holder is None:
        raise Invalid({"team": [_("The desk has no first level team yet.")]}, code="no_first_level")
    now = clock.now()
    ticket = Ticket(
        number=next_number("ticket_number"),
        kind=kind,
        subject=subject,
        language=language or requester.language,
        channel=channel,
        state=lifecycle.NEW,
        state_group=lifecycle.TICKET.groups[lifecycle.NEW],
        requester=requester,
        customer_id=requester.organization_id,
        category=category,
        service=service,
        affected_people=affected_people,
        impact=impact,
        urgency=urgency,
        priority=queries.priority_for(impact, urgency),
        is_restricted=is_restricted or kind == rules.SECURITY,
        last_word_by="requester",
        last_word_at=now,
        opened_at=now,
        changed_at=now,
        follows=follows,
    )
    signs = ("in",) if is_said_at_once else ()
    begin_with(ticket, team_id=holder.pk, level=holder.level, signs=signs)
    if not is_said_at_once:
        remember_words(ticket, outside=words_of(ticket))
    publish(
        TicketOpened(
            subject_id=ticket.pk,
            number=ticket.number,
            kind=kind,
            channel=channel,
            requester_id=requester.pk,
            customer_id=ticket.customer_id,
            priority=ticket.priority,
            holder_level=ticket.level,
            holder_team_id=ticket.team_id,
            follows_id=follows.pk if follows else None,
            service_id=service.pk if service else None,
            subject=subject,
            **acts_at(actor, ticket),
        ),
        actor=actor,
    )
    return ticket


@command
def open_with_message(
    requester: Person, *, actor: Actor, text: str, attachments: Sequence[Upload] = (), **of_ticket: Any
) -> Ticket:
    """Open a ticket and write down the requester's first words, in one step. See ``open_ticket`` and its errors.

    Whoever opens a ticket of restricted sight need not see it afterwards: then the desk itself writes the words down.
    """
    if not text.strip():
        raise Invalid({"text": [_("There is nothing written yet.")]})
    ticket = open_ticket(requester, actor=actor, is_said_at_once=True, **of_ticket)
    receive_message(
        ticket,
        actor=actor if policy.may_see(actor, ticket) else system("desk"),
        author=requester,
        text=text,
        subject=ticket.subject,
        channel=ticket.channel,
        attachments=attachments,
        is_fresh=True,
    )
    return held(ticket, actor=system("desk"))  # with what others wrote into it when they heard


def _may_open(actor: Actor, requester: Person) -> bool:
    if actor.is_system or actor.has(policy.WORK):
        return True
    return actor.has(policy.USE_PORTAL) and actor.kind == "person" and actor.id == requester.pk
