"""What is tied to a ticket, as far as an actor may know of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from dreiklang.kernel.permissions import Actor, system
from dreiklang.kernel.questions import Question
from dreiklang.organizations.models import Person
from dreiklang.teams.queries import actor_for
from dreiklang.tickets import policy
from dreiklang.tickets.models import Follower, Tag, Ticket, TicketLink
from dreiklang.tickets.rules.tags import tag_key

OFFERED = 8
EVERYTHING = system("followers")


@dataclass(frozen=True)
class Tie:
    """A link seen from one of its tickets: to which other, of which kind, read in which direction."""

    link: TicketLink
    other: Ticket
    is_origin: bool


def ties_of(ticket: Ticket, *, actor: Actor) -> list[Tie]:
    """The links of a ticket to others that the actor works inside of; in two queries."""
    links = list(TicketLink.objects.filter(Q(origin=ticket) | Q(target=ticket)).order_by("kind", "id"))
    keys = [link.target_id if link.origin_id == ticket.pk else link.origin_id for link in links]
    seen = {t.pk: t for t in inside_of(actor).filter(pk__in=keys).select_related("requester")} if keys else {}
    return [
        Tie(link, seen[key], link.origin_id == ticket.pk) for link, key in zip(links, keys, strict=True) if key in seen
    ]


def inside_of(actor: Actor) -> QuerySet[Ticket]:
    """The tickets an actor sees from inside: what may be named to them beside a ticket."""
    return policy.seen_inside_by(actor)


_borne_by = Question(lambda ticket: Tag.objects.filter(tagged__ticket=ticket).order_by("folded"))


def tags_of(ticket: Ticket) -> list[Tag]:
    """The tags a ticket bears, by name. For those who see it from inside."""
    return _borne_by(ticket.pk)


def tags_offered(words: str, *, actor: Actor, limit: int = OFFERED) -> list[Tag]:
    """Tags that begin with some letters (then those that hold them), the most used first.

    Counted over the tickets the actor sees, and only tags borne by one of them: what others use changes nothing (P28).
    """
    key = tag_key(words)
    used = Count("tagged", filter=Q(tagged__ticket__in=inside_of(actor)))
    found = Tag.objects.annotate(used=used).filter(used__gt=0)
    first: list[Tag] = list(found.filter(folded__startswith=key).order_by("-used", "folded")[:limit])
    if len(first) < limit and key:
        others = found.filter(folded__contains=key).exclude(pk__in=[t.pk for t in first])
        first += others.order_by("-used", "folded")[: limit - len(first)]
    return first


def followers_of(ticket: Ticket) -> QuerySet[Person]:
    """Who follows a ticket, or one that was merged into it, by name."""
    keys = [t.pk for t in policy.gathered(EVERYTHING, ticket)]
    following = Follower.objects.filter(ticket__in=keys).values("person_id")
    return Person.objects.filter(pk__in=following).order_by("sort_key", "id")


def followers_who_see(ticket: Ticket) -> list[tuple[Person, Actor]]:
    """Those who follow a ticket and may see it from inside at this moment, with their rights of this moment (P29)."""
    found = []
    for person in followers_of(ticket).select_related("account"):
        if person.account is None or not person.account.is_active or not person.is_active:
            continue
        as_actor = actor_for(person.account)
        if policy.works_inside(as_actor, ticket):
            found.append((person, as_actor))
    return found
