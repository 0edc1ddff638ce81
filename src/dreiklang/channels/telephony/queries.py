"""Reads of the telephone door."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import StrIndex

from dreiklang.channels.telephony import policy, rules
from dreiklang.channels.telephony.models import Call, Extension, Script, System, Transfer
from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.lifecycle import SETTLED
from dreiklang.kernel.permissions import Actor
from dreiklang.organizations import policy as organizations
from dreiklang.organizations.models import Address, Organization, Person
from dreiklang.tickets import policy as tickets
from dreiklang.tickets.models import Category, Ticket

#: Calls on one page of the list.
SHOWN = 50
#: A call that rings for so long has lost its news of the end.
STILL_RINGING = timedelta(minutes=10)
STILL_TALKING = timedelta(hours=6)
#: People offered where a number belongs to many.
OFFERED = 12


def system_by_key(key: str) -> System | None:
    """The active system of an address."""
    return System.objects.filter(key=key, is_active=True).first()


def systems() -> QuerySet[System]:
    """All systems, with the number of their extensions."""
    return System.objects.select_related("team").annotate(places=Count("extensions")).order_by("name")


def folded(value: str, system: System) -> str:
    """One spelling for an extension: a number as E.164, a name in lower case."""
    return rules.understood(value, region=system.region, area=system.area_code).key.lower()


def places_of(system: System) -> set[str]:
    """The extensions of a system that the desk knows, in one spelling, and as they were written."""
    rows = system.extensions.values_list("folded", "value")
    return {name for folded_one, value in rows for name in (folded_one, value.lower())}


def live_refs(system: System) -> set[str]:
    """The system's own names of the calls that run, as far as the desk knows."""
    found = Call.objects.filter(system=system, stage__in=[rules.RINGING, rules.TALKING])
    return {ref for ref in found.values_list("ref", flat=True) if ref}


def listened_to() -> QuerySet[System]:
    """The systems the desk listens to itself."""
    return System.objects.filter(kind=System.Kind.ASTERISK, is_active=True)


def people_at(system: System, values: Iterable[str]) -> list[int]:
    """Who sits at some extensions, as the system writes them."""
    written = [value.lower()[:60] for value in values]
    keys = {*written, *(folded(value, system) for value in values)} - {""}
    found = Extension.objects.filter(system=system, folded__in=keys, person__is_active=True)
    return sorted(set(found.values_list("person_id", flat=True)))


def on_screen(actor: Actor) -> list[Call]:
    """What stands on an actor's screen now: what rings there, what they talk on or have still to write up."""
    if not policy.may_talk(actor):
        return []
    now = clock.now()
    rings = Q(stage=rules.RINGING, rings_at__contains=[actor.person_id], begun_at__gt=now - STILL_RINGING)
    own = Q(agent_id=actor.id, wrapped_at=None) & ~Q(stage=rules.MISSED)
    found = Call.objects.filter((rings & Q(agent=None)) | own).select_related(
        "caller__organization", "ticket", "system"
    )
    return list(found.order_by("-begun_at", "-id")[:6])


def offered_to(actor: Actor) -> list[Transfer]:
    """Running calls that wait for the actor or the actor's team to take them."""
    if not policy.may_talk(actor):
        return []
    found = Transfer.objects.filter(state=Transfer.State.OFFERED, to_team__in=actor.teams).exclude(author_id=actor.id)
    found = found.filter(Q(to_person=None) | Q(to_person_id=actor.id))
    return list(
        found.select_related("call__caller__organization", "call__ticket", "author", "to_team").order_by("id")[:6]
    )


def call_of(call_id: int, *, actor: Actor) -> Call:
    """A call the actor may know of, with what its card shows. Raises NotFound."""
    shown = policy.visible_to(actor).select_related("caller__organization", "agent", "ticket", "category", "system")
    found = shown.filter(pk=call_id).first()
    if found is None:
        raise NotFound(code="no_call")
    return found


