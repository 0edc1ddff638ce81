"""Who may read, write and publish articles."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge.models import Article, Edition, GlossaryEntry, PublicPages
from dreiklang.organizations.policy import is_internal


def visible_to(actor: Actor) -> QuerySet[Edition]:
    """Published editions an actor may read.

    Everybody: the public ones. Persons of a customer: those for it. The provider's desk: the internal ones, every
    customer's, and those of the levels one works on or below; who sees or sets up everything, every level's.
    """
    return Edition.objects.filter(_readable(actor), is_published=True)


def is_open_to_all() -> bool:
    """Whether control has opened the public pages."""
    return PublicPages.objects.filter(is_on=True).exists()


def open_to_all() -> QuerySet[Edition]:
    """What those read who have not signed in: public editions, if control has opened the public pages."""
    if not is_open_to_all():
        return Edition.objects.none()
    return Edition.objects.filter(audience=Edition.Audience.PUBLIC, is_published=True)


def in_work_for(actor: Actor) -> QuerySet[Edition]:
    """Editions in any state, for those who write them: the provider's desk, within what they may read."""
    return Edition.objects.filter(_readable(actor)) if may_write(actor) else Edition.objects.none()


def _readable(actor: Actor) -> Q:
    if actor.is_system or actor.has("tickets.see_all") or actor.has("control.use"):
        return Q()
    readable = Q(audience=Edition.Audience.PUBLIC)
    if is_internal(actor):
        highest = max(actor.levels, default=0)
        readable |= Q(audience=Edition.Audience.INTERNAL) | Q(audience=Edition.Audience.CUSTOMER)
        readable |= Q(audience=Edition.Audience.LEVEL, level__lte=highest)
    elif actor.organizations:
        readable |= Q(audience=Edition.Audience.CUSTOMER, customer_id__in=actor.organizations)
    return readable


def may_write(actor: Actor) -> bool:
    """Write drafts and submit them: everybody at the provider's desk."""
    return is_internal(actor)


def may_work_on(actor: Actor, edition: Edition) -> bool:
    """Change this edition, as a writer or a reviewer: who writes at all, within what they may read."""
    return in_work_for(actor).filter(pk=edition.pk).exists()


def may_look_after(actor: Actor, article: Article) -> bool:
    """Change what an article is: who may work on one of its editions."""
    return in_work_for(actor).filter(article=article).exists()


def may_review(actor: Actor) -> bool:
    """Publish, send back, withdraw: leads, service managers, administrators."""
    return actor.has("teams.lead") or actor.has("tickets.see_all") or actor.has("control.use")


def may_open_to_all(actor: Actor) -> bool:
    """Show public articles to those who have not signed in: administrators."""
    return actor.has("control.use")


def may_import(actor: Actor) -> bool:
    """Read a whole file of articles: administrators."""
    return actor.has("control.use")


def glossary_for(actor: Actor) -> QuerySet[GlossaryEntry]:
    """Words that an actor searches by: those of the desk, and a customer's own for its persons and the desk (P28)."""
    if actor.is_system or actor.has("tickets.see_all") or actor.has("control.use") or is_internal(actor):
        return GlossaryEntry.objects.all()
    return GlossaryEntry.objects.filter(Q(customer=None) | Q(customer_id__in=actor.organizations))
