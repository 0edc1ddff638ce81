"""Rules are written, switched, ordered, restored, carried over. Each writing is kept as a version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from dreiklang.automation import policy
from dreiklang.automation.events import RuleChanged
from dreiklang.automation.models import Rule, RuleVersion
from dreiklang.automation.queries.documents import WRITTEN, document_of, rule_from
from dreiklang.automation.queries.judging import circles_with, in_words, problems_of
from dreiklang.automation.rules import READY
from dreiklang.kernel import clock
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid, NotFound
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require


@command
def set_rule(
    written: Rule,
    *,
    actor: Actor,
    rule: Rule | None = None,
    version: int | None = None,
    is_active: bool | None = None,
    despite_circles: bool = False,
) -> Rule:
    """Make a rule, or write one anew. ``written`` carries the values, not stored.

    Raises Invalid by field (``conditions``, ``deed-0`` …) for what could not run, and (``circles``) where the rule and
    others in force would set each other off, unless that is meant; Conflict if somebody changed it since ``version``.
    """
    require(policy.may_keep_rules(actor))
    kept = _held(rule, version) if rule is not None else Rule(version=0, position=_last_place() + 1)
    for name in WRITTEN:
        setattr(kept, name, getattr(written, name))
    kept.name = kept.name.strip()
    if rule is None:
        kept.ready_key = written.ready_key
    if is_active is not None:
        kept.is_active = is_active
    _refuse(kept, despite_circles=despite_circles)
    return _written(kept, actor, WRITTEN)


def _refuse(rule: Rule, *, despite_circles: bool) -> None:
    problems = problems_of(rule)
    if rule.is_active and not despite_circles and not problems and (ways := circles_with(rule)):
        problems["circles"] = in_words(ways)
    if problems:
        raise Invalid(problems)


@command
def switch_rule(rule: Rule, *, actor: Actor, is_active: bool, despite_circles: bool = False) -> Rule:
    """Switch a rule on or off. Raises Invalid if it could not run, or would run in circles with others."""
    require(policy.may_keep_rules(actor))
    kept = _held(rule, None)
    kept.is_active = is_active
    if is_active:
        _refuse(kept, despite_circles=despite_circles)
        kept.last_day = None
    return _written(kept, actor, ("is_active",))


@command
def move_rule(rule: Rule, *, actor: Actor, by: int) -> Rule:
    """Move a rule up (-1) or down (1) in the order in which rules run."""
    require(policy.may_keep_rules(actor))
    order = list(Rule.objects.select_for_update().order_by("position", "id"))
    place = next((n for n, one in enumerate(order) if one.pk == rule.pk), None)
    if place is None:
        raise NotFound(code="no_rule")
    moved = order.pop(place)
    order.insert(max(0, min(len(order), place + by)), moved)
    for position, one in enumerate(order):
        one.position = position
    Rule.objects.bulk_update(order, ["position"])
    publish(RuleChanged(subject_id=rule.pk, changed=("position",), version=moved.version), actor=actor)
    return moved


@command
def remove_rule(rule: Rule, *, actor: Actor) -> None:
    """Remove a rule with its versions. What it did stays in the journal."""
    require(policy.may_keep_rules(actor))
    gone = RuleChanged(subject_id=rule.pk, changed=("removed",), version=rule.version)
    rule.delete()
    publish(gone, actor=actor)


@command
def restore_version(rule: Rule, *, actor: Actor, version: int) -> Rule:
    """Write a rule as it was in a former version; that is a new version again. Raises Invalid if it would not run."""
    require(policy.may_keep_rules(actor))
    former = RuleVersion.objects.filter(rule=rule, version=version).first()
    if former is None:
        raise NotFound(code="no_version")
    return set_rule(rule_from(former.document), actor=actor, rule=rule)


@command
def import_rules(found: Sequence[Rule], *, actor: Actor) -> list[Rule]:
    """Add rules of another desk, switched off. What could not run here is named when it is switched on."""
    require(policy.may_keep_rules(actor))
    if not found:
        raise Invalid({"file": [_("There is no rule in this file.")]})
    kept = []
    for position, rule in enumerate(found, start=_last_place() + 1):
        if not rule.name.strip():
            raise Invalid({"file": [_("A rule needs a name.")]})
        rule.pk, rule.version, rule.position, rule.is_active = None, 0, position, False
        rule.problem = "; ".join(words[0] for words in problems_of(rule).values())[:500]
        kept.append(_written(rule, actor, ("imported",), keeps_problem=True))
    return kept


@command
def take_ready(key: str, *, actor: Actor) -> Rule:
    """Take over a ready rule, switched off, named in the language of who takes it."""
    require(policy.may_keep_rules(actor))
    ready: dict[str, Any] | None = next((one for one in READY if one["key"] == key), None)
    if ready is None:
        raise NotFound(code="no_ready_rule")
    rule = rule_from(ready)
    rule.name = ready["name_de"] if actor.language.startswith("de") else ready["name"]
    rule.ready_key = key
    return set_rule(rule, actor=actor, is_active=False)


def _held(rule: Rule, version: int | None) -> Rule:
    kept = Rule.objects.select_for_update().filter(pk=rule.pk).first()
    if kept is None:
        raise NotFound(code="no_rule")
    if version is not None and version != kept.version:
        raise Conflict(_("Somebody else changed this rule in the meantime."), current=kept.version)
    return kept


def _last_place() -> int:
    return Rule.objects.aggregate(last=Max("position"))["last"] or 0


def _written(rule: Rule, actor: Actor, changed: Sequence[str], *, keeps_problem: bool = False) -> Rule:
    rule.version += 1
    if not keeps_problem:
        rule.problem = ""
    rule.save()
    RuleVersion.objects.create(
        rule=rule, version=rule.version, document=document_of(rule), made_at=clock.now(),
        by_id=actor.id if actor.kind == "person" else None,
    )  # fmt: skip
    publish(RuleChanged(subject_id=rule.pk, changed=tuple(changed), version=rule.version), actor=actor)
    return rule
