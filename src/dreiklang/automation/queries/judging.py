"""What is wrong with a rule, named where it stands: asked while it is typed, and again of what stands."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from dreiklang.automation import policy
from dreiklang.automation.models import Rule
from dreiklang.automation.queries.names import category_called, person_called, team_called
from dreiklang.automation.rules import OCCASIONS, circles, deed_named
from dreiklang.automation.rules import deeds as kinds
from dreiklang.automation.rules.deeds import Deed, Step
from dreiklang.automation.rules.filling import names_in
from dreiklang.kernel.errors import Refusal
from dreiklang.tickets.models import Ticket
from dreiklang.tickets.queries.conditions import condition_of, mistake_words, understood
from dreiklang.tickets.rules.conditions import Mistake, Node, comparisons
from dreiklang.tickets.rules.tags import tag_name

Problems = dict[str, list[str]]
MOST_DEEDS = 8
#: What only means something for a person.
OWN = frozenset({"mine", "my_team", "unread"})
#: What the words of a message may be filled with. No word of a note can be among them (P31).
PLACEHOLDERS = frozenset({"number", "subject", "name"})


def steps_of(rule: Rule) -> list[Step]:
    """The deeds of a rule as plain values."""
    return [Step.from_json(stored) for stored in rule.deeds if isinstance(stored, dict)]


def tree_of(rule: Rule) -> Node:
    """Its conditions. Raises Mistake where a field, a name or a team in them is not there (any more)."""
    return understood(rule.conditions, actor=policy.actor_of(rule))


def problems_of(rule: Rule) -> Problems:
    """Everything that is wrong with a rule, by field: ``conditions``, ``deed-0``, ``name`` …"""
    found: Problems = {}
    if not rule.name.strip():
        found["name"] = [_("A rule needs a name.")]
    if rule.when not in OCCASIONS:
        found["when"] = [_("Please choose when the rule looks at a ticket.")]
    if rule.when == "time" and rule.at_time is None:
        found["at_time"] = [_("At which hour?")]
    if not 1 <= rule.idle_hours <= 2000:
        found["idle_hours"] = [_("Between 1 and 2000 hours.")]
    if problem := _of_conditions(rule):
        found["conditions"] = [problem]
    steps = steps_of(rule)
    if not steps:
        found["deed-0"] = [_("A rule without a deed does nothing.")]
    if len(steps) > MOST_DEEDS:
        found["deed-0"] = [_("At most %(most)d deeds.") % {"most": MOST_DEEDS}]
    for place, step in enumerate(steps):
        if problem := _of_step(step, rule):
            found[f"deed-{place}"] = [problem]
    return found


def _of_conditions(rule: Rule) -> str:
    try:
        tree = tree_of(rule)
        if any(one.field == "is" and OWN & set(one.values) for one in comparisons(tree)):
            return _("“mine” and “unread” are somebody’s own: a rule is nobody.")
        Ticket.objects.filter(condition_of(tree, actor=policy.actor_of(rule)))[:1].exists()
    except Mistake as mistake:
        return mistake_words(mistake)
    except Refusal:
        return _("A rule is nobody: it cannot ask for what is its own.")
    return ""


def _of_step(step: Step, rule: Rule) -> str:
    deed = deed_named(step.kind)
    if deed is None:
        return _("This deed is not known here.")
    if deed.needs and deed.needs not in rule.rights:
        return _("The rule may not do this: give it the right below.")
    if deed.text and not (step.text.strip() or step.text_en.strip()):
        return _("There is nothing written yet.")
    if step.kind == "message" and (strange := sorted((names_in(step.text) | names_in(step.text_en)) - PLACEHOLDERS)):
        return _("This placeholder is not known here: %(name)s") % {"name": "{" + strange[0] + "}"}
    return _of_value(step.value.strip(), deed)


def _of_value(value: str, deed: Deed) -> str:
    said = {"name": value[:60]}
    if deed.takes == kinds.TEAM and team_called(value) is None:
        return _("There is no team “%(name)s”.") % said
    if deed.takes == kinds.PERSON and person_called(value) is None:
        return _("There is nobody with this address: %(name)s") % said
    if deed.takes == kinds.WHOM and value not in ("assignee", "team") and person_called(value) is None:
        return _("Write “assignee”, “team” or a mail address, not “%(name)s”.") % said
    if deed.takes == kinds.CATEGORY and category_called(value) is None:
        return _("There is no category “%(name)s”.") % said
    if deed.takes == kinds.KIND and value not in Ticket.Kind.values:
        return _("This kind of ticket does not exist.")
    if deed.takes == kinds.DEGREE and value not in ("1", "2", "3"):
        return _("Impact and urgency are 1, 2 or 3.")
    if deed.takes == kinds.TAG and not tag_name(value):
        return _("A tag needs a word.")
    if deed.takes == kinds.HOOK and not value:
        return _("Write the name of the webhook.")
    if deed.takes == kinds.HOURS and not (value.isascii() and value.isdigit() and 1 <= int(value[:6]) <= 8760):
        return _("Between 1 and 8760 hours.")
    return ""


def circles_with(rule: Rule) -> list[list[Rule]]:
    """Circles in which the rule and others in force set each other off; the rule itself counts as in force."""
    others = Rule.objects.filter(is_active=True).exclude(pk=rule.pk or 0)
    own = rule.pk or 0
    everyone = {own: rule} | {one.pk: one for one in others}
    found = circles(
        own, {pk: one.when for pk, one in everyone.items()}, {pk: brought_by(one) for pk, one in everyone.items()}
    )
    return [[everyone[pk] for pk in way] for way in found]


def brought_by(rule: Rule) -> frozenset[str]:
    """The occasions that the deeds of a rule bring."""
    return frozenset[str]().union(*(deed.brings for step in steps_of(rule) if (deed := deed_named(step.kind))))


def in_words(ways: Iterable[list[Rule]]) -> list[str]:
    """Circles as sentences."""
    return [
        _("“%(name)s” can set itself off.") % {"name": way[0].name}
        if len(way) == 1
        else _("These can set each other off: %(names)s.") % {"names": " → ".join(f"“{one.name}”" for one in way)}
        for way in ways
    ]
