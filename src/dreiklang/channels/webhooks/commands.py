"""Keeping hooks, and what is told to them."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from dreiklang.automation.rules.doings import Work
from dreiklang.channels.monitoring.rules import new_signing_secret
from dreiklang.channels.webhooks import payloads, policy, rules
from dreiklang.channels.webhooks.events import HookAsked, HookChanged, HookSwitchedOff
from dreiklang.channels.webhooks.models import Delivery, Hook
from dreiklang.kernel import clock, instance
from dreiklang.kernel.command import command, derived
from dreiklang.kernel.errors import Conflict, Invalid, Refusal, WrongState
from dreiklang.kernel.journal import Line, publish
from dreiklang.kernel.outgoing import ForbiddenTarget, resolve
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.queries.conditions import mistake_words, understood
from dreiklang.tickets.rules.conditions import Mistake

#: What a form or call may set (P30).
FIELDS = ("name", "url", "events", "conditions", "hears_inside", "sees_restricted", "is_active")

_WANTING = "SELECT id FROM webhooks_hook WHERE is_active AND %s = ANY(events) ORDER BY id"


@command
def make_hook(name: str, *, actor: Actor, url: str, events: list[str], **fields: Any) -> tuple[Hook, str]:
    """Let a program be told; returns the hook and its secret, which nobody can read again. Raises Invalid by field."""
    require(policy.may_keep_hooks(actor))
    hook = Hook(
        secret=new_signing_secret(), made_at=clock.now(), keeper_id=actor.id if actor.kind == "person" else None
    )
    _put(hook, {"name": name, "url": url, "events": events, **fields})
    _save(hook)
    publish(HookChanged(subject_id=hook.pk, changed=("made",)), actor=actor)
    return hook, hook.secret


@command
def change_hook(hook: Hook, *, actor: Actor, version: int | None = None, **fields: Any) -> Hook:
    """Change a hook. Switched on again, it is tried from the start. Raises Invalid by field, Conflict."""
    hook = _locked(hook, actor=actor, version=version)
    was_on = hook.is_active
    changed = _put(hook, fields)
    if hook.is_active and not was_on:
        hook.off_because, hook.failing_since = "", None
        waiting = hook.deliveries.filter(state=Delivery.State.WAITING, epoch=instance.epoch())
        waiting.update(due_at=clock.now(), tries=0)
    hook.version += 1
    _save(hook)
    publish(HookChanged(subject_id=hook.pk, changed=tuple(changed)), actor=actor)
    return hook


@command
def new_secret(hook: Hook, *, actor: Actor) -> tuple[Hook, str]:
    """A fresh secret, shown once; for two days the former one signs too, so that nobody has to hurry."""
    hook = _locked(hook, actor=actor)
    hook.former_secret, hook.former_until = hook.secret, clock.now() + rules.BOTH_SIGN
    hook.secret = new_signing_secret()
    hook.version += 1
    hook.save()
    publish(HookChanged(subject_id=hook.pk, changed=("secret",)), actor=actor)
    return hook, hook.secret


@command
def remove_hook(hook: Hook, *, actor: Actor) -> None:
    """Tell this program nothing more, and forget what it was told."""
    hook = _locked(hook, actor=actor)
    gone = HookChanged(subject_id=hook.pk, changed=("removed",))
    hook.delete()
    publish(gone, actor=actor)


@command
def ask_for_test(hook: Hook, *, actor: Actor) -> Delivery:
    """Send a call that says it is a test; also by a hook that is switched off."""
    require(policy.may_keep_hooks(actor))
    delivery = _new(hook.pk, rules.TEST)
    delivery.payload = payloads.test_payload()
    delivery.save()
    publish(HookAsked(subject_id=hook.pk, delivery_id=delivery.pk, why="test"), actor=actor)
    return delivery


@command
def repeat(delivery: Delivery, *, actor: Actor) -> Delivery:
    """Send a delivery again, with its id and words: the other side knows what it has."""
    require(policy.may_keep_hooks(actor))
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("hook").get(pk=delivery.pk)
    if not delivery.hook.is_active and delivery.code != rules.TEST:
        raise WrongState(_("This webhook is switched off."), code="off")
    delivery.state, delivery.tries, delivery.due_at = Delivery.State.WAITING, 0, clock.now()
    delivery.epoch, delivery.problem = instance.epoch(), ""
    delivery.save()
    publish(HookAsked(subject_id=delivery.hook_id, delivery_id=delivery.pk, why="repeated"), actor=actor)
    return delivery


@command
def call_hook(hook: Hook, ticket: Ticket, *, actor: Actor, line_id: int) -> Delivery | None:
    """A rule tells a hook of a ticket; the same occasion once."""
    delivery = _new(hook.pk, rules.BY_RULE, line_id=line_id, ticket_id=ticket.pk)
    Delivery.objects.bulk_create([delivery], ignore_conflicts=True)
    publish(HookAsked(subject_id=hook.pk, delivery_id=line_id, why="rule", ticket_id=ticket.pk), actor=actor)
    return delivery


def call_by_rule(work: Work) -> None:
    """The deed ``webhook`` of a rule. Raises Invalid if there is no such hook."""
    hook = Hook.objects.filter(name=work.step.value.strip(), is_active=True).first()
    if hook is None:
        raise Invalid({"value": [_("There is no webhook “%(name)s” that is switched on.") % {"name": work.step.value}]})
    call_hook(hook, work.ticket, actor=work.actor, line_id=work.line_id)


@command
def switch_off(hook: Hook, *, actor: Actor, why: str) -> None:
    """Stop calling: ``failing`` for days, or ``gone``. What waits stays, and goes on when it is switched on again.

    Raises WrongState if it is off: its keeper was told.
    """
    if not Hook.objects.filter(pk=hook.pk, is_active=True).update(is_active=False, off_because=why):
        raise WrongState(_("This webhook is switched off."), code="off")
    publish(HookSwitchedOff(subject_id=hook.pk, why=why), actor=actor)


@derived
def note_for_hooks(line: Line) -> None:
    """Write down that hooks are to be told of a line. Says only what the journal says: safe to do again."""
    with connection.cursor() as cursor:  # for almost every line of the journal, and hooks are few
        cursor.execute(_WANTING, [line.event.code])
        wanting = [hook for (hook,) in cursor.fetchall()]
    made = [_new(hook, line.event.code, line_id=line.id, ticket_id=line.event.subject_id) for hook in wanting]
    if made:
        Delivery.objects.bulk_create(made, ignore_conflicts=True)


def _new(hook_id: int, code: str, *, line_id: int | None = None, ticket_id: int | None = None) -> Delivery:
    now = clock.now()
    return Delivery(
        hook_id=hook_id, key=f"msg_{secrets.token_urlsafe(18)}", code=code, line_id=line_id, ticket_id=ticket_id,
        epoch=instance.epoch(), due_at=now, made_at=now,
    )  # fmt: skip


def _locked(hook: Hook, *, actor: Actor, version: int | None = None) -> Hook:
    require(policy.may_keep_hooks(actor))
    current = Hook.objects.select_for_update().get(pk=hook.pk)
    if version is not None and version != current.version:
        raise Conflict(_("Somebody else changed this webhook in the meantime."), current=current.version)
    return current


def _put(hook: Hook, fields: dict[str, Any]) -> list[str]:
    problems: dict[str, list[Any]] = {name: [_("Unknown field.")] for name in fields if name not in FIELDS}
    changed = [name for name in fields if name in FIELDS and getattr(hook, name, None) != fields[name]]
    for name in changed:
        setattr(hook, name, fields[name])
    hook.name = str(hook.name).strip()
    if not 1 <= len(hook.name) <= 100 or not hook.name.isprintable():
        problems["name"] = [_("A name of one line, at most 100 characters.")]
    if {"url"} & set(changed) and (wrong := wrong_with_url(hook.url)):
        problems["url"] = [wrong]
    if not hook.events or set(hook.events) - set(rules.OFFERED):
        problems["events"] = [_("Choose what it is told of.")]
    elif not hook.hears_inside and set(hook.events) & set(rules.INSIDE):
        problems["events"] = [_("News from inside leave only to a webhook that may hear words inside.")]
    try:
        understood(hook.conditions, actor=policy.actor_of(hook))
    except Mistake as mistake:
        problems["conditions"] = [mistake_words(mistake)]
    except Refusal as refused:
        problems["conditions"] = [str(refused)]
    if problems:
        raise Invalid(problems)
    return changed


def wrong_with_url(url: str) -> str:
    """What is wrong with an address, or nothing. Unencrypted only to targets inside that an administrator allowed."""
    try:
        target = urlsplit(url)
        host, port = target.hostname, target.port
    except ValueError:
        return _("This is not an address such as https://firm.example/hook.")
    if len(url) > 500 or not url.isascii() or not url.isprintable() or " " in url:
        return _("This is not an address such as https://firm.example/hook.")
    if target.scheme not in ("https", "http") or not host or target.fragment:
        return _("This is not an address such as https://firm.example/hook.")
    if target.username or target.password:
        return _("No name and password in the address: the signature proves who calls.")
    try:
        resolve(host, port or (443 if target.scheme == "https" else 80))
    except ForbiddenTarget as forbidden:
        return str(forbidden)
    except Refusal:
        pass  # a name that is not known now may be later; the deliveries say so
    if target.scheme == "http" and not is_inside(host):
        return _("Only https: what leaves your network is encrypted.")
    return ""


def is_inside(host: str) -> bool:
    """Whether a host stands inside the network: all its addresses are private ones that were allowed."""
    from dreiklang.kernel.outgoing.rules import is_public

    try:
        return not any(is_public(address) for address in resolve(host, 80))
    except Refusal:
        return False


def _save(hook: Hook) -> None:
    try:
        with transaction.atomic():
            hook.save()
    except IntegrityError as taken:
        raise Invalid({"name": [_("There is a webhook of this name already.")]}) from taken
