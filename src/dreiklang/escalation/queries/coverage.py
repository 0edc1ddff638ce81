"""What the customer's contract says against handing a ticket to a team, in a sentence."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dreiklang.kernel.permissions import Actor
from dreiklang.sla.queries.scope import COVERED, OTHER_SIDE, scope_of
from dreiklang.teams.models import Team
from dreiklang.tickets import policy
from dreiklang.tickets.models import Ticket


def objection_to(ticket: Ticket, team: Team, *, actor: Actor) -> str:
    """Why the contract of a ticket does not cover work by a team; nothing if it does.

    Whoever works for an outside organisation does not learn what the contract is called.
    """
    scope = scope_of(ticket)
    answer = scope.of(team)
    if answer == COVERED:
        return ""
    names = {"agreement": scope.agreement, "level": team.level}
    if policy.is_outside_house(actor):
        return _("The customer's contract does not cover level %(level)s by this team.") % names
    if answer == OTHER_SIDE and team.level in scope.external:
        return _("By the contract “%(agreement)s” an external provider works level %(level)s.") % names
    if answer == OTHER_SIDE:
        return _("By the contract “%(agreement)s” level %(level)s is worked in-house.") % names
    return _("The contract “%(agreement)s” does not cover level %(level)s.") % names
