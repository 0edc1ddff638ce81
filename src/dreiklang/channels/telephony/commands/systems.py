"""Telephone systems: who may tell of calls, with which token, and who sits where."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from typing import Any

import phonenumbers
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from dreiklang.channels.telephony import policy
from dreiklang.channels.telephony.asterisk import address_of
from dreiklang.channels.telephony.events import SystemChanged
from dreiklang.channels.telephony.models import Extension, System
from dreiklang.channels.telephony.queries import folded
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid, Unavailable
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.kernel.tokens import digest_of
from dreiklang.kernel.tokens import new_token as fresh_token
from dreiklang.organizations.commands.persons import make_person
from dreiklang.organizations.models import Organization, Person

#: What a form or call may set afterwards.
FIELDS = (
    "name", "region", "area_code", "team", "opens_for_missed", "missed_after", "is_active", "dials", "dial_url",
    "dial_user", "dial_secret", "dial_context", "dial_plus",
)  # fmt: skip
TOKEN_PREFIX = "dkt_"  # noqa: S105 - the public beginning of every token
MOST_EXTENSIONS = 2_000


@command
def make_system(name: str, *, actor: Actor, kind: str, organization: Organization, **fields: Any) -> tuple[System, str]:
    """Let a telephone system tell of its calls; returns it and its token, which nobody can read again.

    A person of the organisation is made that stands for callers nobody knows. Raises Invalid by field.
    """
    require(policy.may_keep_systems(actor))
    token = fresh_token(TOKEN_PREFIX)
    system = System(
        kind=kind, key=secrets.token_urlsafe(16), token_digest=digest_of(token), token_hint=token[:8],
        made_at=clock.now(),
    )  # fmt: skip
    problems: dict[str, list[Any]] = {}
    if kind not in System.Kind.values:
        problems["kind"] = [_("Please choose one of the list.")]
    _put(system, {"name": name, **fields}, problems)
    with override(organization.language):
        unknown = _("Unknown caller (%(system)s)") % {"system": system.name}
    system.person = make_person(unknown, organization=organization, actor=actor)
    _save(system)
    publish(SystemChanged(subject_id=system.pk, changed=("name", "kind")), actor=actor)
    return system, token


@command
def change_system(system: System, *, actor: Actor, version: int | None = None, **fields: Any) -> System:
    """Change a system. An empty ``dial_secret`` keeps the present one. Raises Invalid by field, Conflict."""
    system = _locked(system, actor=actor, version=version)
    if not fields.get("dial_secret") and fields.get("dial_url", system.dial_url) == system.dial_url:
        fields.pop("dial_secret", None)
    changed = _put(system, fields, {})
    system.version += 1
    _save(system)
    publish(SystemChanged(subject_id=system.pk, changed=tuple(changed)), actor=actor)
    return system


@command
def new_token(system: System, *, actor: Actor) -> tuple[System, str]:
    """Replace the token; the old one is refused from now on. Returns the new one, which nobody can read again."""
    system = _locked(system, actor=actor)
    token = fresh_token(TOKEN_PREFIX)
    system.token_digest, system.token_hint = digest_of(token), token[:8]
    system.version += 1
    system.save()
    publish(SystemChanged(subject_id=system.pk, changed=("token",)), actor=actor)
    return system, token


@command
def new_signing(system: System, *, actor: Actor, is_wanted: bool = True) -> tuple[System, str]:
    """Demand Placetel's signature on everything, with a fresh secret (returned, shown once); or none any more."""
    system = _locked(system, actor=actor)
    system.signing_secret = secrets.token_urlsafe(24) if is_wanted else ""
    system.version += 1
    system.save()
    publish(SystemChanged(subject_id=system.pk, changed=("signing_secret",)), actor=actor)
    return system, system.signing_secret


