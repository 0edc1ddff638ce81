"""Keeping text blocks, macros and runbooks: made, changed, removed; own, a team's or everybody's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from dreiklang.escalation.rules import PARTS
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Conflict, Invalid
from dreiklang.kernel.journal import publish
from dreiklang.kernel.permissions import Actor, require
from dreiklang.routines import events, policy, rules
from dreiklang.routines.models import Macro, Runbook, RunbookStep, Shared, TextBlock
from dreiklang.teams.models import Team
from dreiklang.tickets.models import Category

S = TypeVar("S", bound=Shared)


@command
def keep_text_block(
    block: TextBlock | None,
    *,
    actor: Actor,
    name: str,
    words: Mapping[str, str],
    shortcut: str = "",
    sharing: str = "own",
    team: Team | None = None,
    is_active: bool = True,
    version: int | None = None,
) -> TextBlock:
    """Make or change a text block. Raises Invalid naming the first placeholder that is unknown, at its language."""
    kept = _placed(block, TextBlock, actor, sharing, team, version)
    problems = _wrong_words(words, is_needed=True) | _wrong_name(name)
    if any(c.isspace() for c in shortcut.strip()):
        problems["shortcut"] = [_("A shortcut has no blanks.")]
    if problems:
        raise Invalid(problems)
    kept.name, kept.shortcut, kept.words = name.strip()[:100], shortcut.strip()[:30], _clean(words)
    kept.is_active = is_active
    kept.save()
    publish(events.TextBlockKept(subject_id=kept.pk, name=kept.name), actor=actor)
    return kept


@command
def keep_macro(
    macro: Macro | None,
    *,
    actor: Actor,
    name: str,
    words: Mapping[str, str],
    words_as: str = "",
    state: str = "",
    assign_to: str = "",
    category: Category | None = None,
    impact: int | None = None,
    urgency: int | None = None,
    tags: Iterable[str] = (),
    handover: Mapping[str, str] | None = None,
    goes_on: bool = False,
    key: str = "",
    sharing: str = "own",
    team: Team | None = None,
    is_active: bool = True,
    version: int | None = None,
) -> Macro:
    """Make or change a macro. Raises Invalid for unknown placeholders, and for a macro that would do nothing."""
    kept = _placed(macro, Macro, actor, sharing, team, version)
    case = {part: text.strip() for part, text in (handover or {}).items() if part in PARTS and text.strip()}
    problems = _wrong_words(words, is_needed=bool(words_as)) | _wrong_name(name)
    for part, text in case.items():
        if unknown := rules.unknown_placeholders(text):
            problems[part] = [_unknown(unknown[0])]
    if state == Macro.State.RESOLVE and words_as != Macro.Words.MESSAGE:
        problems["words_as"] = [_("A macro that solves needs an answer as the solution.")]
    if not (words_as or state or assign_to or category or impact or urgency or case or list(tags)) and not goes_on:
        problems.setdefault("name", [_("This macro would do nothing yet.")])
    if problems:
        raise Invalid(problems)
    values: dict[str, Any] = {
        "name": name.strip()[:100], "words": _clean(words), "words_as": words_as, "state": state,
        "assign_to": assign_to, "category": category, "impact": impact, "urgency": urgency,
        "tags": rules.clean_tags(tags), "handover": case, "goes_on": goes_on, "key": key.strip()[:1],
        "is_active": is_active,
    }  # fmt: skip
    for field, value in values.items():
        setattr(kept, field, value)
    kept.save()
    publish(events.MacroKept(subject_id=kept.pk, name=kept.name), actor=actor)
    return kept


@command
def keep_runbook(
    runbook: Runbook | None,
    *,
    actor: Actor,
    name: str,
    steps: Iterable[str],
    categories: Iterable[Category] = (),
    hint: str = "",
    sharing: str = "all",
    team: Team | None = None,
    is_active: bool = True,
    version: int | None = None,
) -> Runbook:
    """Make or change a runbook. A step whose words stay the same keeps its ticks, wherever it moves to."""
    kept = _placed(runbook, Runbook, actor, sharing, team, version)
    lines = rules.clean_steps(steps)
    problems = _wrong_name(name)
    if not lines:
        problems["steps"] = [_("A runbook needs a step.")]
    elif len(lines) > rules.MOST_STEPS:
        problems["steps"] = [_("A runbook has at most %(most)s steps.") % {"most": rules.MOST_STEPS}]
    if problems:
        raise Invalid(problems)
    kept.name, kept.hint, kept.is_active = name.strip()[:100], hint.strip()[:300], is_active
    kept.save()
    kept.categories.set(categories)
    _set_steps(kept, lines)
    publish(events.RunbookKept(subject_id=kept.pk, name=kept.name), actor=actor)
    return kept


def _set_steps(runbook: Runbook, lines: Iterable[str]) -> None:
    there = {step.text: step for step in runbook.steps.all()}
    for position, text in enumerate(dict.fromkeys(lines)):
        step = there.pop(text, None) or RunbookStep(runbook=runbook, text=text)
        step.position, step.is_active = position, True
        step.save()
    for gone in there.values():
        if gone.ticks.exists():
            RunbookStep.objects.filter(pk=gone.pk).update(is_active=False)
        else:
            gone.delete()


@command
def remove_text_block(block: TextBlock, *, actor: Actor) -> None:
    """Remove a text block. What was written with it stays as it is."""
    require(policy.may_change(actor, block))
    gone = events.TextBlockRemoved(subject_id=block.pk, name=block.name)
    block.delete()
    publish(gone, actor=actor)


@command
def remove_macro(macro: Macro, *, actor: Actor) -> None:
    """Remove a macro. What it did stays done."""
    require(policy.may_change(actor, macro))
    gone = events.MacroRemoved(subject_id=macro.pk, name=macro.name)
    macro.delete()
    publish(gone, actor=actor)


@command
def remove_runbook(runbook: Runbook, *, actor: Actor) -> None:
    """Remove a runbook that was never used; one with ticks is put out of use instead."""
    require(policy.may_change(actor, runbook))
    gone = events.RunbookRemoved(subject_id=runbook.pk, name=runbook.name)
    if RunbookStep.objects.filter(runbook=runbook, ticks__isnull=False).exists():
        Runbook.objects.filter(pk=runbook.pk).update(is_active=False)
    else:
        runbook.delete()
    publish(gone, actor=actor)


def _placed(one: S | None, kind: type[S], actor: Actor, sharing: str, team: Team | None, version: int | None) -> S:
    """The record to write, at the place it is shared to; both the old place and the new one must be the actor's."""
    if one is not None:
        require(policy.may_change(actor, one))
        one = kind._default_manager.select_for_update().get(pk=one.pk)
        if version is not None and one.version != version:
            raise Conflict(_("Somebody else changed this in the meantime."), current=one.version)
        one.version += 1
    else:
        one = kind(author_id=actor.id if actor.kind == "person" else None, version=1)
    owner_id = actor.person_id if sharing == "own" else None
    if sharing == "team" and team is None:
        raise Invalid({"team": [_("Please choose a team.")]})
    team_id = team.pk if sharing == "team" and team else None
    is_there = one.pk is not None and (one.owner_id, one.team_id) == (owner_id, team_id)
    if not is_there and not policy.may_keep(actor, owner_id=owner_id, team_id=team_id):
        raise Invalid({"sharing": [_("To share it there, a lead of the team or a manager is needed.")]})
    one.owner_id, one.team_id = owner_id, team_id
    return one


def _wrong_name(name: str) -> dict[str, list[str]]:
    return {} if name.strip() else {"name": [_("It needs a name.")]}


def _wrong_words(words: Mapping[str, str], *, is_needed: bool) -> dict[str, list[str]]:
    """Problems by field ``words_<language>``: unknown placeholders, too long, nothing at all."""
    problems: dict[str, list[str]] = {}
    for language, text in words.items():
        if unknown := rules.unknown_placeholders(text):
            problems[f"words_{language}"] = [_unknown(unknown[0])]
        elif len(text) > rules.LONGEST:
            problems[f"words_{language}"] = [_("This text is too long.")]
    if is_needed and not any(text.strip() for text in words.values()):
        problems[f"words_{next(iter(words), 'de')}"] = [_("There is nothing written yet.")]
    return problems


def _unknown(name: str) -> str:
    known = ", ".join(f"{{{one}}}" for one in sorted(rules.PLACEHOLDERS))
    return _("%(name)s is unknown here. Known are: %(known)s") % {"name": "{" + name + "}", "known": known}


def _clean(words: Mapping[str, str]) -> dict[str, str]:
    return {language: text.replace("\r\n", "\n").strip() for language, text in words.items() if text.strip()}
