"""How long words are kept, team by team, and the nightly emptying of tickets whose time is over."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dreiklang.exchange import policy
from dreiklang.exchange.commands.emptying import empty_tickets
from dreiklang.exchange.events import RetentionSet
from dreiklang.exchange.models import Retention
from dreiklang.exchange.queries.erasing import due_tickets
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.teams.models import Team

MOST_MONTHS = 240
#: So many tickets are emptied in one transaction.
BATCH = 200


@command
def set_retention(team: Team | None, *, actor: Actor, months: int, is_active: bool = False) -> Retention:
    """Keep the words of a team's tickets for so many months after closing; without a team: of all others.

    Raises Invalid by field. Switched off it only reports what would go.
    """
    require(policy.may_erase(actor))
    if not 1 <= months <= MOST_MONTHS:
        raise Invalid({"months": [_("From 1 to %(n)d months.") % {"n": MOST_MONTHS}]})
    kept, _made = Retention.objects.update_or_create(
        team=team,
        defaults={"months": months, "is_active": is_active, "set_at": clock.now(), "set_by_id": _who(actor)},
    )
    publish(RetentionSet(subject_id=team.pk if team else 0, months=months, is_active=is_active), actor=actor)
    return kept


@command
def remove_retention(retention: Retention, *, actor: Actor) -> None:
    """Keep the words of these tickets for ever again, or as long as the general retention says."""
    require(policy.may_erase(actor))
    found = Retention.objects.select_for_update().filter(pk=retention.pk).first()
    if found is None:
        raise NotFound(code="no_retention")
    found.delete()
    publish(RetentionSet(subject_id=found.team_id or 0, months=0), actor=actor)


@command
def empty_due(retention: Retention, *, actor: Actor) -> int:
    """Take the words out of the next tickets whose time is over; says how many. Raises NotFound if none is due."""
    require(actor.is_system)
    ids = list(due_tickets(retention).order_by("pk").values_list("pk", flat=True)[:BATCH])
    if not ids:
        raise NotFound(code="nothing_due")
    return empty_tickets(ids, actor=actor)


def _who(actor: Actor) -> int | None:
    return actor.id if actor.kind == "person" else None
