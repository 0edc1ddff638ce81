"""Tags: words on tickets that everybody inside chooses freely; tidied up in control."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets import policy
from dreiklang.tickets.commands.finding import remember_words
from dreiklang.tickets.commands.holding import acts_at, author_id, held, written
from dreiklang.tickets.events.together import TagChanged, TicketTagged, TicketUntagged
from dreiklang.tickets.models import Tag, Ticket, TicketTag
from dreiklang.tickets.rules.tags import MOST, tag_key, tag_name


@command
def tag(ticket: Ticket, *, actor: Actor, name: str) -> TicketTag:
    """Put a tag on a ticket, making it if nobody has used it yet. Raises Invalid for no word, or one that is there."""
    ticket = held(ticket, actor=actor)
    require(policy.may_work(actor, ticket))
    found = _tag_of(name)
    if ticket.tagged.count() >= MOST:
        raise Invalid({"name": [_("A ticket bears at most %(most)s tags.") % {"most": MOST}]})
    placed, is_new = TicketTag.objects.get_or_create(
        ticket=ticket, tag=found, defaults={"author_id": author_id(actor), "tagged_at": clock.now()}
    )
    if not is_new:
        raise Invalid({"name": [_("The ticket bears this tag already.")]}, code="already_tagged")
    written(ticket)
    remember_words(ticket, inside=[found.name])
    publish(TicketTagged(subject_id=ticket.pk, tag_id=found.pk, name=found.name, **acts_at(actor, ticket)), actor=actor)
    return placed


def _tag_of(name: str) -> Tag:
    clean = tag_name(name)
    if not clean:
        raise Invalid({"name": [_("A tag needs a word.")]})
    return Tag.objects.get_or_create(folded=tag_key(clean), defaults={"name": clean, "made_at": clock.now()})[0]


@command
def untag(ticket: Ticket, *, actor: Actor, name: str) -> Ticket:
    """Take a tag off a ticket. Raises NotFound if it does not bear it."""
    ticket = held(ticket, actor=actor)
    require(policy.may_work(actor, ticket))
    placed = TicketTag.objects.select_related("tag").filter(ticket=ticket, tag__folded=tag_key(name)).first()
    if placed is None:
        raise NotFound(_("The ticket does not bear this tag."))
    gone = TicketUntagged(subject_id=ticket.pk, tag_id=placed.tag_id, name=placed.tag.name, **acts_at(actor, ticket))
    placed.delete()
    written(ticket)
    publish(gone, actor=actor)
    return ticket


@command
def rename_tag(kept: Tag, *, actor: Actor, name: str) -> Tag:
    """Write a tag differently, on all tickets at once. Raises Invalid if another tag is called so: merge them."""
    require(actor.has("control.use"))
    clean = tag_name(name)
    if not clean:
        raise Invalid({"name": [_("A tag needs a word.")]})
    if Tag.objects.filter(folded=tag_key(clean)).exclude(pk=kept.pk).exists():
        raise Invalid({"name": [_("Another tag is called so; merge the two instead.")]}, code="name_taken")
    former, kept.name, kept.folded = kept.name, clean, tag_key(clean)
    kept.save(update_fields=["name", "folded"])
    publish(TagChanged(subject_id=kept.pk, what="renamed", former=former, name=clean), actor=actor)
    return kept


@command
def merge_tags(gone: Tag, *, actor: Actor, into: Tag) -> Tag:
    """Make two tags one: every ticket of the first bears the second. Raises Invalid for a tag with itself."""
    require(actor.has("control.use"))
    if gone.pk == into.pk:
        raise Invalid({"into": [_("A tag cannot be merged with itself.")]})
    bearing = TicketTag.objects.filter(tag=gone)
    count = bearing.count()
    bearing.exclude(ticket__in=TicketTag.objects.filter(tag=into).values("ticket")).update(tag=into)
    happened = TagChanged(
        subject_id=gone.pk, what="merged", into_id=into.pk, tickets=count, former=gone.name, name=into.name
    )
    gone.delete()
    publish(happened, actor=actor)
    return into


@command
def delete_tag(gone: Tag, *, actor: Actor) -> None:
    """Take a tag off every ticket and forget it."""
    require(actor.has("control.use"))
    happened = TagChanged(subject_id=gone.pk, what="deleted", tickets=gone.tagged.count(), former=gone.name)
    gone.delete()
    publish(happened, actor=actor)
