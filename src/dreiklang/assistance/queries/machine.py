"""The language model: what may be asked, what would leave for it, and what came back."""

from __future__ import annotations

from dreiklang.assistance import policy
from dreiklang.assistance.models import LanguageModel, MachineText
from dreiklang.assistance.rules.filtering import Filtered, filtered
from dreiklang.assistance.rules.prompts import DRAFT, SUMMARY, TASKS, TRANSLATION, messages
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge.models import Edition
from dreiklang.knowledge.queries.search import search
from dreiklang.knowledge.rules.markup import as_text
from dreiklang.organizations.models import Person
from dreiklang.tickets.models import Intervention, Message, Resolution, Ticket

LAST_MESSAGES = 20
State = MachineText.State


def language_model() -> LanguageModel | None:
    """The endpoint, if there is one."""
    return LanguageModel.objects.filter(pk=1).first()


def tasks_on() -> tuple[str, ...]:
    """What may be asked, in its order."""
    known = language_model()
    return tuple(task for task in TASKS if known and task in known.functions)


def texts_of(ticket: Ticket, *, actor: Actor) -> list[MachineText]:
    """The texts of a ticket that still wait for a person, the newest first."""
    if not policy.may_ask_machine(actor, ticket):
        return []
    waiting = MachineText.objects.filter(ticket=ticket, state__in=[State.WAITING, State.READY, State.FAILED])
    return list(waiting.order_by("-pk")[:6])


def text_of(ticket: Ticket, text_id: int, *, actor: Actor) -> MachineText:
    """One of them. Raises NotFound."""
    found = next((one for one in texts_of(ticket, actor=actor) if one.pk == text_id), None)
    if found is None:
        raise NotFound(code="no_text")
    return found


def would_leave(ticket: Ticket, task: str, *, actor: Actor) -> tuple[list[dict[str, str]], Filtered, str]:
    """The messages as they would leave, what was filtered, and the language of the answer.

    Notes never leave (P31). Of articles only what the public or the requester's own side may read.
    """
    language = ticket.language if task == DRAFT else actor.language
    kept = filtered(_material(ticket, task), _names(ticket))
    return messages(task, language, kept.text), kept, language[:2]


def _material(ticket: Ticket, task: str) -> str:
    said = ticket.messages.filter(auto="none").exclude(delivery=Message.Delivery.WITHDRAWN).order_by("-pk")
    if task == TRANSLATION:
        last = said.filter(direction=Message.Direction.IN).first()
        return last.text if last else ticket.subject
    parts = [f"Subject: {ticket.subject}"]
    for one in reversed(said[:LAST_MESSAGES]):
        parts.append(f"{'Requester' if one.direction == Message.Direction.IN else 'Desk'}: {one.text}")
    for work in Intervention.objects.filter(ticket=ticket).order_by("pk"):
        parts.append(f"Done: {work.text}. Result: {work.result or work.outcome}")
    if task == DRAFT:
        parts += [f"Solution: {r.text}" for r in Resolution.objects.filter(ticket=ticket, reopened_at=None)]
        parts += _article(ticket)
    return "\n\n".join(parts)


def _article(ticket: Ticket) -> list[str]:
    """The article that answers best, of those the requester may read."""
    from dreiklang.kernel.permissions import system

    readable = Edition.objects.filter(is_published=True, audience=Edition.Audience.PUBLIC) | Edition.objects.filter(
        is_published=True, audience=Edition.Audience.CUSTOMER, customer_id=ticket.customer_id
    )
    hits = search(ticket.subject, actor=system("assistance"), limit=1, editions=readable).hits
    return [f"Article: {h.edition.title}\n{as_text(h.edition.body, is_html=h.edition.is_html)[:4000]}" for h in hits]


def _names(ticket: Ticket) -> list[str]:
    """Everybody who is named on the ticket, the requester first."""
    spoke = ticket.messages.exclude(author=None).values("author_id")
    worked = Intervention.objects.filter(ticket=ticket).values("author_id")
    people = Person.objects.filter(pk__in=spoke) | Person.objects.filter(pk__in=worked)
    in_copy = ticket.participants.exclude(name="").values_list("name", flat=True)
    named = ticket.messages.exclude(author_name="").values_list("author_name", flat=True).distinct()
    return [ticket.requester.name, *people.order_by("pk").values_list("name", flat=True), *in_copy, *named]


__all__ = ["DRAFT", "SUMMARY", "TRANSLATION", "language_model", "tasks_on", "text_of", "texts_of", "would_leave"]