@command
def put_extensions(
    system: System, *, actor: Actor, places: Sequence[tuple[str, Person]], version: int | None = None
) -> System:
    """Say anew who sits where, as a whole list of extension and person. Raises Invalid naming the wrong one."""
    system = _locked(system, actor=actor, version=version)
    rows: dict[str, Extension] = {}
    for value, person in places:
        key = folded(value, system)
        if not key:
            raise Invalid({"extensions": [_("“%(value)s” is no extension.") % {"value": value[:60]}]})
        if key in rows:
            raise Invalid({"extensions": [_("“%(value)s” stands there twice.") % {"value": value[:60]}]})
        rows[key] = Extension(system=system, value=value[:60], folded=key[:60], person=person)
    if len(rows) > MOST_EXTENSIONS:
        raise Invalid({"extensions": [_("At most 2,000 extensions.")]})
    system.extensions.all().delete()
    Extension.objects.bulk_create(rows.values())
    system.version += 1
    system.save(update_fields=["version"])
    publish(SystemChanged(subject_id=system.pk, changed=("extensions",)), actor=actor)
    return system


def _locked(system: System, *, actor: Actor, version: int | None = None) -> System:
    require(policy.may_keep_systems(actor))
    current = System.objects.select_for_update().get(pk=system.pk)
    if version is not None and version != current.version:
        raise Conflict(_("Somebody else changed this in the meantime."), current=current.version)
    return current


def _put(system: System, fields: dict[str, Any], problems: dict[str, list[Any]]) -> list[str]:
    """Set checked values; the names of those that are others now."""
    problems.update({name: [_("Unknown field.")] for name in fields if name not in FIELDS})
    changed = [name for name in fields if name in FIELDS and getattr(system, name, None) != fields[name]]
    for name in changed:
        setattr(system, name, fields[name])
    system.name, system.region = str(system.name).strip(), str(system.region).strip().upper()
    if not 1 <= len(system.name) <= 80 or not system.name.isprintable():
        problems["name"] = [_("A name of one line, at most 80 characters.")]
    if system.region not in phonenumbers.SUPPORTED_REGIONS:
        problems["region"] = [_("A country by its two letters, such as DE.")]
    if system.area_code and not (system.area_code.isdecimal() and len(system.area_code) <= 10):
        problems["area_code"] = [_("Digits only, without the leading zero.")]
    if system.team is not None and system.team.level != 1:
        problems["team"] = [_("Calls arrive at the first level.")]
    if not isinstance(system.missed_after, int) or not 0 <= system.missed_after <= 600:
        problems["missed_after"] = [_("Seconds, from 0 to 600.")]
    if system.dials and system.kind == System.Kind.GENERIC and not system.dial_url.startswith(("https://", "http://")):
        problems["dial_url"] = [_("An address that begins with https:// is needed.")]
    if system.kind == System.Kind.ASTERISK:
        _check_asterisk(system, problems)
    if problems:
        raise Invalid(problems)
    return changed


def _check_asterisk(system: System, problems: dict[str, list[Any]]) -> None:
    """What goes over the line of a manager interface is of one line each, and needs an address it can go to."""
    try:
        address_of(system.dial_url)
    except Unavailable as wrong:
        problems["dial_url"] = [str(wrong)]
    if not system.dial_user or not system.dial_user.isprintable():
        problems["dial_user"] = [_("The name of a user of manager.conf.")]
    if not system.dial_secret.isprintable():
        problems["dial_secret"] = [_("A secret of one line.")]
    if not re.fullmatch(r"[\w.-]{1,80}", system.dial_context, re.ASCII):
        problems["dial_context"] = [_("Letters, digits, dots and dashes, such as from-internal.")]
    if not re.fullmatch(r"[0-9*#+]{0,8}", system.dial_plus):
        problems["dial_plus"] = [_("Digits, such as 00.")]


def _save(system: System) -> None:
    try:
        with transaction.atomic():
            system.save()
    except IntegrityError as taken:
        raise Invalid({"name": [_("There is a system with this name already.")]}) from taken
