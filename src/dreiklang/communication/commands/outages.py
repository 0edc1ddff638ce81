"""Announcing an outage, changing what is said of it, ending it; and whoever says: I am hit as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from dreiklang.assets.models import ConfigurationItem
from dreiklang.assets.policy import visible_to as services_visible_to
from dreiklang.communication import events, policy
from dreiklang.communication.models import AlsoAffected, AnnouncedOutage
from dreiklang.communication.queries.outages import MOST_MAILED, customers_of, reach_of
from dreiklang.communication.rules.outages import Standing
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid, NotFound, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Organization, Person
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Ticket

LONGEST_TITLE, LONGEST_TEXT, LONGEST_WORDS, MOST = 150, 4_000, 4_000, 200


@command
def keep_outage(
    outage: AnnouncedOutage | None,
    *,
    actor: Actor,
    kind: str,
    titles: Mapping[str, str],
    from_at: datetime,
    texts: Mapping[str, str] | None = None,
    audience: str = "inside",
    until_at: datetime | None = None,
    customers: Sequence[Organization] = (),
    services: Sequence[ConfigurationItem] = (),
    ticket: Ticket | None = None,
    by_mail: bool = False,
    version: int | None = None,
) -> AnnouncedOutage:
    """Announce an outage, or change what is announced. ``titles`` and ``texts``: language → words.

    For chosen customers without one chosen, those are told that use the services. ``by_mail``: its beginning and end
    also go by mail to everybody it is told to, and into the news of colleagues. Raises Invalid by field, Conflict
    if somebody changed it since ``version``, WrongState for one that is over.
    """
    require(policy.may_announce(actor))
    told = list(customers) if customers or audience != "customers" else customers_of(services)
    _check(kind, titles, texts or {}, audience, from_at, until_at, told)
    _check_ties(actor, told, services)
    if ticket is not None and (outage is None or outage.ticket_id != ticket.pk) and not tickets.may_see(actor, ticket):
        raise Invalid({"ticket": [_("There is no such ticket.")]})
    if by_mail and reach_of(audience, told).persons > MOST_MAILED:
        raise Invalid({"by_mail": [_("At most %(most)s persons are written to.") % {"most": MOST_MAILED}]})
    is_new = outage is None
    if outage is None:
        outage = AnnouncedOutage(author_id=actor.id if actor.kind == "person" else None, made_at=clock.now(), version=0)
    else:
        outage = _held(outage, version)
    outage.kind, outage.audience, outage.from_at, outage.until_at = kind, audience, from_at, until_at
    outage.titles, outage.texts, outage.ticket = _said(titles), _said(texts or {}), ticket
    mails, outage.by_mail = by_mail and not outage.by_mail, by_mail
    outage.version += 1
    outage.save()
    outage.customers.set(told if audience == "customers" else [])
    outage.services.set(services)
    event = events.OutageAnnounced if is_new else events.OutageChanged
    publish(event(subject_id=outage.pk, named=outage.title_in(actor.language), mails=mails), actor=actor)
    return outage


@command
def end_outage(outage: AnnouncedOutage, *, actor: Actor, version: int | None = None) -> AnnouncedOutage:
    """It is over, or, if it has not begun, it is called off. Raises WrongState if it is over already."""
    require(policy.may_announce(actor))
    outage = _held(outage, version)
    outage.ended_at = clock.now()
    return _written(outage, events.OutageEnded, actor, mails=outage.by_mail)


@command
def go_on(outage: AnnouncedOutage, *, actor: Actor) -> AnnouncedOutage:
    """The way back: it is not over. Raises WrongState if nobody ended it."""
    require(policy.may_announce(actor))
    outage = AnnouncedOutage.objects.select_for_update().get(pk=outage.pk)
    if outage.ended_at is None:
        raise WrongState(_("Nobody has ended this outage."), code="not_ended")
    outage.ended_at = None
    return _written(outage, events.OutageGoesOn, actor)


@command
def join_outage(outage: AnnouncedOutage, *, actor: Actor, person: Person, words: str = "") -> AlsoAffected:
    """Somebody is hit as well: they need not report it and hear of its end. Once, however often it is said.

    ``words``: what they had typed by then, for the desk. Raises WrongState if it does not run.
    """
    require(policy.may_join(actor, person))
    outage = AnnouncedOutage.objects.select_for_update().get(pk=outage.pk)
    if not policy.visible_to(actor).filter(pk=outage.pk).exists():
        raise NotFound(code="no_outage")
    if outage.standing != Standing.RUNNING:
        raise WrongState(_("This outage is not running now. Please write to us if something does not work."))
    joined, _is_new = AlsoAffected.objects.get_or_create(
        outage=outage, person=person, defaults={"since_at": clock.now()}
    )
    if words.strip():
        joined.words = words.strip()[:LONGEST_WORDS]
        joined.save(update_fields=["words"])
    _tell_of_person(events.OutageJoined, outage, person, actor)
    return joined


@command
def leave_outage(outage: AnnouncedOutage, *, actor: Actor, person: Person) -> None:
    """Somebody is not hit after all."""
    require(policy.may_join(actor, person))
    AlsoAffected.objects.filter(outage=outage, person=person).delete()
    _tell_of_person(events.OutageLeft, outage, person, actor)


def _tell_of_person(
    event: type[events.OutageJoined | events.OutageLeft], outage: AnnouncedOutage, person: Person, actor: Actor
) -> None:
    publish(event(subject_id=outage.pk, named=outage.title_in(actor.language), person_id=person.pk), actor=actor)


def _held(outage: AnnouncedOutage, version: int | None) -> AnnouncedOutage:
    outage = AnnouncedOutage.objects.select_for_update().get(pk=outage.pk)
    if version is not None and outage.version != version:
        raise Conflict(_("Somebody else changed this in the meantime."), current=outage.version)
    if outage.ended_at is not None:
        raise WrongState(_("This outage is over. Let it go on first, if it is not."), code="ended")
    return outage


def _written(outage: AnnouncedOutage, event: type[events.OutageEvent], actor: Actor, **said: bool) -> AnnouncedOutage:
    outage.version += 1
    outage.save(update_fields=["ended_at", "version"])
    publish(event(subject_id=outage.pk, named=outage.title_in(actor.language), **said), actor=actor)
    return outage


def _said(words: Mapping[str, str]) -> dict[str, str]:
    return {language: said.strip() for language, said in words.items() if said.strip()}


def _check(
    kind: str,
    titles: Mapping[str, str],
    texts: Mapping[str, str],
    audience: str,
    from_at: datetime,
    until_at: datetime | None,
    told: Sequence[Organization],
) -> None:
    problems: dict[str, list[str]] = {}
    if kind not in AnnouncedOutage.Kind.values:
        problems["kind"] = [_("Planned work, or a disruption?")]
    if audience not in AnnouncedOutage.Audience.values:
        problems["audience"] = [_("Who is to be told?")]
    elif audience == AnnouncedOutage.Audience.CUSTOMERS and not told:
        problems["customers"] = [_("Please choose a customer, or a service that customers use.")]
    if kind == AnnouncedOutage.Kind.PLANNED and until_at is None:
        problems["until_at"] = [_("Planned work has an end. Until when will it take?")]
    if until_at is not None and until_at <= from_at:
        problems["until_at"] = [_("The end lies before the beginning.")]
    problems |= _wrong_words(titles, texts)
    if problems:
        raise Invalid(problems)


def _wrong_words(titles: Mapping[str, str], texts: Mapping[str, str]) -> dict[str, list[str]]:
    offered = dict(settings.LANGUAGES)
    if not _said(titles):
        return {"title": [_("Please say in one language at least what is out of order.")]}
    problems: dict[str, list[str]] = {}
    for field, words, longest in (("title", titles, LONGEST_TITLE), ("text", texts, LONGEST_TEXT)):
        for language, said in words.items():
            name = f"{field}_{language}"
            if language not in offered:
                problems[field] = [_("This language is not offered.")]
            elif len(said.strip()) > longest:
                problems[name] = [_("At most %(most)s characters.") % {"most": longest}]
            elif "\x00" in said:
                problems[name] = [_("The text holds characters that cannot be kept.")]
            elif field == "text" and said.strip() and not titles.get(language, "").strip():
                problems[f"title_{language}"] = [_("A text needs a title in its language.")]
    return problems


def _check_ties(actor: Actor, customers: Sequence[Organization], services: Sequence[ConfigurationItem]) -> None:
    """Only what the actor knows, and no more than a person can oversee."""
    if len(customers) > MOST or len(services) > MOST:
        raise Invalid({"services": [_("At most %(most)s at once.") % {"most": MOST}]})
    if any(one.kind != Organization.Kind.CUSTOMER for one in customers):
        raise Invalid({"customers": [_("Only customers can be chosen here.")]})
    known = services_visible_to(actor).filter(pk__in=[service.pk for service in services]).count()
    if known != len({service.pk for service in services}):
        raise Invalid({"services": [_("This service is not offered any more. Please choose another, or none.")]})
