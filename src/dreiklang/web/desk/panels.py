"""What stands beside a ticket. Each panel loads by itself and never holds the page up."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from dreiklang.assets.queries import depending
from dreiklang.escalation import queries as between
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Address
from dreiklang.tickets import lifecycle, policy
from dreiklang.tickets.models import Intervention, Ticket
from dreiklang.tickets.queries.outage import outage_shown_to
from dreiklang.tickets.queries.own_fields import known_fields
from dreiklang.web.components.impacts import outage_words, people_words
from dreiklang.web.components.money import money_words
from dreiklang.web.desk import (
    approvals,
    articles,
    catalog,
    complaints,
    machine,
    monitoring,
    own_fields,
    proposals,
    tasks,
    teaching,
    ties,
    vendors,
    visits,
)
from dreiklang.web.desk.classification import language
from dreiklang.web.desk.handover import why_words
from dreiklang.web.desk.macros import panel_of as runbooks_of

NAMES = (
    "proposals",
    "machine",
    "service",
    "chain",
    "order",
    "vendors",
    "requester",
    "tasks",
    "approvals",
    "visits",
    "ties",
    "answers",
    "articles",
    "fields",
    "runbooks",
    "work",
    "lessons",
)


def names_for(ticket: Ticket, *, actor: Actor) -> tuple[str, ...]:
    """Which panels a reader gets: an outside team sees the case, not the house."""
    if policy.is_outside_house(actor):
        return ("chain", "tasks", "visits", "ties", "answers", *_fields(ticket, actor), "runbooks", "work")
    alerts = ("alerts",) if ticket.channel == "monitoring" else ()
    absent = {
        name
        for name, is_there in (
            ("fields", _fields),
            ("vendors", vendors.were_asked),
            ("machine", machine.is_offered),
            ("order", catalog.was_ordered),
        )
        if not is_there(ticket, actor)
    }
    shown = tuple(name for name in NAMES if name not in absent)
    return (*alerts, *complaints.panels_for(ticket), *shown)


def _fields(ticket: Ticket, actor: Actor) -> tuple[str, ...]:
    """The panel of own fields, where the desk has any that this reader may know of."""
    return ("fields",) if known_fields(actor) else ()


def known(name: str) -> str:
    """The name, if there is such a panel."""
    if name not in (*NAMES, "alerts", "complaint", "playbook"):
        raise NotFound
    return name


def content_of(name: str, ticket: Ticket, *, actor: Actor) -> dict[str, Any]:
    """What the panel's template reads. Refuses a panel that is not for this reader."""
    if name not in names_for(ticket, actor=actor):
        raise NotFound
    content = {
        "complaint": complaints.complaint_panel,
        "playbook": complaints.playbook_panel,
        "alerts": monitoring.panel_of,
        "proposals": proposals.panel_of,
        "machine": machine.panel_of,
        "service": _service,
        "chain": _chain,
        "requester": _requester,
        "ties": ties.panel_of,
        "tasks": tasks.panel_of,
        "approvals": approvals.panel_of,
        "order": catalog.panel_of,
        "visits": visits.panel_of,
        "vendors": vendors.panel_of,
        "answers": _answers,
        "articles": articles.panel_of,
        "fields": own_fields.panel_of,
        "runbooks": runbooks_of,
        "work": _work,
        "lessons": teaching.panel_of,
    }
    return {"ticket": ticket, **content[name](ticket, actor)}


def _service(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """The affected service with what depends on it and what it costs, for those who may know."""
    found: dict[str, Any] = {"may_name": policy.may_name_service(actor, ticket)}
    service = ticket.service
    if service is None:
        return found
    people = ticket.affected_people
    found["criticality"] = str(service.get_criticality_display()).partition(":")[0]
    found["people_words"] = (
        _("%(people)s affected") % {"people": people_words(people)}
        if people
        else _("%(people)s depend on it") % {"people": people_words(depending(service, ticket.customer_id))}
    )
    shown = outage_shown_to(actor, ticket)
    if shown is not None:
        found |= {
            "amount": money_words(shown.outage.amount),
            "per_hour": money_words(shown.outage.per_hour),
            "is_frozen": shown.is_frozen,
            "because": outage_words(shown.outage),
        }
    return found


def _chain(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """Who had it, who has it and since when, who would get it next and why, where it would go back to (A2).

    An outside team learns who has it, not how the house would go on.
    """
    stays = list(ticket.assignments.select_related("team", "person").order_by("id"))
    is_inside = not policy.is_outside_house(actor)
    is_open = ticket.state in lifecycle.UNSETTLED
    following = next(iter(between.next_teams(ticket)), None) if is_open and is_inside and ticket.level < 4 else None
    in_force = between.handover_in_force(ticket) if is_open else None
    return {
        "stays": stays[-6:],
        "hidden": max(0, len(stays) - 6),
        "following": following,
        "why": why_words(following) if following else "",
        "may_hand_over": policy.may_move(actor, ticket),
        "goes_back_to": in_force.from_team if in_force else None,
        "confirms": is_inside and ticket.state == lifecycle.RESOLVED,
    }


def _requester(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """How to reach who asks, who reads along, and what else they have open."""
    others = policy.visible_to(actor).filter(requester_id=ticket.requester_id).exclude(pk=ticket.pk)
    return {
        "addresses": Address.objects.filter(person_id=ticket.requester_id).order_by("kind", "-is_first", "id"),
        "participants": ticket.participants.order_by("id"),
        "others": others.unsettled().order_by("-id")[:4],
        "settled": len(others.filter(state_group="settled").values_list("pk", flat=True)[:100]),
    }


def _answers(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """What the category asks and what is known of it."""
    asked = [(q, q.label_in(language()), text) for q, text in between.questions_before(ticket, 4)]
    return {"asked": asked, "open_count": sum(not text for _q, _label, text in asked)}


def _work(ticket: Ticket, actor: Actor) -> dict[str, Any]:
    """Minutes per level, from the log."""
    sums = Intervention.objects.filter(ticket=ticket).order_by("level").values("level").annotate(minutes=Sum("minutes"))
    rows = [(row["level"], row["minutes"]) for row in sums if row["minutes"]]
    return {"rows": rows, "total": sum((m for _level, m in rows), Decimal(0))}
