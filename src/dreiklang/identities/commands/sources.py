"""Sources as administrators set them up. Secrets go in and never come out; another host forgets them (P35, P39)."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dreiklang.identities import events, policy
from dreiklang.identities.models import Source
from dreiklang.kernel import clock, journal
from dreiklang.kernel.command import command, personal
from dreiklang.kernel.errors import Conflict, Invalid, Unavailable
from dreiklang.kernel.outgoing import checked_address
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.rules import ascii_domain, is_domain

FIELDS = ("name", "is_active", "mail_domains", "organization", "confirms_by_mail", "asks_second_factor", "secret")
#: What each kind needs besides, with what stands there if nothing is given.
SETTINGS: dict[str, dict[str, Any]] = {
    Source.Kind.OIDC: {"issuer": "", "client_id": "", "scopes": "openid email profile", "authority": ""},
    Source.Kind.SAML: {
        "entity_id": "", "sso_url": "", "certificates": "",
        "mail_attribute": "urn:oid:0.9.2342.19200300.100.1.3", "name_attribute": "urn:oid:2.16.840.1.113730.3.1.241",
    },
    Source.Kind.LDAP: {
        "host": "", "port": 636, "tls": "tls", "authority": "", "bind_dn": "", "base": "",
        "user_filter": "(objectClass=person)", "login_attributes": "uid,mail", "id_attribute": "entryUUID",
        "mail_attribute": "mail", "name_attribute": "displayName", "group_base": "",
        "group_filter": "(|(objectClass=group)(objectClass=groupOfNames)(objectClass=groupOfUniqueNames))",
    },
}  # fmt: skip
#: Whoever changes one of these talks to somebody else: the kept secret is not for them.
MOVES = frozenset({"issuer", "client_id", "authority", "host", "port", "tls", "bind_dn"})
NEEDED: dict[str, tuple[str, ...]] = {
    Source.Kind.OIDC: ("issuer", "client_id"),
    Source.Kind.SAML: ("entity_id", "sso_url", "certificates", "mail_attribute"),
    Source.Kind.LDAP: ("host", "base", "user_filter", "login_attributes", "id_attribute", "mail_attribute"),
}
ADDRESSES = ("issuer", "sso_url")
_ATTRIBUTES = re.compile(r"[A-Za-z][A-Za-z0-9;-]*(\s*,\s*[A-Za-z][A-Za-z0-9;-]*)*")
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,38}[a-z0-9]")


@command
def make_source(kind: str, key: str, *, actor: Actor, **fields: Any) -> Source:
    """Set a source up. Raises Invalid by field."""
    require(policy.may_keep_sources(actor))
    if kind not in SETTINGS:
        raise Invalid({"kind": [_("Please choose one of the list.")]})
    source = Source(kind=kind, key=key, settings=dict(SETTINGS[kind]), made_at=clock.now())
    problems: dict[str, list[Any]] = {}
    if not _KEY.fullmatch(key):
        problems["key"] = [_("2 to 40 small letters, digits and hyphens.")]
    elif Source.objects.filter(key=key).exists():
        problems["key"] = [_("This is taken.")]
    _put(source, {"name": "", **fields}, problems)
    _save(source)
    journal.publish(events.SourceChanged(subject_id=source.pk, changed=("key",)), actor=actor)
    return source


@command
def change_source(source: Source, *, actor: Actor, version: int | None = None, **fields: Any) -> Source:
    """Set a source up differently. An empty secret keeps the kept one, unless it would go to somebody else (P35)."""
    require(policy.may_keep_sources(actor))
    source = Source.objects.select_for_update().get(pk=source.pk)
    if version is not None and version != source.version:
        raise Conflict(_("Somebody else has changed this in the meantime."), current=source.version)
    changed = _put(source, fields, {})
    source.version += 1
    source.rests_until = None
    _save(source)
    journal.publish(events.SourceChanged(subject_id=source.pk, changed=tuple(changed)), actor=actor)
    return source


@command
def remove_source(source: Source, *, actor: Actor) -> None:
    """Remove a source: its identities go with it, the accounts stay, with their own password or mailed links."""
    require(policy.may_keep_sources(actor))
    gone = events.SourceRemoved(subject_id=source.pk, identities=source.identities.count())
    source.delete()
    journal.publish(gone, actor=actor)


@personal
def note_contact(source_id: int, *, actor: Actor, problem: str = "", rests_seconds: int = 0) -> None:
    """Keep when a source was asked last and what was wrong. Part of asking; no news for anybody."""
    now = clock.now()
    rests = now + timedelta(seconds=rests_seconds) if rests_seconds else None
    Source.objects.filter(pk=source_id).update(last_checked_at=now, last_problem=problem[:500], rests_until=rests)


def _put(source: Source, fields: Mapping[str, Any], problems: dict[str, list[Any]]) -> list[str]:
    """Set checked values; the names of those that are others now."""
    own = SETTINGS[source.kind]
    problems.update({name: [_("Unknown field.")] for name in fields if name not in FIELDS and name not in own})
    changed = []
    for name, value in fields.items():
        if name in own and source.settings.get(name) != value:
            source.settings[name] = value
            changed.append(name)
        elif name in FIELDS and name != "secret" and getattr(source, name) != value:
            setattr(source, name, value)
            changed.append(name)
    if fields.get("secret"):
        source.secret = fields["secret"]
        changed.append("secret")
    elif source.pk and source.secret and MOVES & set(changed):
        source.secret = ""
        changed.append("secret")
    problems.update({k: v for k, v in _wrong(source).items() if k not in problems})
    if problems:
        raise Invalid(problems)
    return changed


def _wrong(source: Source) -> dict[str, list[Any]]:
    problems: dict[str, list[Any]] = {}
    source.name = " ".join(str(source.name).split())
    if not source.name or len(source.name) > 80 or not source.name.isprintable():
        problems["name"] = [_("1 to 80 characters in one line.")]
    elif Source.objects.filter(name__iexact=source.name).exclude(pk=source.pk).exists():
        problems["name"] = [_("This name is taken.")]
    source.mail_domains = [ascii_domain(str(d).lstrip("@")) for d in source.mail_domains]
    if not source.mail_domains:
        problems["mail_domains"] = [_("Name the mail domains for which this source is believed.")]
    elif not all(is_domain(d) for d in source.mail_domains):
        problems["mail_domains"] = [_("Whole domains such as klinik.example, one a line.")]
    problems.update(_wrong_settings(source))
    return problems


def _wrong_settings(source: Source) -> dict[str, list[Any]]:
    problems: dict[str, list[Any]] = {}
    for name in NEEDED[source.kind]:
        if not source.settings.get(name):
            problems[name] = [_("This is needed.")]
    for name in ADDRESSES:
        if source.settings.get(name):
            try:
                checked_address(source.settings[name])
            except Unavailable as wrong:
                problems[name] = [str(wrong)]
    for name in ("authority", "certificates"):
        if source.settings.get(name) and not is_authority(source.settings[name]):
            problems[name] = [_("This is not a certificate in PEM form.")]
    if source.kind == Source.Kind.LDAP:
        problems.update(_wrong_directory(source))
    return problems


def _wrong_directory(source: Source) -> dict[str, list[Any]]:
    problems: dict[str, list[Any]] = {}
    host, port = str(source.setting("host")), source.setting("port")
    if len(host) > 253 or any(c.isspace() or c in "/@\\:" for c in host):
        problems["host"] = [_("Please give the name of the server only, such as ldap.klinik.example.")]
    if not isinstance(port, int) or not 0 < port < 65_536:
        problems["port"] = [_("A port is a number from 1 to 65535.")]
    if source.setting("tls") not in ("tls", "starttls", "none"):
        problems["tls"] = [_("Please choose one of the list.")]
    for name in ("login_attributes", "id_attribute", "mail_attribute", "name_attribute"):
        if source.setting(name) and not _ATTRIBUTES.fullmatch(str(source.setting(name))):
            problems[name] = [_("Names of attributes: letters, digits and hyphens.")]
    for name in ("user_filter", "group_filter"):
        kept = str(source.setting(name))
        if not (kept.startswith("(") and kept.endswith(")") and kept.count("(") == kept.count(")")):
            problems[name] = [_("A filter in brackets, such as (objectClass=person).")]
    return problems


def is_authority(pem: str) -> bool:
    """Whether a text holds certificates that a connection could trust."""
    try:
        ssl.create_default_context().load_verify_locations(cadata=pem)
    except (ssl.SSLError, ValueError, TypeError):
        return False
    return True


def _save(source: Source) -> None:
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError as taken:
        raise Invalid({"name": [_("This name is taken.")]}) from taken
