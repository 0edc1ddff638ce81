"""Widgets: made, changed, their secret renewed. The secret is shown once."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from dreiklang.channels.chat import policy, rules
from dreiklang.channels.chat.events import WidgetChanged
from dreiklang.channels.chat.models import Widget
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.commands.persons import make_person
from dreiklang.organizations.models import Organization

#: What a form or call may set afterwards.
FIELDS = (
    "name", "team", "category", "origins", "greetings", "privacy", "privacy_url", "language", "colour", "patience",
    "is_active",
)  # fmt: skip
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
LONGEST_WORDS = 500


@command
def make_widget(name: str, *, actor: Actor, organization: Organization, **fields: Any) -> tuple[Widget, str]:
    """Make a widget for the pages of an organisation; returns it and its secret, which nobody can read again.

    A person of the organisation is made that stands for visitors nobody knows. Raises Invalid by field.
    """
    require(policy.may_keep_widgets(actor))
    secret = secrets.token_urlsafe(32)
    widget = Widget(key=secrets.token_urlsafe(12), secret=secret, organization=organization, made_at=clock.now())
    _put(widget, {"name": name, **fields})
    with override(organization.language):
        unknown = _("Visitor (%(widget)s)") % {"widget": widget.name}
    widget.person = make_person(unknown, organization=organization, actor=actor)
    _save(widget)
    publish(WidgetChanged(subject_id=widget.pk, changed=("name",)), actor=actor)
    return widget, secret


@command
def change_widget(widget: Widget, *, actor: Actor, version: int | None = None, **fields: Any) -> Widget:
    """Change a widget. Raises Invalid by field, Conflict if somebody else changed it meanwhile."""
    widget = _locked(widget, actor=actor, version=version)
    changed = _put(widget, fields)
    widget.version += 1
    _save(widget)
    publish(WidgetChanged(subject_id=widget.pk, changed=tuple(changed)), actor=actor)
    return widget


@command
def new_secret(widget: Widget, *, actor: Actor) -> tuple[Widget, str]:
    """Replace the secret: what was signed with the old one makes nobody known from now on."""
    widget = _locked(widget, actor=actor)
    widget.secret = secrets.token_urlsafe(32)
    widget.version += 1
    widget.save()
    publish(WidgetChanged(subject_id=widget.pk, changed=("secret",)), actor=actor)
    return widget, widget.secret


def _locked(widget: Widget, *, actor: Actor, version: int | None = None) -> Widget:
    require(policy.may_keep_widgets(actor))
    current = Widget.objects.select_for_update().get(pk=widget.pk)
    if version is not None and version != current.version:
        raise Conflict(_("Somebody else changed this in the meantime."), current=current.version)
    return current


def _put(widget: Widget, fields: dict[str, Any]) -> list[str]:
    """Set checked values; the names of those that are others now."""
    problems: dict[str, list[Any]] = {name: [_("Unknown field.")] for name in fields if name not in FIELDS}
    unset = widget.pk is None
    changed = [n for n in fields if n in FIELDS and (unset or getattr(widget, n) != fields[n])]
    for name in changed:
        setattr(widget, name, fields[name])
    widget.name = str(widget.name).strip()
    if not 1 <= len(widget.name) <= 60 or not widget.name.isprintable():
        problems["name"] = [_("A name of one line, at most 60 characters.")]
    if widget.team_id is None or widget.team.level != 1:
        problems["team"] = [_("Chats arrive at the first level.")]
    if wrong := rules.wrong_origin(list(widget.origins)):
        problems["origins"] = [_("“%(value)s” is no origin such as https://www.example.org.") % {"value": wrong[:80]}]
    widget.origins = sorted({rules.origin_of(one) for one in widget.origins} - {""})
    if not _COLOUR.fullmatch(str(widget.colour)):
        problems["colour"] = [_("A colour such as #1257c0.")]
    if not isinstance(widget.patience, int) or not 1 <= widget.patience <= 120:
        problems["patience"] = [_("Minutes, from 1 to 120.")]
    if widget.privacy_url and not widget.privacy_url.startswith(("https://", "http://")):
        problems["privacy_url"] = [_("An address that begins with https:// is needed.")]
    if widget.language not in ("", "de", "en"):
        problems["language"] = [_("Please choose one of the list.")]
    for name in ("greetings", "privacy"):
        words = getattr(widget, name)
        if not isinstance(words, dict) or any(len(str(one)) > LONGEST_WORDS for one in words.values()):
            problems[name] = [_("At most 500 characters in each language.")]
    if problems:
        raise Invalid(problems)
    return changed


def _save(widget: Widget) -> None:
    try:
        with transaction.atomic():
            widget.save()
    except IntegrityError as taken:
        raise Invalid({"name": [_("There is a widget with this name already.")]}) from taken
