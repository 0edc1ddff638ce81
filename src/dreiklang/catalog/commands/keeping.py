"""Entries are made, changed by new versions, withdrawn and offered again; an old version comes back as a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from dreiklang.catalog import policy
from dreiklang.catalog.events import EntryChanged
from dreiklang.catalog.models import Entry, EntryVersion
from dreiklang.catalog.rules import form, plan, schema
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid, WrongState
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.models import Organization
from dreiklang.organizations.rules import key_of
from dreiklang.tickets import rules as tickets
from dreiklang.tickets.models import Ticket

#: What of an entry is offered (a change is a new version), and to whom and where (it is not).
OFFER = ("names", "hints", "kind", "urgency", "form", "plan")
PLACE = ("group", "icon", "position", "audience", "category", "organizations")
ICONS = (
    "key", "user-plus", "user-off", "lock-open", "world", "device-desktop", "download", "server", "shield-lock",
    "home", "shopping-cart", "package", "file-text", "printer", "phone", "mail", "users", "tool",
)  # fmt: skip


@command
def make_entry(
    *, actor: Actor, names: Mapping[str, str], group: str, fields: Sequence[form.Field] = (),
    steps_and_asks: plan.Plan | None = None, key: str = "", is_offered: bool = False, **more: Any,
) -> Entry:  # fmt: skip
    """Make an entry; it is offered when somebody says so. Raises Invalid by field."""
    require(policy.may_keep(actor))
    entry = Entry(is_offered=is_offered)
    organizations = more.get("organizations", ())
    _place(entry, {"group": group, **{name: more.pop(name) for name in PLACE if name in more}})
    first = EntryVersion(form=schema.schema_of(fields), plan=plan.plan_to(steps_and_asks or plan.Plan()))
    _put(first, {"names": names, **more})
    taken = frozenset(Entry.objects.values_list("key", flat=True))
    entry.key = key or key_of(form.in_language(first.names, "en"), taken)
    entry.save()
    entry.organizations.set(organizations)
    return _versioned(entry, first, _("first version"), actor)


@command
def change_entry(
    entry: Entry, *, actor: Actor, version: int | None = None, fields: Sequence[form.Field] | None = None,
    steps_and_asks: plan.Plan | None = None, change: str = "", **values: Any,
) -> Entry:  # fmt: skip
    """Change what is offered or where it stands. ``change``: what was changed, in a few words, for the versions.

    Raises Conflict, and Invalid by field; ``form`` and ``plan`` for what does not fit together.
    """
    require(policy.may_keep(actor))
    entry = _held(entry, version)
    organizations = values.get("organizations")
    _place(entry, {name: value for name, value in values.items() if name in PLACE})
    if organizations is not None:
        entry.organizations.set(organizations)
    now = entry.versions.get(number=entry.number)
    following = EntryVersion(**{name: getattr(now, name) for name in OFFER})
    if fields is not None:
        following.form = schema.schema_of(_sound(fields))
    if steps_and_asks is not None:
        following.plan = plan.plan_to(steps_and_asks)
    _put(following, {name: value for name, value in values.items() if name not in PLACE})
    if all(getattr(following, name) == getattr(now, name) for name in OFFER):
        return _saved(entry, actor, "placed")
    return _versioned(entry, following, change, actor)


@command
def restore_version(entry: Entry, *, actor: Actor, number: int, version: int | None = None) -> Entry:
    """Offer an old version again, as a new one. Raises Invalid if there is none of that number."""
    require(policy.may_keep(actor))
    entry = _held(entry, version)
    old = entry.versions.filter(number=number).first()
    if old is None:
        raise Invalid({"number": [_("There is no such version.")]})
    again = EntryVersion(**{name: getattr(old, name) for name in OFFER})
    return _versioned(entry, again, _("as version %(n)d") % {"n": number}, actor)


@command
def offer_entry(entry: Entry, *, actor: Actor) -> Entry:
    """Let it be ordered. Raises WrongState if it is, Invalid if nothing would follow from an order."""
    require(policy.may_keep(actor))
    entry = _held(entry, None)
    if entry.is_offered:
        raise WrongState(_("It is so already."), code="already_so")
    entry.is_offered = True
    return _saved(entry, actor, "offered")


@command
def withdraw_entry(entry: Entry, *, actor: Actor) -> Entry:
    """Let it be ordered no more; what was ordered goes on. Raises WrongState if it is not offered."""
    require(policy.may_keep(actor))
    entry = _held(entry, None)
    if not entry.is_offered:
        raise WrongState(_("It is so already."), code="already_so")
    entry.is_offered = False
    return _saved(entry, actor, "withdrawn")


def _held(entry: Entry, version: int | None) -> Entry:
    entry = Entry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if version is not None and version != entry.version:
        raise Conflict(_("Somebody else has changed this in the meantime."), current=entry.version)
    return entry


def _versioned(entry: Entry, following: EntryVersion, change: str, actor: Actor) -> Entry:
    entry.number += 1
    following.entry, following.number, following.change = entry, entry.number, change[:200]
    following.made_at, following.made_by_id = clock.now(), actor.id if actor.kind == "person" else None
    following.save()
    return _saved(entry, actor, "changed")


def _saved(entry: Entry, actor: Actor, what: str) -> Entry:
    entry.version += 1
    entry.save()
    publish(EntryChanged(subject_id=entry.pk, what=what, number=entry.number), actor=actor)
    return entry


def _place(entry: Entry, values: Mapping[str, Any]) -> None:
    problems: dict[str, list[str]] = {}
    for name, value in values.items():
        if name != "organizations":
            setattr(entry, name, value)
    choices = {"group": Entry.Group.values, "audience": Entry.Audience.values, "icon": ICONS}
    for name, known in choices.items():
        if getattr(entry, name) not in known:
            problems[name] = [_("Please choose one of the list.")]
    wanted = values.get("organizations") or ()
    if any(not isinstance(one, Organization) for one in wanted):
        problems["organizations"] = [_("Please choose one of the list.")]
    if problems:
        raise Invalid(problems)


def _put(version: EntryVersion, values: Mapping[str, Any]) -> None:
    """Set checked values, and look whether form and plan fit together."""
    problems: dict[str, list[str]] = {name: [_("Unknown field.")] for name in values if name not in OFFER[:4]}
    for name, value in values.items():
        if name in ("names", "hints"):
            value = {language: " ".join(text.split()) for language, text in value.items() if text.strip()}
        setattr(version, name, value)
    if not version.names or any(len(text) > 100 for text in version.names.values()):
        problems["names"] = [_("An entry needs a name of at most 100 characters.")]
    if any(len(text) > 300 for text in version.hints.values()):
        problems["hints"] = [_("At most %(n)d characters.") % {"n": 300}]
    if version.kind not in Ticket.Kind.values or version.kind == tickets.COMPLAINT:
        problems["kind"] = [_("This kind of ticket does not exist.")]
    if version.urgency not in (1, 2, 3):
        problems["urgency"] = [_("Impact and urgency are 1, 2 or 3.")]
    fields = version.fields
    if found := form.flaws(fields):
        problems["form"] = [flaw_words(key, code) for key, code in found]
    if found := plan.flaws(version.steps_and_asks, fields):
        problems["plan"] = [flaw_words(key, code) for key, code in found]
    if problems:
        raise Invalid(problems)


def _sound(fields: Sequence[form.Field]) -> Sequence[form.Field]:
    """Fields that can become a schema: each condition names a field of the form."""
    keys = {one.key for one in fields}
    if lost := [one.key for one in fields if one.when is not None and one.when.field not in keys]:
        raise Invalid({"form": [flaw_words(lost[0], "when")]})
    return fields


def flaw_words(place: str, code: str) -> str:
    """What is wrong with a form or a plan, as a sentence."""
    words = {
        "key": _("Each field needs a key of its own, of small letters and digits."),
        "label": _("A field needs a label."),
        "choices": _("A choice needs 2 to 50 different answers."),
        "most": _("The greatest number is smaller than the least."),
        "when": _("A condition asks for an answer that no earlier field can have."),
        "name": _("A step needs a name."),
        "tasks": _("A step needs 1 to 30 tasks of at most 300 characters each."),
        "who": _("Who shall say yes or no?"),
        "cost_field": _("The cost is answered in a field for a number."),
        "too_many": _("At most 40 fields, 20 steps and 6 approvals."),
    }
    return f"{place}: {words[code]}" if place else words[code]
