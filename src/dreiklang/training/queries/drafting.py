"""The article a case could become, prepared from what was said and done; and what is there already."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dreiklang.escalation.models import HandBack, Handover, Relay
from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge.queries.search import Hit, search
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Answer, Correspondence, Intervention, Message, Resolution, Ticket
from dreiklang.training.models import ArticleUse
from dreiklang.training.rules.drafting import REQUESTER, Said, solution_of, symptom_of, together

#: Like articles that are shown, and the least part of the best one's score that still counts as like.
MOST_ALIKE = 3


@dataclass(frozen=True)
class Prepared:
    """An article as far as the case wrote it already; ``inside``: every word of the case that is not public."""

    language: str
    title: str
    symptom: str
    cause: str
    solution: str
    environment: str
    inside: list[Said]


def prepared_from(ticket: Ticket, *, actor: Actor) -> Prepared:
    """Symptom in the requester's words, cause and solution from the work, environment from what is known."""
    first = Message.objects.filter(ticket=ticket, direction="in").order_by("pk").first()
    names = (ticket.requester.name, *ticket.requester.name.split())
    work = list(Intervention.objects.filter(ticket=ticket).order_by("pk"))
    back = HandBack.objects.filter(ticket=ticket, kind=HandBack.Kind.SOLVED).order_by("-pk").first()
    answer = Resolution.objects.filter(ticket=ticket, reopened_at=None).order_by("-pk").first()
    found = [_told(one) for one in work if one.outcome == Intervention.Outcome.FOUND]
    helped = [_told(one) for one in work if one.outcome == Intervention.Outcome.HELPED]
    solved = solution_of(answer.text) if answer else ""
    return Prepared(
        language=ticket.language if ticket.language in ("de", "en") else "en",
        title=ticket.subject,
        symptom=symptom_of(first.text, names) if first else "",
        cause=together(found),
        solution=together([back.solution if back else "", *helped], numbered=True) or solved,
        environment=together([_environment(ticket)]),
        inside=inside_words(ticket, actor=actor),
    )


def _told(one: Intervention) -> str:
    return f"{one.text}: {one.result}" if one.result else one.text


def _environment(ticket: Ticket) -> str:
    known = Answer.objects.filter(ticket=ticket).select_related("question").order_by("question__position", "pk")
    lines = [ticket.category.name_in(ticket.language)] if ticket.category else []
    lines += [ticket.service.name] if ticket.service else []
    lines += [f"{one.question.label_in(ticket.language)}: {one.text}" for one in known if one.text]
    return "\n".join(f"- {line}" for line in lines)


def inside_words(ticket: Ticket, *, actor: Actor) -> list[Said]:
    """Words of a ticket that were never meant for everybody: notes, work, handovers, the requester's own; each once."""
    found = {said.text: said for said in reversed(list(_all_said(ticket, actor))) if said.text.strip()}
    return list(reversed(found.values()))


def _all_said(ticket: Ticket, actor: Actor) -> Iterator[Said]:
    for text in Message.objects.filter(ticket=ticket, direction="in").order_by("pk").values_list("text", flat=True):
        yield Said(REQUESTER, symptom_of(text))
    for text in tickets.notes_visible_to(actor, ticket).order_by("pk").values_list("text", flat=True):
        yield Said("note", text)
    for one in Intervention.objects.filter(ticket=ticket).order_by("pk"):
        yield Said("intervention", one.text)
        yield Said("intervention", one.result)
    for handed in Handover.objects.filter(ticket=ticket).order_by("pk"):
        for text in (handed.reason, handed.observations, handed.ruled_out, handed.affected, handed.question):
            yield Said("handover", text)
        for step in handed.steps:
            yield Said("handover", str(step.get("text", "")))
            yield Said("handover", str(step.get("result", "")))
    for back in HandBack.objects.filter(ticket=ticket).order_by("pk"):
        for text in (back.reason, back.solution, back.hint):
            yield Said("hand_back", text)
    for text in Relay.objects.filter(ticket=ticket).order_by("pk").values_list("text", flat=True):
        yield Said("relay", text)
    for text in Correspondence.objects.filter(ticket=ticket).order_by("pk").values_list("text", flat=True):
        yield Said("correspondence", text)


def articles_like(ticket: Ticket, symptom: str, *, actor: Actor) -> list[Hit]:
    """Articles the actor may read that may answer this case already, best first."""
    question = f"{ticket.subject} {ticket.subject} {symptom[:400]}"
    return search(question, actor=actor, limit=MOST_ALIKE).hits


def uses_of(ticket: Ticket) -> list[ArticleUse]:
    """The articles a ticket became or was solved with."""
    return list(ArticleUse.objects.filter(ticket=ticket).select_related("article", "person").order_by("pk"))


def counted_uses(article_id: int) -> int:
    """How many cases were solved with an article."""
    return ArticleUse.objects.filter(article_id=article_id, how=ArticleUse.How.USED).count()
