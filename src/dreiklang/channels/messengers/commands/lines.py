"""Lines: which services may hand us words, with which secrets, and for whom."""

from __future__ import annotations

import secrets
from typing import Any

import phonenumbers
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from dreiklang.channels.messengers import policy
from dreiklang.channels.messengers.adapters import ADAPTERS
from dreiklang.channels.messengers.adapters.sms import FIELDS as MAPPED
from dreiklang.channels.messengers.events import LineChanged
from dreiklang.channels.messengers.models import Line
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid, Refusal
from dreiklang.kernel.journal import publish
from dreiklang.kernel.outgoing.asking import checked_address
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.commands.persons import make_person
from dreiklang.organizations.models import Organization

FIELDS = ("name", "ref", "base_url", "token", "signing_secret", "mapping", "region", "team", "category", "is_active")
#: Never shown again, so an empty one keeps what is there.
SECRETS = ("token", "signing_secret")


@command
def make_line(name: str, *, actor: Actor, kind: str, organization: Organization, **fields: Any) -> Line:
    """Open a line at a service. A person of the organisation is made that stands for senders nobody knows.

    Raises Invalid by field.
    """
    require(policy.may_keep_lines(actor))
    if kind not in ADAPTERS:
        raise Invalid({"kind": [_("Please choose one of the list.")]})
    line = Line(kind=kind, key=secrets.token_urlsafe(16), word=_fresh_word(), made_at=clock.now())
    line.organization = organization
    _put(line, {"name": name, **fields})
    with override(organization.language):
        unknown = _("Unknown sender (%(line)s)") % {"line": line.name}
    line.person = make_person(unknown, organization=organization, actor=actor)
    _save(line)
    publish(LineChanged(subject_id=line.pk, changed=("name", "kind")), actor=actor)
    return line


@command
def change_line(line: Line, *, actor: Actor, version: int | None = None, **fields: Any) -> Line:
    """Change a line. Empty secrets keep the present ones, unless the address changes. Raises Invalid, Conflict."""
    line = _locked(line, actor=actor, version=version)
    moves = fields.get("base_url", line.base_url) != line.base_url
    for name in SECRETS:
        if not fields.get(name) and not (moves and name == "token"):
            fields.pop(name, None)
    if moves and "token" not in fields:
        fields["token"] = ""  # a token given for one address never goes to another
    changed = _put(line, fields)
    line.version += 1
    line.problem, line.problem_words, line.problem_at = "", "", None
    _save(line)
    publish(LineChanged(subject_id=line.pk, changed=tuple(changed)), actor=actor)
    return line


@command
def new_word(line: Line, *, actor: Actor) -> tuple[Line, str]:
    """Replace the word by which the service shows itself; the old one is refused from now on. Shown once."""
    line = _locked(line, actor=actor)
    line.word = _fresh_word()
    line.version += 1
    line.save(update_fields=["word", "version"])
    publish(LineChanged(subject_id=line.pk, changed=("word",)), actor=actor)
    return line, line.word


def _fresh_word() -> str:
    return secrets.token_urlsafe(24)


def _locked(line: Line, *, actor: Actor, version: int | None = None) -> Line:
    require(policy.may_keep_lines(actor))
    current = Line.objects.select_for_update(of=("self",)).get(pk=line.pk)
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
    if not 1 <= len(line.name) <= 80 or not line.name.isprintable():
        problems["name"] = [_("A name of one line, at most 80 characters.")]
    if line.region not in phonenumbers.SUPPORTED_REGIONS:
        problems["region"] = [_("A country by its two letters, such as DE.")]
    if line.team is not None and line.team.level != 1:
        problems["team"] = [_("What comes in arrives at the first level.")]
    adapter = ADAPTERS[line.kind]
    for name in adapter.needs:
        if not getattr(line, name):
            problems[name] = [_("%(service)s needs this.") % {"service": adapter.title}]
    if line.base_url:
        try:
            checked_address(line.base_url)
        except Refusal as wrong:
            problems["base_url"] = [str(wrong)]
    unknown = [name for name in line.mapping if name not in MAPPED]
    if unknown:
        named = {"name": str(unknown[0])[:40], "names": ", ".join(MAPPED)}
        problems["mapping"] = [_("“%(name)s” is not known. Fields: %(names)s") % named]
    if problems:
        raise Invalid(problems)
    return changed


def _save(line: Line) -> None:
    try:
        with transaction.atomic():
            line.save()
    except IntegrityError as taken:
        raise Invalid({"name": [_("There is a line with this name already.")]}) from taken
