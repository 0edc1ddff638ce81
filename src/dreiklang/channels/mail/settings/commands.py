"""Every write to mailboxes. Passwords go in and never come out; another host forgets the password (P35, P39)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dreiklang.channels.gate.events import MailboxChanged
from dreiklang.channels.models import Mailbox, Tls
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.teams.models import Team

#: What a form or call may set.
FIELDS = (
    *("name", "team", "brand", "is_active", "is_catch_all", "has_plus_addresses", "authserv_id", "checks_dkim"),
    *("fetch", "imap_host", "imap_port", "imap_tls", "imap_username", "imap_password", "imap_folder"),
    *("after", "move_to", "takes_old_mail"),
    *("smtp_host", "smtp_port", "smtp_tls", "smtp_username", "smtp_password"),
)
_CHOICES = {
    "fetch": Mailbox.Fetch.values,
    "after": Mailbox.After.values,
    "imap_tls": Tls.values,
    "smtp_tls": Tls.values,
}


@command
def make_mailbox(address: str, *, actor: Actor, name: str, team: Team | None = None, **fields: Any) -> Mailbox:
    """Give the desk another address. Raises Invalid for a bad or taken address and for unknown or wrong fields."""
    require(actor.is_system or actor.has("control.use"))
    mailbox = Mailbox(address=address.strip().lower(), made_at=clock.now())
    problems: dict[str, list[Any]] = {}
    try:
        local, _at, domain = mailbox.address.rpartition("@")
        validate_email(f"{local}@{domain}" if "." in domain else f"{local}@{domain}.invalid")
    except ValidationError:
        problems["address"] = [_("This is not a mail address.")]
    if "+" in mailbox.address:
        problems["address"] = [_("A mailbox's own address has no “+”.")]
    if Mailbox.objects.filter(address=mailbox.address).exists():
        problems["address"] = [_("The desk has this mailbox already.")]
    _put(mailbox, {"name": name, "team": team, **fields}, problems)
    _save(mailbox)
    publish(MailboxChanged(subject_id=mailbox.pk, changed=("address",)), actor=actor)
    return mailbox


@command
def change_mailbox(mailbox: Mailbox, *, actor: Actor, version: int | None = None, **fields: Any) -> Mailbox:
    """Change a mailbox. An empty password keeps the kept one, unless host or user name are others now (P35)."""
    require(actor.is_system or actor.has("control.use"))
    mailbox = Mailbox.objects.select_for_update().get(pk=mailbox.pk)
    if version is not None and version != mailbox.version:
        raise Conflict(_("Somebody else changed this mailbox in the meantime."), current=mailbox.version)
    changed = _put(mailbox, fields, {})
    mailbox.version += 1
    _save(mailbox)
    publish(MailboxChanged(subject_id=mailbox.pk, changed=tuple(changed)), actor=actor)
    return mailbox


def _put(mailbox: Mailbox, fields: dict[str, Any], problems: dict[str, list[Any]]) -> list[str]:
    """Set checked values; the names of those that are others now."""
    problems.update({name: [_("Unknown field.")] for name in fields if name not in FIELDS})
    changed = [name for name in fields if name in FIELDS and getattr(mailbox, name) != fields[name]]
    for door in ("imap", "smtp"):
        secret = f"{door}_password"
        moved = [n for n in changed if n in (f"{door}_host", f"{door}_port", f"{door}_username", f"{door}_tls")]
        if not fields.get(secret):
            changed = [name for name in changed if name != secret]
            if moved and mailbox.pk:
                setattr(mailbox, secret, "")
                changed.append(secret)
        if door == "imap" and (moved or {"imap_folder", "fetch"} & set(changed)):
            mailbox.uid_validity = mailbox.last_uid = mailbox.waiting_at_first = None
    for name in changed:
        if fields.get(name) is not None or name in ("team", "brand"):
            setattr(mailbox, name, fields.get(name, ""))
    problems.update(_wrong(mailbox))
    if problems:
        raise Invalid(problems)
    return changed


def _wrong(mailbox: Mailbox) -> dict[str, list[Any]]:
    problems: dict[str, list[Any]] = {}
    if not mailbox.name.strip() or len(mailbox.name) > 200 or not mailbox.name.isprintable():
        problems["name"] = [_("A sender's name of one line, at most 200 characters.")]
    for name, allowed in _CHOICES.items():
        if getattr(mailbox, name) not in allowed:
            problems[name] = [_("Please choose one of the list.")]
    for name in ("imap_port", "smtp_port"):
        port = getattr(mailbox, name)
        if not isinstance(port, int) or not 0 < port < 65_536:
            problems[name] = [_("A port is a number from 1 to 65535.")]
    for name in ("imap_host", "smtp_host", "authserv_id"):
        value = getattr(mailbox, name)
        if len(value) > 253 or any(c.isspace() or c in "/@\\" for c in value):
            problems[name] = [_("Please give the name of the server only, such as mail.example.org.")]
    problems.update(_missing(mailbox))
    return problems


def _missing(mailbox: Mailbox) -> dict[str, list[Any]]:
    problems: dict[str, list[Any]] = {}
    if mailbox.fetch != Mailbox.Fetch.NONE:
        needed = ("imap_host", "imap_username", *(["imap_folder"] if mailbox.fetch == Mailbox.Fetch.IMAP else []))
        for name in needed:
            if not getattr(mailbox, name):
                problems[name] = [_("This is needed to fetch mail.")]
    if mailbox.after == Mailbox.After.MOVE and not mailbox.move_to:
        problems["move_to"] = [_("Please name the folder.")]
    problems |= _after_fetching(mailbox)
    if mailbox.team is not None and mailbox.team.level != 1:
        problems["team"] = [_("Mail arrives at the first level.")]
    if mailbox.is_catch_all and Mailbox.objects.filter(is_catch_all=True).exclude(pk=mailbox.pk).exists():
        problems["is_catch_all"] = [_("Another mailbox takes the rest already.")]
    return problems


def _after_fetching(mailbox: Mailbox) -> dict[str, list[Any]]:
    """POP3 knows no folders; by IMAP a mail is moved, never destroyed."""
    if mailbox.fetch == Mailbox.Fetch.POP and mailbox.after == Mailbox.After.MOVE:
        return {"after": [_("POP3 knows no folders: leave the mails there, or delete them.")]}
    if mailbox.fetch == Mailbox.Fetch.IMAP and mailbox.after == Mailbox.After.DELETE:
        return {"after": [_("By IMAP mails are marked or moved, not deleted.")]}
    return {}


def _save(mailbox: Mailbox) -> None:
    try:
        with transaction.atomic():
            mailbox.save()
    except IntegrityError as taken:
        raise Invalid({"address": [_("The desk has this mailbox already.")]}) from taken


def note_contact(mailbox_id: int, *, problem: str = "", **progress: Any) -> None:
    """Keep when a mailbox was looked into, how far, and what went wrong. Part of fetching; no news for anybody."""
    allowed: Iterable[str] = ("uid_validity", "last_uid", "waiting_at_first")
    values = {name: progress[name] for name in allowed if name in progress}
    Mailbox.objects.filter(pk=mailbox_id).update(last_checked_at=clock.now(), last_problem=problem[:500], **values)