def history(actor: Actor, *, before: tuple[datetime, int] | None = None, only: str = "") -> list[Call]:
    """Calls, newest first, one more than a page. ``only``: *missed*, *open* (cards not yet done) or *mine*."""
    found = policy.visible_to(actor).select_related("caller__organization", "agent", "ticket")
    if only == "missed":
        found = found.filter(stage=rules.MISSED)
    elif only == "open":
        found = found.filter(wrapped_at=None, stage__in=[rules.TALKING, rules.ENDED])
    elif only == "mine":
        found = found.filter(agent_id=actor.id)
    if before is not None:
        moment, key = before
        found = found.filter(Q(begun_at__lt=moment) | Q(begun_at=moment, id__lt=key))
    return list(found.order_by("-begun_at", "-id")[: SHOWN + 1])


def callers_of(call: Call, *, actor: Actor) -> list[Person]:
    """Who may be calling: those with this very number, else those of an organisation with this trunk.

    Several people share one number; nobody is chosen for them. A number from nowhere offers nobody.
    """
    if not call.number:
        return []
    seen = organizations.persons_visible_to(actor).select_related("organization", "site").filter(is_active=True)
    exact = list(seen.filter(pk__in=_with_number(call.number)).order_by("sort_key", "id")[:OFFERED])
    if exact:
        return exact
    homes = trunks_of(call.number)
    return list(seen.filter(organization__in=homes).order_by("sort_key", "id")[:OFFERED]) if homes else []


def _with_number(number: str) -> list[int]:
    """Ids of the active persons with a number, however it was written. The last digits only narrow the look."""
    wanted = {address.person_id for address in _like(number) if rules.understood(address.value).key == number}
    return sorted(wanted)


def _like(number: str) -> QuerySet[Address]:
    tail = number[-6:].lstrip("+")
    found = Address.objects.filter(kind=Address.Kind.PHONE, person__is_active=True)
    return found.filter(folded__endswith=tail) if number.startswith("+") else found.filter(folded=number)


class LastDigits(Func):
    """The last six digits of a written number without zeros at their end, in the database."""

    template = r"rtrim(right(regexp_replace(%(expressions)s, '\D', '', 'g'), 6), '0')"
    output_field = TextField()


def trunks_of(number: str) -> list[int]:
    """Organisations whose main number this one begins with: ``+49 7071 1234-0`` has all of ``+49 7071 1234…``."""
    if not number.startswith("+"):
        return []
    # the last digits only narrow the look; which numbers are one is told in Python
    last = LastDigits("phone")
    homes = Organization.objects.filter(is_active=True).exclude(phone="").annotate(last=last).exclude(last="")
    near = homes.annotate(place=StrIndex(Value(number), F("last"))).filter(place__gt=0)
    found = []
    for key, phone in near.values_list("pk", "phone"):
        trunk = rules.understood(phone).key
        trunk = trunk[:-1] if trunk.endswith("0") else trunk
        if len(trunk) >= 8 and number.startswith(trunk):
            found.append(key)
    return found


def known_caller(number: str) -> Person | None:
    """The one person with this number; nobody if several have it, or none."""
    found = _with_number(number) if number else []
    return Person.objects.select_related("organization").get(pk=found[0]) if len(found) == 1 else None


def open_tickets_of(person: Person | None, *, actor: Actor) -> list[Ticket]:
    """What a caller has open, newest first, as far as the actor may see it."""
    if person is None:
        return []
    found = tickets.visible_to(actor).filter(requester=person).exclude(state_group=SETTLED)
    return list(found.select_related("team").order_by("-changed_at", "-id")[:8])


def script_for(category: Category | None) -> Script | None:
    """The script of a category, of the nearest above it, else the one for all."""
    above: list[int] = []
    while category is not None and category.pk not in above:
        above.append(category.pk)
        category = category.parent
    scripts = {one.category_id: one for one in Script.objects.filter(Q(category__in=above) | Q(category=None))}
    return next((scripts[key] for key in (*above, None) if key in scripts), None)


def missed_before(call: Call) -> Call | None:
    """An earlier call of the same number whose ticket of a missed call is still open; the newest. For the desk itself:
    whether a reader may know of that ticket is asked by whoever shows it."""
    if not call.number:
        return None
    found = Call.objects.filter(number=call.number, stage=rules.MISSED, ticket__isnull=False, system=call.system)
    found = found.exclude(ticket__state_group=SETTLED).exclude(pk=call.pk)
    return found.select_related("ticket").order_by("-id").first()
