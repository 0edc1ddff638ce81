"""From a case to its article: written from what is prepared, added to one that is there, or only linked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, NotFound, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.knowledge import policy as knowledge
from dreiklang.knowledge.commands import describing, writing
from dreiklang.knowledge.commands.borrowing import Passage, note_borrowed
from dreiklang.knowledge.models import Article, Edition, Revision
from dreiklang.knowledge.rules.borrowing import stands_among, words_in_order
from dreiklang.organizations.models import Person
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Ticket
from dreiklang.training import events, policy
from dreiklang.training.commands.lessons import tie_article
from dreiklang.training.lifecycle import UNSETTLED
from dreiklang.training.models import ArticleUse, Lesson
from dreiklang.training.queries.drafting import inside_words
from dreiklang.training.rules.drafting import body_of


@dataclass(frozen=True)
class Parts:
    """What an article of a case says."""

    symptom: str = ""
    cause: str = ""
    solution: str = ""
    environment: str = ""

    def body(self, language: str) -> str:
        """Its Markdown, with headings in the article's language."""
        with translation.override(language):
            return body_of(
                (
                    (_("How to recognise it"), self.symptom),
                    (_("Cause"), self.cause),
                    (_("Solution"), self.solution),
                    (_("Environment"), self.environment),
                )
            )


@command
def write_up(
    ticket: Ticket,
    *,
    actor: Actor,
    title: str,
    parts: Parts,
    language: str,
    audience: str = "internal",
    level: int | None = None,
    kind: str = "solution",
    may_leave: Iterable[str] = (),
) -> Revision:
    """Write the draft of a case's article. Lessons of the case that ask for an article wait for this one.

    Words of the case that stand in it and were inside are marked; ``may_leave`` are those somebody confirmed. Raises
    Invalid by field.
    """
    require(_may_write_up(actor, ticket))
    if not parts.solution.strip():
        raise Invalid({"solution": [_("What solved it? Without a solution it is no article.")]})
    customer = ticket.customer if audience == Edition.Audience.CUSTOMER else None
    draft = writing.write(
        None, actor=actor, language=language, title=title, body=parts.body(language), audience=audience, level=level,
        customer=customer, kind=kind, note=_("From ticket %(number)s") % {"number": ticket.number},
    )  # fmt: skip
    article = draft.edition.article
    if ticket.service_id or ticket.category_id:
        describing.describe(
            article, actor=actor, kind=kind, services=[ticket.service] if ticket.service else [],
            owner=_owner(actor), tags=[ticket.category.key] if ticket.category else [],
        )  # fmt: skip
    _mark(ticket, draft, actor, may_leave)
    _tie(ticket, article, actor)
    _use(ticket, article, ArticleUse.How.WROTE, actor)
    return draft


@command
def add_to(ticket: Ticket, edition: Edition, *, actor: Actor, parts: Parts, may_leave: Iterable[str] = ()) -> Revision:
    """Add what the case taught to an article that is there, as its next draft."""
    require(_may_write_up(actor, ticket) and knowledge.may_work_on(actor, edition))
    if not parts.solution.strip():
        raise Invalid({"solution": [_("What solved it? Without a solution it is no article.")]})
    newest = edition.revisions.first()
    begun = newest if newest is not None and newest.state in ("draft", "review") else edition
    if begun.is_html:
        raise WrongState(_("This article came as HTML and has to be written anew first."), code="is_html")
    draft = writing.write(
        edition.article, actor=actor, language=edition.language, title=begun.title,
        body=f"{begun.body.rstrip()}\n\n{parts.body(edition.language)}",
        note=_("From ticket %(number)s") % {"number": ticket.number}, revision=newest.number if newest else None,
    )  # fmt: skip
    _mark(ticket, draft, actor, may_leave)
    _tie(ticket, edition.article, actor)
    _use(ticket, edition.article, ArticleUse.How.WROTE, actor)
    return draft


@command
def use_article(ticket: Ticket, article: Article, *, actor: Actor) -> ArticleUse:
    """Say that this article answers the case. Lessons of the case that ask for an article wait for it no longer."""
    require(policy.may_look(actor) and tickets.may_work(actor, ticket))
    if not knowledge.visible_to(actor).filter(article=article).exists():
        raise NotFound(_("There is no such article."))
    return _use(ticket, article, ArticleUse.How.USED, actor)


@command
def drop_use(ticket: Ticket, article: Article, *, actor: Actor) -> None:
    """It was not this one."""
    require(policy.may_look(actor) and tickets.may_work(actor, ticket))
    gone, _rows = ArticleUse.objects.filter(ticket=ticket, article=article).delete()
    if not gone:
        raise NotFound
    publish(events.ArticleUseDropped(subject_id=article.pk, ticket_id=ticket.pk), actor=actor)


def _may_write_up(actor: Actor, ticket: Ticket) -> bool:
    return policy.may_look(actor) and knowledge.may_write(actor) and tickets.works_inside(actor, ticket)


def _owner(actor: Actor) -> Person | None:
    return Person.objects.filter(pk=actor.person_id).first() if actor.kind == "person" else None


def _mark(ticket: Ticket, draft: Revision, actor: Actor, may_leave: Iterable[str]) -> None:
    """Mark each word of the ticket's inside that stands in the draft, whoever put it there."""
    confirmed = set(may_leave)
    folded = f" {' '.join(words_in_order(f'{draft.title} {draft.body}'))} "
    found = {
        said.text: Passage(said.source, said.text, said.text in confirmed)
        for said in inside_words(ticket, actor=actor)
        if stands_among(said.text, folded)
    }
    note_borrowed(draft.edition, actor=actor, passages=found.values())


def _tie(ticket: Ticket, article: Article, actor: Actor) -> None:
    waiting = policy.visible_to(actor).filter(
        ticket=ticket, remedy=Lesson.Remedy.ARTICLE, state__in=UNSETTLED, article=None
    )
    for lesson in waiting:
        if policy.may_see_to(actor, lesson) or policy.may_withdraw(actor, lesson):
            tie_article(lesson, actor=actor, article=article)


def _use(ticket: Ticket, article: Article, how: str, actor: Actor) -> ArticleUse:
    found, is_new = ArticleUse.objects.get_or_create(
        ticket=ticket, article=article,
        defaults={
            "how": how, "level": ticket.level, "used_at": clock.now(),
            "person_id": actor.id if actor.kind == "person" else None,
        },
    )  # fmt: skip
    if not is_new and found.how == ArticleUse.How.USED and how == ArticleUse.How.USED:
        raise WrongState(_("It stands with this case already."), code="already_used")
    publish(events.ArticleUsed(subject_id=article.pk, ticket_id=ticket.pk, how=how, level=ticket.level), actor=actor)
    return found
