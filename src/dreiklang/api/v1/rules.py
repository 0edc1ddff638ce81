"""Rules: when – if – then; written, tried on the last ninety days, switched, ordered, restored."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dreiklang.api.doors import SETTING_UP, caller, scope
from dreiklang.api.shapes import Asked
from dreiklang.automation import policy
from dreiklang.automation.commands import keeping
from dreiklang.automation.models import Rule
from dreiklang.automation.queries.documents import WRITTEN
from dreiklang.automation.queries.judging import problems_of
from dreiklang.automation.queries.trying import DAYS, trial_of
from dreiklang.automation.rules import READY
from dreiklang.automation.rules.deeds import Step
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.permissions import Actor, require
from dreiklang.tickets import policy as tickets

router = Router(tags=["rules"])
Words = Annotated[str, Field(max_length=20_000)]


class Deed(Asked):
    """One deed of a rule; ``text`` is German, ``text_en`` English."""

    deed: Annotated[str, Field(max_length=30)]
    value: Annotated[str, Field(max_length=254)] = ""
    text: Words = ""
    text_en: Words = ""


class RuleIn(Asked):
    """A rule as it shall be. ``version``: of the one that was read; 409 if somebody changed it since."""

    name: Annotated[str, Field(max_length=120)]
    when: Annotated[str, Field(max_length=20)]
    idle_hours: Annotated[int, Field(ge=1, le=2000)] = 24
    at_time: time | None = None
    weekdays: Annotated[list[Annotated[int, Field(ge=0, le=6)]], Field(max_length=7)] = []
    conditions: Annotated[str, Field(max_length=2000)] = ""
    deeds: Annotated[list[Deed], Field(max_length=8)]
    rights: Annotated[list[Annotated[str, Field(max_length=30)]], Field(max_length=10)] = []
    stops: bool = False
    is_active: bool = False
    despite_circles: bool = False
    version: int | None = None


class RuleSwitch(Asked):
    """On or off; ``despite_circles``: it and others may set each other off."""

    is_active: bool
    despite_circles: bool = False


class RuleMove(Asked):
    """One place up or down in the order in which rules run."""

    by: Literal[-1, 1]


class RuleOut(Schema):
    """A rule as it stands."""

    id: int
    version: int
    position: int
    is_active: bool
    name: str
    when: str
    idle_hours: int
    at_time: time | None
    weekdays: list[int]
    conditions: str
    deeds: list[dict[str, str]]
    rights: list[str]
    stops: bool
    problem: str
    ready_key: str


class ReadyOut(Schema):
    """A ready rule that can be taken over."""

    key: str
    name: str
    when: str
    conditions: str


class MetOut(Schema):
    """A ticket the rule would have met; only those the caller may see are named."""

    number: int
    times: int
    last_at: datetime | None


class TrialOut(Schema):
    """What a rule would have done: occasions from the journal, conditions asked of the tickets as they stand now."""

    days: int
    occasions: int
    tickets: int
    met: list[MetOut]


class VersionOut(Schema):
    """A former writing."""

    version: int
    made_at: datetime
    by_id: int | None


def _of(request: HttpRequest, rule_id: int) -> tuple[Rule, Actor]:
    actor = caller(request)
    require(policy.may_keep_rules(actor))
    found = Rule.objects.filter(pk=rule_id).first()
    if found is None:
        raise NotFound("There is no such rule.")
    return found, actor


def _written(asked: RuleIn) -> Rule:
    names = [name for name in WRITTEN if name != "deeds"]
    rule = Rule(**{name: getattr(asked, name) for name in names})
    rule.deeds = [Step(one.deed, one.value, one.text, one.text_en).as_json() for one in asked.deeds]
    return rule


def _keep(rule: Rule | None, asked: RuleIn, actor: Actor) -> Rule:
    return keeping.set_rule(
        _written(asked), actor=actor, rule=rule, version=asked.version, is_active=asked.is_active,
        despite_circles=asked.despite_circles,
    )  # fmt: skip


@router.get("/rules", response=list[RuleOut], summary="Rules in the order in which they run")
@scope(*SETTING_UP)
def list_rules(request: HttpRequest) -> list[Rule]:
    """All of them."""
    require(policy.may_keep_rules(caller(request)))
    return list(Rule.objects.all())


@router.post("/rules", response={201: RuleOut}, summary="Write a rule")
@scope(*SETTING_UP)
def make(request: HttpRequest, asked: RuleIn) -> Status[Rule]:
    """422 by field (``conditions``, ``deed-0`` …), and at ``circles`` where rules would set each other off."""
    return Status(201, _keep(None, asked, caller(request)))


@router.get("/rules/{int:rule_id}", response=RuleOut, summary="One rule")
@scope(*SETTING_UP)
def get(request: HttpRequest, rule_id: int) -> Rule:
    """As it stands now."""
    return _of(request, rule_id)[0]


@router.put("/rules/{int:rule_id}", response=RuleOut, summary="Write a rule anew")
@scope(*SETTING_UP)
def put(request: HttpRequest, rule_id: int, asked: RuleIn) -> Rule:
    """As a whole; the former writing is kept as a version."""
    rule, actor = _of(request, rule_id)
    return _keep(rule, asked, actor)


@router.delete("/rules/{int:rule_id}", response={204: None}, summary="Remove a rule")
@scope(*SETTING_UP)
def remove(request: HttpRequest, rule_id: int) -> Status[None]:
    """What it did stays in the journal."""
    rule, actor = _of(request, rule_id)
    keeping.remove_rule(rule, actor=actor)
    return Status(204, None)


@router.put("/rules/{int:rule_id}/activity", response=RuleOut, summary="Switch a rule on or off")
@scope(*SETTING_UP)
def switch(request: HttpRequest, rule_id: int, asked: RuleSwitch) -> Rule:
    """422 where it could not run."""
    rule, actor = _of(request, rule_id)
    return keeping.switch_rule(rule, actor=actor, is_active=asked.is_active, despite_circles=asked.despite_circles)


@router.post("/rules/{int:rule_id}/place", response=list[RuleOut], summary="Move a rule up or down")
@scope(*SETTING_UP)
def move(request: HttpRequest, rule_id: int, asked: RuleMove) -> list[Rule]:
    """Returns all in their order."""
    rule, actor = _of(request, rule_id)
    keeping.move_rule(rule, actor=actor, by=asked.by)
    return list(Rule.objects.all())


@router.get("/rules/{int:rule_id}/versions", response=list[VersionOut], summary="Former writings of a rule")
@scope(*SETTING_UP)
def versions(request: HttpRequest, rule_id: int) -> list[Any]:
    """The newest first, at most a hundred."""
    rule, _actor = _of(request, rule_id)
    return list(rule.versions.order_by("-version")[:100])


@router.post("/rules/{int:rule_id}/versions/{int:version}", response=RuleOut, summary="Write a rule as it was")
@scope(*SETTING_UP)
def restore(request: HttpRequest, rule_id: int, version: int) -> Rule:
    """That is a new version again."""
    rule, actor = _of(request, rule_id)
    return keeping.restore_version(rule, actor=actor, version=version)


@router.post("/rule-trials", response=TrialOut, summary="What a rule would have done")
@scope(*SETTING_UP)
def try_rule(request: HttpRequest, asked: RuleIn) -> dict[str, Any]:
    """A dry run on the last ninety days, stored or not; nothing is done."""
    actor = caller(request)
    require(policy.may_keep_rules(actor))
    rule = _written(asked)
    if problems := problems_of(rule):
        raise Invalid(problems)
    trial = trial_of(rule)
    seen = set(
        tickets.visible_to(actor).filter(pk__in=[one.ticket.pk for one in trial.met]).values_list("pk", flat=True)
    )
    return {
        "days": DAYS, "occasions": trial.occasions, "tickets": trial.count,
        "met": [
            {"number": one.ticket.number, "times": one.times, "last_at": one.last_at}
            for one in trial.met if one.ticket.pk in seen
        ],
    }  # fmt: skip


@router.get("/ready-rules", response=list[ReadyOut], summary="Rules every desk can start from")
@scope(*SETTING_UP)
def list_ready(request: HttpRequest) -> list[dict[str, Any]]:
    """Those not taken over yet."""
    require(policy.may_keep_rules(caller(request)))
    taken = set(Rule.objects.exclude(ready_key="").values_list("ready_key", flat=True))
    return [one for one in READY if one["key"] not in taken]


@router.post("/ready-rules/{key}", response={201: RuleOut}, summary="Take a ready rule over")
@scope(*SETTING_UP)
def take_ready(request: HttpRequest, key: str) -> Status[Rule]:
    """Switched off."""
    return Status(201, keeping.take_ready(key, actor=caller(request)))
