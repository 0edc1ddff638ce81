"""Switching devices on and off, what one wants to hear there, and noting news for them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import gettext as _

from dreiklang.accounts.commands.preferences import set_preference
from dreiklang.accounts.models import Account
from dreiklang.channels.push import events, policy, queries, rules, sealing
from dreiklang.channels.push.models import Device, Keys, Push
from dreiklang.communication import rules as news
from dreiklang.kernel import clock, instance
from dreiklang.kernel.command import command, derived, personal
from dreiklang.kernel.errors import Invalid, Refusal, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.outgoing import checked_address
from dreiklang.kernel.permissions import Actor, require, system

LONGEST_ADDRESS = 1_000


def own_keys() -> Keys:
    """The desk's keys; made the first time they are asked for."""
    return Keys.objects.filter(pk=1).first() or make_keys(actor=system("push"))


@command
def make_keys(*, actor: Actor) -> Keys:
    """Make the desk's keys, once: a second pair would silence every device."""
    require(actor.is_system)
    private, public = sealing.make_pair()
    made = {"private": private, "public": public, "made_at": clock.now()}
    keys, _is_new = Keys.objects.get_or_create(pk=1, defaults=made)
    publish(events.PushKeysMade(subject_id=1), actor=actor)
    return keys


@command
def switch_on(
    account: Account, *, actor: Actor, endpoint: str, key: str, auth: str, name: str = "", session_key: str = ""
) -> Device:
    """Tell a browser of news from now on. One that was another account's is this one's now. Raises Invalid."""
    require(policy.may_keep_devices(actor, account))
    _checked(endpoint, key, auth)
    digest = hashlib.sha256(endpoint.encode()).digest()
    said = {
        "account": account, "generation": account.generation, "session_key": session_key[:40], "endpoint": endpoint,
        "key": key, "auth": auth, "name": name.strip()[:60], "made_at": clock.now(), "told_at": None,
        "ended_at": None, "ended_because": "",
    }  # fmt: skip
    device, is_new = Device.objects.update_or_create(digest=digest, defaults=said)
    if not is_new:
        device.pushes.all().delete()
    extra = policy.visible_to(actor).order_by("-made_at", "-pk")[rules.MOST_DEVICES :]
    Device.objects.filter(pk__in=[one.pk for one in extra]).delete()
    publish(events.DeviceSwitchedOn(subject_id=account.pk, device_id=device.pk), actor=actor)
    return device


def _checked(endpoint: str, key: str, auth: str) -> None:
    problem = Invalid({"": [_("The browser gave no address that can be pushed to. Please try again.")]})
    if not endpoint or len(endpoint) > LONGEST_ADDRESS or len(key) > 100 or len(auth) > 100:
        raise problem
    try:
        checked_address(endpoint)
        sealing.point_of(key)
        if len(sealing.raw_of(auth)) != 16:
            raise ValueError("not sixteen bytes")
    except (Refusal, ValueError) as wrong:
        raise problem from wrong


@command
def switch_off(device: Device, *, actor: Actor) -> None:
    """Tell a device no more, and forget it."""
    require(policy.may_keep_devices(actor, device.account))
    gone = events.DeviceSwitchedOff(subject_id=device.account_id, device_id=device.pk, why="owner")
    device.delete()
    publish(gone, actor=actor)


@command
def end_device(device: Device, *, actor: Actor, why: str) -> None:
    """Tell a device no more, but keep it in its owner's list with the reason."""
    require(actor.is_system)
    Device.objects.filter(pk=device.pk, ended_at=None).update(ended_at=clock.now(), ended_because=why)
    device.pushes.filter(state=Push.State.WAITING).update(state=Push.State.SKIPPED, problem=why)
    publish(events.DeviceSwitchedOff(subject_id=device.account_id, device_id=device.pk, why=why), actor=actor)


def end_devices_of_session(session_key: str) -> None:
    """Whoever signs out, or whose session is ended, is not told on that browser any more."""
    for device in Device.objects.filter(session_key=session_key, ended_at=None) if session_key else ():
        end_device(device, actor=system("push"), why="signed_out")


@personal
def follow_session(account: Account, *, former: str, key: str, actor: Actor) -> None:
    """The session goes on under another key, in a new life of the account: its device goes along."""
    require(policy.may_keep_devices(actor, account))
    own = Device.objects.filter(account=account, session_key=former, ended_at=None) if former else Device.objects.none()
    own.update(session_key=key, generation=account.generation)


@command
def try_device(device: Device, *, actor: Actor) -> Push:
    """Push a trial to one of the own devices; not more than one at a time."""
    require(policy.may_keep_devices(actor, device.account))
    if device.ended_at is not None:
        raise WrongState(_("This device is not told any more. Switch it on again there."))
    waiting = device.pushes.filter(kind=rules.TRIAL, state=Push.State.WAITING).first()
    now = clock.now()
    push = waiting or Push.objects.create(
        device=device, kind=rules.TRIAL, epoch=instance.epoch(), made_at=now, due_at=now
    )
    publish(events.DeviceTried(subject_id=device.account_id, device_id=device.pk), actor=actor)
    return push


@personal
def choose(
    account: Account, *, actor: Actor, kinds: Iterable[str] | None, quiet_from: str, quiet_until: str, with_words: bool
) -> None:
    """Choose which news are pushed (None: leave it), when it is quiet, and whether words are shown. Raises Invalid."""
    for name, typed in (("quiet_from", quiet_from), ("quiet_until", quiet_until)):
        if typed and rules.clock_time(typed) is None:
            raise Invalid({name: [_("This is not a time of day.")]})
    if bool(quiet_from) != bool(quiet_until):
        missing = "quiet_until" if quiet_from else "quiet_from"
        raise Invalid({missing: [_("Say both: from when, and until when.")]})
    if kinds is not None:
        set_preference(account, queries.KINDS, [kind for kind in news.KINDS if kind in set(kinds)], actor=actor)
    quiet = {"from": quiet_from, "until": quiet_until} if quiet_from else None
    set_preference(account, queries.QUIET, quiet, actor=actor)
    set_preference(account, queries.WORDS, with_words, actor=actor)


@derived
def note_for_devices(devices: Iterable[Device], *, kind: str, line_id: int, ticket_id: int, seconds: int = 0) -> None:
    """One push for each device; a second delivery of the same line changes nothing."""
    now = clock.now()
    Push.objects.bulk_create(
        (
            Push(
                device=device, kind=kind, line_id=line_id, ticket_id=ticket_id, epoch=instance.epoch(),
                made_at=now, due_at=now + timedelta(seconds=seconds),
            )
            for device in devices
        ),
        ignore_conflicts=True,
    )  # fmt: skip
