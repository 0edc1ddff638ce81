"""Announced outages: read by whoever is told of them, announced and ended by the desk, joined by whoever is hit."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, Field

from dreiklang.api.doors import READING, caller, scope
from dreiklang.api.shapes import Asked, Page, PersonRef
from dreiklang.api.v1.tickets import person_for, ticket_for
from dreiklang.assets.policy import visible_to as services_visible_to
from dreiklang.communication import policy
from dreiklang.communication.commands import outages
from dreiklang.communication.models import AnnouncedOutage
from dreiklang.communication.queries import outages as queries
from dreiklang.kernel.errors import Invalid, NotAllowed
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations.models import Organization, Person
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.policy import visible_to as tickets_visible_to

router = Router(tags=["outages"])
ANNOUNCING = ("tickets.work", "tickets.see_all", "control.use")
MOST = 100
Number = Annotated[int, Field(ge=1, lt=2**53)]
Titles = dict[Literal["de", "en"], Annotated[str, Field(max_length=outages.LONGEST_TITLE)]]
Texts = dict[Literal["de", "en"], Annotated[str, Field(max_length=outages.LONGEST_TEXT)]]


class AnnouncedOutageOut(Schema):
    """An outage as the caller is told of it. The desk reads besides to whom it is told, its ticket and how many are
    hit; for others these are null. ``services``: ids, as far as the caller may know them."""

    id: int
    version: int
    kind: str
    standing: str
    titles: dict[str, str]
    texts: dict[str, str]
    services: list[int]
    from_at: datetime
    until_at: datetime | None
    ended_at: datetime | None
    is_joined: bool
    audience: str | None
    customers: list[int] | None
    ticket: int | None
    by_mail: bool | None
    hit: int | None


class OutageIn(Asked):
    """An outage as it shall be. ``ticket``: a number; ``version``: of the one that was read, 409 if it was changed."""

    kind: Literal["disruption", "planned"]
    titles: Titles
    texts: Texts = {}
    audience: Literal["inside", "customers", "everybody"] = "inside"
    customers: Annotated[list[Number], Field(max_length=outages.MOST)] = []
    services: Annotated[list[Number], Field(max_length=outages.MOST)] = []
    ticket: Number | None = None
    by_mail: bool = False
    from_at: AwareDatetime
    until_at: AwareDatetime | None = None
    version: int | None = None


class JoiningIn(Asked):
    """Who is hit: oneself if left out; the desk may name another. ``words``: what they say of it."""

    person_id: Number | None = None
    words: Annotated[str, Field(max_length=outages.LONGEST_WORDS)] = ""


class AlsoAffectedOut(Schema):
    """Somebody who is hit as well."""

    person: PersonRef
    words: str
    since_at: datetime


@router.get("/outages", response=Page[AnnouncedOutageOut], summary="What is out of order or planned")
@scope(*READING)
def list_outages(request: HttpRequest, ended: bool = False) -> dict[str, Any]:
    """Those the caller is told of: running and coming ones, or the last hundred that are over."""
    actor = caller(request)
    return {"items": _shown(list(queries.listed(actor, ended=ended)[:MOST]), actor), "next": None}


@router.post("/outages", response={201: AnnouncedOutageOut}, summary="Announce an outage")
@scope(*ANNOUNCING)
def announce_outage(request: HttpRequest, asked: OutageIn) -> Status[AnnouncedOutageOut]:
    """For ``customers`` without one named, those are told that use one of the services."""
    return Status(201, _kept(None, request, asked))


@router.get("/outages/{int:outage_id}", response=AnnouncedOutageOut, summary="An outage")
@scope(*READING)
def read_outage(request: HttpRequest, outage_id: int) -> AnnouncedOutageOut:
    """404 also for one that the caller is not told of."""
    actor = caller(request)
    return _one(queries.outage(outage_id, actor=actor), actor)


@router.put("/outages/{int:outage_id}", response=AnnouncedOutageOut, summary="Change what is said of an outage")
@scope(*ANNOUNCING)
def change_outage(request: HttpRequest, outage_id: int, asked: OutageIn) -> AnnouncedOutageOut:
    """All of it as it shall be."""
    return _kept(queries.outage(outage_id, actor=caller(request)), request, asked)


@router.post("/outages/{int:outage_id}/end", response=AnnouncedOutageOut, summary="Say that an outage is over")
@scope(*ANNOUNCING)
def end_outage(request: HttpRequest, outage_id: int) -> AnnouncedOutageOut:
    """One that has not begun is called off by it. 409 if it is over already."""
    actor = caller(request)
    return _one(outages.end_outage(queries.outage(outage_id, actor=actor), actor=actor), actor)


@router.delete(
    "/outages/{int:outage_id}/end", response=AnnouncedOutageOut, summary="Say that an outage goes on after all"
)
@scope(*ANNOUNCING)
def go_on(request: HttpRequest, outage_id: int) -> AnnouncedOutageOut:
    """409 if nobody ended it."""
    actor = caller(request)
    return _one(outages.go_on(queries.outage(outage_id, actor=actor), actor=actor), actor)


@router.get(
    "/outages/{int:outage_id}/joining", response=Page[AlsoAffectedOut], summary="Who is hit by an outage as well"
)
@scope(*ANNOUNCING)
def list_hit(request: HttpRequest, outage_id: int) -> dict[str, Any]:
    """The first 200, in the order in which they said so."""
    actor = caller(request)
    if not policy.may_announce(actor):
        raise NotAllowed
    found = queries.hit_by(queries.outage(outage_id, actor=actor))[: outages.MOST]
    return {"items": [AlsoAffectedOut(person=PersonRef(id=one.person.pk, name=one.person.name), words=one.words,
                             since_at=one.since_at) for one in found], "next": None}  # fmt: skip


@router.post(
    "/outages/{int:outage_id}/joining", response=AnnouncedOutageOut, summary="Say that somebody is hit as well"
)
@scope(*READING)
def join_outage(request: HttpRequest, outage_id: int, asked: JoiningIn) -> AnnouncedOutageOut:
    """Once, however often it is said; no ticket is opened. 409 if it does not run."""
    actor = caller(request)
    outage = queries.outage(outage_id, actor=actor)
    outages.join_outage(outage, actor=actor, person=_person(actor, asked.person_id), words=asked.words)
    return _one(outage, actor)


@router.delete("/outages/{int:outage_id}/joining", response={204: None}, summary="Say that somebody is not hit")
@scope(*READING)
def leave_outage(
    request: HttpRequest, outage_id: int, person_id: Annotated[int | None, Field(ge=1, lt=2**53)] = None
) -> Status[None]:
    """Oneself, or for the desk the person that is named."""
    actor = caller(request)
    outages.leave_outage(queries.outage(outage_id, actor=actor), actor=actor, person=_person(actor, person_id))
    return Status(204, None)


def _person(actor: Actor, person_id: int | None) -> Person:
    return Person.objects.get(pk=actor.person_id) if person_id is None else person_for(actor, person_id)


def _kept(outage: AnnouncedOutage | None, request: HttpRequest, asked: OutageIn) -> AnnouncedOutageOut:
    actor = caller(request)
    services = list(services_visible_to(actor).filter(pk__in=asked.services))
    customers = list(Organization.objects.filter(pk__in=asked.customers))
    for name, found, wanted in (("services", services, asked.services), ("customers", customers, asked.customers)):
        if len(found) != len(set(wanted)):
            raise Invalid({name: ["One of these does not exist."]})
    kept = outages.keep_outage(
        outage,
        actor=actor,
        kind=asked.kind,
        titles={str(language): said for language, said in asked.titles.items()},
        texts={str(language): said for language, said in asked.texts.items()},
        audience=asked.audience,
        customers=customers,
        services=services,
        ticket=_ticket(request, asked.ticket),
        from_at=asked.from_at,
        until_at=asked.until_at,
        by_mail=asked.by_mail,
        version=asked.version,
    )
    return _one(kept, actor)


def _ticket(request: HttpRequest, number: int | None) -> Ticket | None:
    return ticket_for(request, number)[0] if number is not None else None


def _one(outage: AnnouncedOutage, actor: Actor) -> AnnouncedOutageOut:
    return _shown(list(queries.listed_among(actor, [outage.pk])), actor)[0]


def _shown(found: list[AnnouncedOutage], actor: Actor) -> list[AnnouncedOutageOut]:
    inside = policy.may_announce(actor)
    joined = queries.joined_by(actor.id, found) if actor.kind == "person" and actor.id else set()
    named = {service.pk for one in found for service in one.services.all()}
    seen = set(services_visible_to(actor).filter(pk__in=named).values_list("pk", flat=True))
    keys = [one.ticket_id for one in found if one.ticket_id] if inside else []
    numbers = dict(tickets_visible_to(actor).filter(pk__in=keys).values_list("pk", "number")) if keys else {}
    return [
        AnnouncedOutageOut(
            id=one.pk,
            version=one.version,
            kind=one.kind,
            standing=one.standing.value,
            titles=one.titles,
            texts=one.texts,
            services=[service.pk for service in one.services.all() if service.pk in seen],
            from_at=one.from_at,
            until_at=one.until_at,
            ended_at=one.ended_at,
            is_joined=one.pk in joined,
            audience=one.audience if inside else None,
            customers=[customer.pk for customer in one.customers.all()] if inside else None,
            ticket=numbers.get(one.ticket_id or 0) if inside else None,
            by_mail=one.by_mail if inside else None,
            hit=one.hit if inside else None,  # type: ignore[attr-defined]
        )
        for one in found
    ]
