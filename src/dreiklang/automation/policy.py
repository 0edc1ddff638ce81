"""Who may write rules, and what a rule may do."""

from __future__ import annotations

from dreiklang.automation.models import Rule
from dreiklang.automation.rules.deeds import MOVE, RESTRICTED, WRITE
from dreiklang.kernel.permissions import Actor
from dreiklang.tickets import policy as tickets


def may_keep_rules(actor: Actor) -> bool:
    """See and change rules: administrators."""
    return tickets.may_set_up(actor)


def actor_of(rule: Rule) -> Actor:
    """The rule itself as an actor: it works inside as everybody does, and has what else it was given, nothing more.

    It is no part of the desk that may do everything: each of its deeds asks the same policies as a person's.
    """
    rights = {tickets.WORK} | ({WRITE} & set(rule.rights))
    if MOVE in rule.rights:
        rights.add(tickets.ASSIGN_OTHERS)
    if RESTRICTED in rule.rights:
        rights.add(tickets.SEE_ALL)
    return Actor("rule", rule.pk, rule.name, frozenset(rights), {}, "en")
