"""Fax lines: how faxes come, where answers go."""

from __future__ import annotations

import secrets
from typing import Any

import phonenumbers
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from dreiklang.channels.fax import policy
from dreiklang.channels.fax.events import LineChanged
from dreiklang.channels.fax.models import Line
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.kernel.tokens import digest_of
from dreiklang.kernel.tokens import new_token as fresh_token
from dreiklang.organizations.commands.persons import make_person
from dreiklang.organizations.models import Organization

#: What a form may set afterwards.
FIELDS = (
    "name", "region", "area_code", "team", "gateway", "answers_to", "answers_subject", "is_active",
)  # fmt: skip
TOKEN_PREFIX = "dkf_"  # noqa: S105 - the public beginning of every token


@command
def make_line(name: str, *, actor: Actor, organization: Organization, **fields: Any) -> tuple[Line, str]:
    """Open a way for faxes; returns it and its token, which nobody can read again.

    A person of the organisation is made that stands for senders nobody knows. Raises Invalid by field.
    """
    require(policy.may_keep_lines(actor))
    token = fresh_token(TOKEN_PREFIX)
    line = Line(key=secrets.token_urlsafe(16), token_digest=digest_of(token), token_hint=token[:8], made_at=clock.now())
    _put(line, {"name": name, **fields})
    with override(organization.language):
        unknown = _("Unknown fax sender (%(line)s)") % {"line": line.name}
    line.person = make_person(unknown, organization=organization, actor=actor)
    _save(line)
    publish(LineChanged(subject_id=line.pk, changed=("name",)), actor=actor)
    return line, token


@command
def change_line(line: Line, *, actor: Actor, version: int | None = None, **fields: Any) -> Line:
    """Change a line. Raises Invalid by field, Conflict."""
    line = _locked(line, actor=actor, version=version)
    changed = _put(line, fields)
    line.version += 1
    if changed:
        line.last_problem = ""
    _save(line)
    publish(LineChanged(subject_id=line.pk, changed=tuple(changed)), actor=actor)
    return line


@command
def new_token(line: Line, *, actor: Actor) -> tuple[Line, str]:
    """Replace the token; the old one is refused from now on. Returns the new one, which nobody can read again."""
    line = _locked(line, actor=actor)
    token = fresh_token(TOKEN_PREFIX)
    line.token_digest, line.token_hint = digest_of(token), token[:8]
    line.version += 1
    line.save()
    publish(LineChanged(subject_id=line.pk, changed=("token",)), actor=actor)
    return line, token


def _locked(line: Line, *, actor: Actor, version: int | None = None) -> Line:
    require(policy.may_keep_lines(actor))
    current = Line.objects.select_for_update().get(pk=line.pk)
    if version is not None and version != current.version:
        raise Conflict(_("Somebody else changed this in the meantime."), current=current.version)
    return current


def _put(line: Line, fields: dict[str, Any]) -> list[str]:
    """Set checked values; the names of those that are others now."""
    problems: dict[str, list[Any]] = {name: [_("Unknown field.")] for name in fields if name not in FIELDS}
    changed = [name for name in fields if name in FIELDS and getattr(line, name, None) != fields[name]]
    for name in changed:
        setattr(line, name, fields[name])
    line.name, line.region = str(line.name).strip(), str(line.region).strip().upper()
    line.gateway, line.answers_to = line.gateway.strip().lower(), line.answers_to.strip()
    if not 1 <= len(line.name) <= 80 or not line.name.isprintable():
        problems["name"] = [_("A name of one line, at most 80 characters.")]
    if line.region not in phonenumbers.SUPPORTED_REGIONS:
        problems["region"] = [_("A country by its two letters, such as DE.")]
    if line.area_code and not (line.area_code.isdecimal() and len(line.area_code) <= 10):
        problems["area_code"] = [_("Digits only, without the leading zero.")]
    if line.team is not None and line.team.level != 1:
        problems["team"] = [_("Faxes arrive at the first level.")]
    if line.gateway and (line.gateway.count("@") != 1 or line.gateway.endswith("@") or " " in line.gateway):
        problems["gateway"] = [_("A mail address, or @ and a domain.")]
    if line.answers_to and not _leads_somewhere(line.answers_to):
        problems["answers_to"] = [_("A mail address with {number} or {digits} in it.")]
    if "\n" in line.answers_subject or "\r" in line.answers_subject:
        problems["answers_subject"] = [_("One line, please.")]
    if problems:
        raise Invalid(problems)
    return changed


def _leads_somewhere(pattern: str) -> bool:
    filled = pattern.replace("{number}", "1").replace("{digits}", "1")
    name, _at, domain = filled.rpartition("@")
    has_number = filled != pattern
    return has_number and bool(name) and "." in domain and not set(filled) & set(" {}<>,;\n\r")


def _save(line: Line) -> None:
    try:
        with transaction.atomic():
            line.save()
    except IntegrityError as taken:
        field = "gateway" if "one_line_a_gateway" in str(taken) else "name"
        raise Invalid({field: [_("Another line has this already.")]}) from taken
