"""What a ticket is: kind, category, impact and urgency, subject, whose it is, and the answers its category needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person
from dreiklang.tickets import policy, queries, rules
from dreiklang.tickets.commands.finding import remember_words
from dreiklang.tickets.commands.holding import acts_at, held, written
from dreiklang.tickets.events import QuestionAnswered, RequesterChanged, SubjectChanged, TicketClassified
from dreiklang.tickets.models import Answer, Category, CategoryQuestion, Ticket


@command
def classify(
    ticket: Ticket,
    *,
    actor: Actor,
    kind: str | None = None,
    category: Category | None = None,
    impact: int | None = None,
    urgency: int | None = None,
    clears_category: bool = False,
    version: int | None = None,
) -> Ticket:
    """Change kind, category, impact or urgency; the priority follows from the matrix. What is None stays.

    ``clears_category``: it belongs to none, as a new ticket may.

    Raises Invalid for values that do not exist or when nothing changes.
    """
    ticket = held(ticket, actor=actor, version=version)
    require(policy.may_work(actor, ticket))
    wished: dict[str, Any] = {
        "kind": kind,
        "category_id": category.pk if category else None,
        "impact": impact,
        "urgency": urgency,
    }
    changes = {
        name: [getattr(ticket, name), value]
        for name, value in wished.items()
        if value is not None and value != getattr(ticket, name)
    }
    if clears_category and category is None and ticket.category_id is not None:
        changes["category_id"] = [ticket.category_id, None]
    _refuse_bad_values(changes)
    if not changes:
        return _unchanged(ticket)
    for name, (_former, value) in changes.items():
        setattr(ticket, name, value)
    priority = queries.priority_for(ticket.impact, ticket.urgency)
    if priority != ticket.priority:
        changes["priority"] = [ticket.priority, priority]
        ticket.priority = priority
    if "kind" in changes:  # a complaint from the portal keeps its restricted sight while it stays one
        ticket.is_restricted = ticket.kind == rules.SECURITY
    written(ticket, "kind", "category", "impact", "urgency", "priority", "is_restricted")
    publish(
        TicketClassified(
            subject_id=ticket.pk,
            changes={name.removesuffix("_id"): pair for name, pair in changes.items()},
            **acts_at(actor, ticket),
        ),
        actor=actor,
    )
    return ticket


@command
def change(
    ticket: Ticket,
    *,
    actor: Actor,
    version: int | None = None,
    subject: str | None = None,
    requester: Person | None = None,
    kind: str | None = None,
    category: Category | None = None,
    impact: int | None = None,
    urgency: int | None = None,
) -> Ticket:
    """Change several things of a ticket in one step; what is None or the same stays. Raises as the single ones do."""
    ticket = held(ticket, actor=actor, version=version)
    before = ticket.version
    if subject is not None and subject.strip() != ticket.subject:
        ticket = change_subject(ticket, actor=actor, subject=subject)
    if requester is not None and requester.pk != ticket.requester_id:
        ticket = change_requester(ticket, actor=actor, requester=requester)
    own = {"kind": kind, "category_id": category and category.pk, "impact": impact, "urgency": urgency}
    if any(value is not None and value != getattr(ticket, name) for name, value in own.items()):
        ticket = classify(ticket, actor=actor, kind=kind, category=category, impact=impact, urgency=urgency)
    return ticket if ticket.version > before else _unchanged(ticket)


def _refuse_bad_values(changes: Mapping[str, list[Any]]) -> None:
    problems: dict[str, list[str]] = {}
    if "kind" in changes and changes["kind"][1] not in Ticket.Kind.values:
        problems["kind"] = [_("This kind of ticket does not exist.")]
    for name in ("impact", "urgency"):
        if name in changes and changes[name][1] not in (1, 2, 3):
            problems[name] = [_("Impact and urgency are 1, 2 or 3.")]
    if problems:
        raise Invalid(problems)


def _unchanged(ticket: Ticket) -> Ticket:
    raise Invalid({"": [_("Nothing was changed.")]}, code="nothing_changed")


@command
def change_subject(ticket: Ticket, *, actor: Actor, subject: str, version: int | None = None) -> Ticket:
    """Give a ticket a better subject."""
    ticket = held(ticket, actor=actor, version=version)
    require(policy.may_work(actor, ticket))
    subject = rules.first_words(subject, 290)
    if not subject:
        raise Invalid({"subject": [_("Please say in a few words what it is about.")]})
    if subject == ticket.subject:
        return _unchanged(ticket)
    former, ticket.subject = ticket.subject, subject
    written(ticket, "subject")
    remember_words(ticket, outside=[subject])
    publish(
        SubjectChanged(subject_id=ticket.pk, former=former, subject=subject, **acts_at(actor, ticket)),
        actor=actor,
    )
    return ticket


@command
def change_requester(ticket: Ticket, *, actor: Actor, requester: Person, version: int | None = None) -> Ticket:
    """Say who really asks; the customer follows from the person."""
    ticket = held(ticket, actor=actor, version=version)
    require(policy.may_work(actor, ticket) and not policy.is_outside_house(actor))
    if requester.pk == ticket.requester_id:
        return _unchanged(ticket)
    former = ticket.requester_id
    ticket.requester, ticket.customer_id = requester, requester.organization_id
    written(ticket, "requester", "customer")
    remember_words(ticket, outside=[requester.name])
    publish(
        RequesterChanged(
            subject_id=ticket.pk,
            former_id=former,
            requester_id=requester.pk,
            customer_id=requester.organization_id,
            **acts_at(actor, ticket),
        ),
        actor=actor,
    )
    return ticket


@command
def answer_question(ticket: Ticket, *, actor: Actor, question: CategoryQuestion, text: str) -> Answer:
    """Write down what is known to one of the category's questions; the portal's form uses it too."""
    ticket = held(ticket, actor=actor)
    is_own = actor.id == ticket.requester_id and question.in_portal
    require(is_own or policy.may_work(actor, ticket))
    text = text.strip()
    if not text:
        raise Invalid({f"question-{question.pk}": [_("The answer is missing.")]})
    if question.kind == CategoryQuestion.Kind.CHOICE and text not in question.choices:
        raise Invalid({f"question-{question.pk}": [_("This is none of the choices.")]})
    if question.kind == CategoryQuestion.Kind.YES_NO and text not in ("yes", "no"):
        raise Invalid({f"question-{question.pk}": [_("Yes or no?")]})
    answer, _created = Answer.objects.update_or_create(
        ticket=ticket, question=question, defaults={"text": text[:5000], "answered_at": clock.now()}
    )
    written(ticket)
    publish(QuestionAnswered(subject_id=ticket.pk, question_id=question.pk, **acts_at(actor, ticket)), actor=actor)
    return answer
