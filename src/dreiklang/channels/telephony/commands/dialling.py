"""Click to call: the system rings the agent's own telephone first, then the other side."""

from __future__ import annotations

import base64
import json
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dreiklang.channels.telephony import policy, rules
from dreiklang.channels.telephony.asterisk import originate
from dreiklang.channels.telephony.events import CallBegun, CallTold
from dreiklang.channels.telephony.models import Call, Extension, System
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, Unavailable
from dreiklang.kernel.journal import publish
from dreiklang.kernel.outgoing.asking import ask
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Person

SIPGATE = "https://api.sipgate.com/v2/sessions/calls"
PLACETEL = "https://api.placetel.de/v2/calls"
PATIENCE = 5.0


def place_of(actor: Actor) -> Extension | None:
    """Where the actor's own telephone is, in a system that dials; None if there is none."""
    if not policy.may_talk(actor):
        return None
    found = Extension.objects.filter(person_id=actor.person_id, system__dials=True, system__is_active=True)
    return found.select_related("system").order_by("pk").first()


def dial(written: str, *, actor: Actor, person: Person | None = None) -> Call:
    """Let the actor's system call a number; the card of the call, which is there before anybody answers.

    The system is asked outside every transaction. Raises Invalid for no number or no telephone of one's own,
    Unavailable with a plain sentence if the system refuses or is silent: then no card is left.
    """
    require(policy.may_talk(actor))
    place = place_of(actor)
    if place is None:
        raise Invalid({"number": [_("The desk does not know your telephone. An administrator enters it.")]})
    number = rules.understood(written, region=place.system.region, area=place.system.area_code)
    if not number.key or not any(c.isdigit() for c in number.key):
        raise Invalid({"number": [_("“%(number)s” is not a phone number.") % {"number": written[:60]}]})
    ref = _asked(place, number.key)
    return _begun(place.system, number, ref, actor=actor, person=person)


@command
def _begun(system: System, number: rules.Number, ref: str, *, actor: Actor, person: Person | None) -> Call:
    """The card of a call that the system was asked for; news that name it by ``ref`` find it.

    Where they were here before, the call is there already: it only learns whose it is and whom it is for.
    """
    call = Call(
        system=system if ref else None, ref=ref or None, is_outgoing=True, agent_id=actor.person_id, caller=person,
        stage=rules.RINGING if ref else rules.TALKING, number=number.key, shown_number=number.shown,
        begun_at=clock.now(), answered_at=None if ref else clock.now(), rings_at=[actor.person_id],
    )  # fmt: skip
    try:
        with transaction.atomic():
            call.save()
    except IntegrityError:
        return _known(system, ref, actor=actor, person=person)
    publish(CallBegun(subject_id=call.pk, channel=call.channel, is_outgoing=True), actor=actor)
    return call


def _known(system: System, ref: str, *, actor: Actor, person: Person | None) -> Call:
    call = Call.objects.select_for_update(of=("self",)).select_related("caller").get(system=system, ref=ref)
    call.agent_id = call.agent_id or actor.person_id
    call.caller = person or call.caller
    call.rings_at = sorted({*call.rings_at, actor.person_id})
    call.save(update_fields=["agent", "caller", "rings_at"])
    publish(CallTold(subject_id=call.pk, event="dialled"), actor=actor)
    return call


def _asked(place: Extension, number: str) -> str:
    """Ask the system; its name for the call, empty if it tells none."""
    system = place.system
    if system.kind == System.Kind.ASTERISK:
        return originate(system, place.value, number)
    url, body, proof = _order(system, place.value, number)
    headers = {"Content-Type": "application/json", "Accept": "application/json", "Authorization": proof}
    reply = ask(url, method="POST", body=json.dumps(body).encode(), headers=headers, timeout=PATIENCE)
    if reply.status in (401, 403):
        raise Unavailable(_("The telephone system refuses the desk: its sign-in is wrong."), code="refused")
    if not 200 <= reply.status < 300:
        raise Unavailable(
            _("The telephone system could not call (answer %(n)d).") % {"n": reply.status}, code="refused"
        )
    try:
        told = reply.data()
    except Unavailable:
        return ""
    found = next((told[name] for name in ("sessionId", "callId", "call_id", "id") if told.get(name)), "")
    return str(found)[:200]


def _order(system: System, place: str, number: str) -> tuple[str, dict[str, Any], str]:
    """Address, body and proof as each kind of system wants them (their published REST descriptions)."""
    basic = base64.b64encode(f"{system.dial_user}:{system.dial_secret}".encode()).decode()
    if system.kind == System.Kind.SIPGATE:
        return system.dial_url or SIPGATE, {"caller": place, "callee": number}, f"Basic {basic}"
    if system.kind == System.Kind.PLACETEL:
        return system.dial_url or PLACETEL, {"sipuid": place, "target": number}, f"Bearer {system.dial_secret}"
    proof = f"Basic {basic}" if system.dial_user else f"Bearer {system.dial_secret}"
    return system.dial_url, {"from": place, "to": number}, proof
