"""Views: saved, changed, shared, copied, removed and brought back; pinned to one's own rail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from dreiklang.kernel import clock
from dreiklang.kernel.command import command, personal
from dreiklang.kernel.errors import Conflict, Invalid, NotFound
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.teams.models import Team
from dreiklang.tickets import policy
from dreiklang.tickets.events.views import ViewChanged, ViewMade, ViewRemoved, ViewRestored
from dreiklang.tickets.models import SavedView, ViewPin
from dreiklang.tickets.queries.conditions import mistake_words, understood, vocabulary_for
from dreiklang.tickets.rules import views as rules
from dreiklang.tickets.rules.conditions import Mistake, Vocabulary, write

#: What a form or a call may set (P30).
FIELDS = ("name", "conditions", "columns", "sorting", "grouping", "audience", "team", "role")


@command
def make_view(*, actor: Actor, name: str, **fields: Any) -> SavedView:
    """Save a view as one's own. Raises Invalid by field, ``conditions`` with the place of a mistake."""
    require(policy.may_keep_views(actor))
    view = SavedView(owner_id=actor.person_id, made_at=clock.now(), columns=list(rules.USUAL_COLUMNS))
    _put(view, {"name": name, **fields}, actor)
    view.save()
    publish(ViewMade(subject_id=view.pk, audience=view.audience), actor=actor)
    return view


@command
def change_view(view: SavedView, *, actor: Actor, version: int | None = None, **fields: Any) -> SavedView:
    """Change a view. Raises Conflict if somebody else did since ``version``, Invalid by field."""
    view = _held(view, actor)
    if version is not None and version != view.version:
        raise Conflict(_("Somebody else changed this view in the meantime."), current=view.version)
    _put(view, fields, actor)
    view.version += 1
    view.save()
    publish(ViewChanged(subject_id=view.pk, changed=tuple(sorted(fields)), audience=view.audience), actor=actor)
    return view


@command
def copy_view(view: SavedView, *, actor: Actor, name: str = "") -> SavedView:
    """A view of one's own that shows the same; it is shared with nobody."""
    require(policy.may_keep_views(actor))
    if not policy.views_visible_to(actor).filter(pk=view.pk).exists():
        raise NotFound(code="no_view")
    copied = SavedView(
        owner_id=actor.person_id,
        name=(name.strip() or _("%(name)s (copy)") % {"name": view.name_in(actor.language)})[:100],
        conditions=view.conditions,
        columns=view.columns,
        sorting=view.sorting,
        grouping=view.grouping,
        made_at=clock.now(),
    )
    copied.save()
    publish(ViewMade(subject_id=copied.pk, audience=copied.audience, copied_from_id=view.pk), actor=actor)
    return copied


@command
def remove_view(view: SavedView, *, actor: Actor) -> SavedView:
    """Take a view away, for everyone it was shared with; it can be brought back with ``restore_view``."""
    view = _held(view, actor)
    view.removed_at = clock.now()
    view.save(update_fields=["removed_at"])
    publish(ViewRemoved(subject_id=view.pk), actor=actor)
    return view


@command
def restore_view(view: SavedView, *, actor: Actor) -> SavedView:
    """Bring a removed view back, with its pins."""
    view = _held(view, actor)
    view.removed_at = None
    view.save(update_fields=["removed_at"])
    publish(ViewRestored(subject_id=view.pk), actor=actor)
    return view


@personal
def pin_view(view: SavedView, *, actor: Actor) -> None:
    """Put a view into one's rail, behind the others. Raises Invalid beyond twenty."""
    if not policy.views_visible_to(actor).filter(pk=view.pk, removed_at=None).exists():
        raise NotFound(code="no_view")
    mine = ViewPin.objects.filter(person_id=actor.person_id)
    if mine.filter(view=view).exists():
        return
    if mine.count() >= rules.MOST_PINNED:
        raise Invalid({"": [_("At most 20 views can be pinned.")]})
    last = mine.order_by("-position").values_list("position", flat=True).first() or 0
    ViewPin.objects.create(person_id=actor.person_id, view=view, position=last + 1)


@personal
def unpin_view(view: SavedView, *, actor: Actor) -> None:
    """Take a view out of one's rail."""
    ViewPin.objects.filter(person_id=actor.person_id, view=view).delete()


def _held(view: SavedView, actor: Actor) -> SavedView:
    current = policy.views_visible_to(actor).select_for_update(of=("self",)).filter(pk=view.pk).first()
    if current is None:
        raise NotFound(code="no_view")
    require(policy.may_change_view(actor, current))
    return current


def _put(view: SavedView, fields: Mapping[str, Any], actor: Actor) -> None:
    problems: dict[str, list[str]] = {name: [_("Unknown field.")] for name in fields if name not in FIELDS}
    vocabulary = vocabulary_for(actor)
    if "name" in fields:
        view.name, view.names = str(fields["name"]).strip()[:100], {}
        if not view.name:
            problems["name"] = [_("A view needs a name.")]
    if "conditions" in fields:
        try:
            tree = understood(str(fields["conditions"]), actor=actor)
            view.conditions = write(tree, vocabulary)
        except Mistake as mistake:
            problems["conditions"] = [mistake_words(mistake)]
    _put_looks(view, fields, vocabulary, problems)
    if {"audience", "team", "role"} & fields.keys():
        _put_audience(view, fields, actor, problems)
    if problems:
        raise Invalid(problems)


def _put_looks(
    view: SavedView, fields: Mapping[str, Any], vocabulary: Vocabulary, problems: dict[str, list[str]]
) -> None:
    own = [key.removeprefix(rules.OWN_FIELD) for key in vocabulary.fields if key.startswith(rules.OWN_FIELD)]
    if "columns" in fields:
        wished: Sequence[str] = fields["columns"]
        view.columns = rules.known_columns(wished, own)
        if unknown := [key for key in wished if key not in view.columns]:
            problems["columns"] = [_("There is no column “%(name)s”.") % {"name": unknown[0][:60]}]
    if "sorting" in fields:
        view.sorting = rules.known_sorting(str(fields["sorting"]), own)
        if view.sorting != fields["sorting"]:
            problems["sorting"] = [_("This order does not exist.")]
    if "grouping" in fields:
        view.grouping = rules.known_grouping(str(fields["grouping"]))
        if view.grouping != fields["grouping"]:
            problems["grouping"] = [_("This grouping does not exist.")]


def _put_audience(view: SavedView, fields: Mapping[str, Any], actor: Actor, problems: dict[str, list[str]]) -> None:
    audience = str(fields.get("audience", view.audience))
    team: Team | None = fields.get("team", view.team)
    role = str(fields.get("role", view.role))
    if audience not in SavedView.Audience.values:
        problems["audience"] = [_("This is nobody to share with.")]
        return
    if audience == SavedView.Audience.TEAM and (team is None or not policy.may_share_with(actor, team)):
        problems["team"] = [_("Views are shared with one's own teams.")]
    if audience == SavedView.Audience.ROLE and role not in policy.ROLE_RIGHTS:
        problems["role"] = [_("Please choose a role.")]
    if audience in (SavedView.Audience.ROLE, SavedView.Audience.EVERYONE) and not policy.may_share_widely(actor):
        problems["audience"] = [_("Sharing with a role or with everyone is for team leads.")]
    view.audience = audience
    view.team = team if audience == SavedView.Audience.TEAM else None
    view.role = role if audience == SavedView.Audience.ROLE else ""
