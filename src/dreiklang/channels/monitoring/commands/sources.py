"""Who may call: sources with their tokens. A token and a signing secret are shown once, when they are made."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dreiklang.channels.monitoring import policy
from dreiklang.channels.monitoring.events import SourceChanged
from dreiklang.channels.monitoring.inbound import READERS, generic
from dreiklang.channels.monitoring.models import Source
from dreiklang.channels.monitoring.rules import new_signing_secret
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.kernel.tokens import digest_of
from dreiklang.kernel.tokens import new_token as fresh_token
from dreiklang.organizations.commands.persons import make_person
from dreiklang.organizations.models import Organization

#: What a form or call may set afterwards.
FIELDS = ("name", "team", "category", "mapping", "on_recovery", "storm_at", "is_active")
TOKEN_PREFIX = "dkm_"  # noqa: S105 - the public beginning of every token
_PATH = re.compile(r"[\w .\[\]-]{1,100}")


@command
def make_source(name: str, *, actor: Actor, kind: str, organization: Organization, **fields: Any) -> tuple[Source, str]:
    """Let a program call; returns the source and its token, which nobody can read again.

    A person of the organisation is made that stands as requester of its tickets. Raises Invalid by field.
    """
    require(policy.may_keep_sources(actor))
    token = fresh_token(TOKEN_PREFIX)
    source = Source(
        kind=kind, key=secrets.token_urlsafe(16), token_digest=digest_of(token), token_hint=token[:8],
        organization=organization, made_at=clock.now(),
    )  # fmt: skip
    problems: dict[str, list[Any]] = {}
    if kind not in READERS:
        problems["kind"] = [_("Please choose one of the list.")]
    _put(source, {"name": name, **fields}, problems)
    source.person = make_person(source.name, organization=organization, actor=actor)
    _save(source)
    publish(SourceChanged(subject_id=source.pk, changed=("name", "kind")), actor=actor)
    return source, token


@command
def change_source(source: Source, *, actor: Actor, version: int | None = None, **fields: Any) -> Source:
    """Change a source. Raises Invalid by field, Conflict if somebody else changed it meanwhile."""
    source = _locked(source, actor=actor, version=version)
    changed = _put(source, fields, {})
    source.version += 1
    _save(source)
    publish(SourceChanged(subject_id=source.pk, changed=tuple(changed)), actor=actor)
    return source


@command
def new_token(source: Source, *, actor: Actor) -> tuple[Source, str]:
    """Replace the token; the old one is refused from now on. Returns the new one, which nobody can read again."""
    source = _locked(source, actor=actor)
    token = fresh_token(TOKEN_PREFIX)
    source.token_digest, source.token_hint = digest_of(token), token[:8]
    source.version += 1
    source.save()
    publish(SourceChanged(subject_id=source.pk, changed=("token",)), actor=actor)
    return source, token


@command
def new_signing(source: Source, *, actor: Actor, is_wanted: bool = True) -> tuple[Source, str]:
    """Demand a signature on every call, with a fresh secret (returned, shown once); or demand none any more."""
    source = _locked(source, actor=actor)
    source.signing_secret = new_signing_secret() if is_wanted else ""
    source.version += 1
    source.save()
    publish(SourceChanged(subject_id=source.pk, changed=("signing_secret",)), actor=actor)
    return source, source.signing_secret


def _locked(source: Source, *, actor: Actor, version: int | None = None) -> Source:
    require(policy.may_keep_sources(actor))
    current = Source.objects.select_for_update().get(pk=source.pk)
    if version is not None and version != current.version:
        raise Conflict(_("Somebody else changed this source in the meantime."), current=current.version)
    return current


def _put(source: Source, fields: dict[str, Any], problems: dict[str, list[Any]]) -> list[str]:
    """Set checked values; the names of those that are others now."""
    problems.update({name: [_("Unknown field.")] for name in fields if name not in FIELDS})
    changed = [name for name in fields if name in FIELDS and getattr(source, name, None) != fields[name]]
    for name in changed:
        setattr(source, name, fields[name])
    source.name = str(source.name).strip()
    if not 1 <= len(source.name) <= 100 or not source.name.isprintable():
        problems["name"] = [_("A name of one line, at most 100 characters.")]
    if source.team is not None and source.team.level != 1:
        problems["team"] = [_("Alarms arrive at the first level.")]
    if source.on_recovery not in Source.Recovery.values:
        problems["on_recovery"] = [_("Please choose one of the list.")]
    if not isinstance(source.storm_at, int) or not 0 <= source.storm_at <= 10_000:
        problems["storm_at"] = [_("A number from 0 to 10,000.")]
    if wrong := wrong_in_mapping(source.mapping):
        problems["mapping"] = [wrong]
    if problems:
        raise Invalid(problems)
    return changed


def wrong_in_mapping(mapping: Any) -> str:
    """What is wrong with a mapping, or nothing."""
    if not isinstance(mapping, dict):
        return _("A mapping names for each field where in the call it stands.")
    for name, path in mapping.items():
        if name not in generic.FIELDS:
            return _("There is no field “%(name)s”. Possible are: %(names)s") % {
                "name": str(name)[:40], "names": ", ".join(generic.FIELDS),
            }  # fmt: skip
        if not isinstance(path, str) or not _PATH.fullmatch(path):
            return _("“%(name)s” needs a path such as host.name or alerts[0].state.") % {"name": name}
    return ""


def _save(source: Source) -> None:
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError as taken:
        raise Invalid({"name": [_("There is a source with this name already.")]}) from taken
