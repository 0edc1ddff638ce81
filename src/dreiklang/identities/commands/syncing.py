"""Taking people over from a directory: planned first, carried out step by step, held where it would close many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from dreiklang.accounts import rules as account_rules
from dreiklang.accounts.commands import accounts
from dreiklang.identities import events, policy, queries, rules
from dreiklang.identities.commands.entering import tie
from dreiklang.identities.models import GroupRule, Identity, Source, SyncRun
from dreiklang.identities.rules import directory
from dreiklang.kernel import clock, journal
from dreiklang.kernel.command import command
from dreiklang.kernel.errors import Invalid, NotAllowed, Refusal
from dreiklang.kernel.permissions import Actor, require
from dreiklang.organizations.commands import persons, sign_ins
from dreiklang.organizations.models import Person
from dreiklang.teams.commands import members
from dreiklang.teams.models import Membership, Team
from dreiklang.teams.queries import memberships_on, today

KEPT_RUNS, MOST_PROBLEMS = 50, 100


@command
def keep_group_rule(source: Source, *, group: str, role: str = "", team: Team | None = None, actor: Actor) -> GroupRule:
    """Let belonging to a group bring a role, a team, or both. Raises Invalid by field."""
    require(policy.may_keep_sources(actor))
    group = group.strip()
    problems: dict[str, list[str]] = {}
    if "=" not in group or len(group) > 500 or not group.isprintable():
        problems["group"] = [_("A distinguished name, such as cn=helpdesk,ou=groups,dc=klinik,dc=example.")]
    if role and role not in account_rules.ROLES:
        problems["role"] = [_("Please choose one of the list.")]
    if not role and team is None:
        problems["role"] = [_("A role, a team, or both.")]
    if source.group_rules.filter(group__iexact=group, role=role, team=team).exists():
        problems["group"] = [_("It is so already.")]
    if problems:
        raise Invalid(problems)
    made = GroupRule.objects.create(source=source, group=group, role=role, team=team)
    journal.publish(events.GroupRulesChanged(subject_id=source.pk), actor=actor)
    return made


@command
def drop_group_rule(rule: GroupRule, *, actor: Actor) -> None:
    """A group brings nothing more; what it brought stays until somebody changes it."""
    require(policy.may_keep_sources(actor))
    source_id = rule.source_id
    rule.delete()
    journal.publish(events.GroupRulesChanged(subject_id=source_id), actor=actor)


@command
def switch_sync(source: Source, *, is_on: bool, actor: Actor) -> None:
    """Take people over by itself from now on, or no longer."""
    require(policy.may_keep_sources(actor))
    Source.objects.filter(pk=source.pk).update(syncs=is_on)
    journal.publish(events.SyncSwitched(subject_id=source.pk, is_on=is_on), actor=actor)


@command
def carry_out(
    source: Source, entries: Sequence[directory.Entry], *, actor: Actor, in_any_case: bool = False
) -> SyncRun:
    """Do what follows from a list of people. One that would close many is held, unless somebody has looked at it."""
    require(policy.may_keep_sources(actor))
    source = Source.objects.select_for_update().get(pk=source.pk)
    plan = queries.plan(source, entries)
    held = "" if in_any_case else plan.held
    run = SyncRun(source=source, at=clock.now(), people=len(entries), held=held)
    if not held:
        _Carrying(source, entries, actor, run).carry(plan.steps)
    run.save()
    old = source.runs.order_by("-at", "-pk").values_list("pk", flat=True)[KEPT_RUNS:]
    source.runs.filter(pk__in=list(old)).delete()
    journal.publish(events.Synced(subject_id=source.pk, steps=sum(run.counts.values()), held=held), actor=actor)
    return run


class _Carrying:
    """The steps of one run; what one of them cannot do is noted, and the others go on."""

    def __init__(self, source: Source, entries: Sequence[directory.Entry], actor: Actor, run: SyncRun) -> None:
        self.source, self.actor, self.run = source, actor, run
        self.entries = {entry.subject: entry for entry in entries}
        self.made: dict[str, Person] = {}
        self.done: Counter[str] = Counter()

    def carry(self, steps: Sequence[directory.Step]) -> None:
        """All of them."""
        deeds: dict[str, Callable[[directory.Step], object]] = {
            "new": self.new, "tied": self.tied, "named": self.named, "roles": self.roles, "joined": self.joined,
            "left": self.left, "closed": self.closed, "opened": self.opened,
        }  # fmt: skip
        for step in steps:
            try:
                with transaction.atomic():
                    deeds[step.what](step)
                self.done[step.what] += 1
            except Refusal as refused:
                if len(self.run.problems) < MOST_PROBLEMS:
                    self.run.problems.append(f"{step.name}: {refused}")
        self.run.counts = dict(self.done)

    def person(self, step: directory.Step) -> Person:
        """Whom a step is about."""
        if step.person_id is None:
            found = self.made.get(step.subject)
            if found is None:
                raise NotAllowed(_("This person could not be made."))
            return found
        return Person.objects.select_related("organization", "account").get(pk=step.person_id)

    def new(self, step: directory.Step) -> None:
        """Somebody whom the desk did not know."""
        entry = self.entries[step.subject]
        if self.source.organization is None:
            raise NotAllowed(_("It is not said where new persons belong."))
        mails = [entry.address] if rules.is_believed(_claim(entry), self.source.mail_domains) else []
        person = persons.make_person(
            entry.name or entry.subject, organization=self.source.organization, mails=mails, actor=self.actor
        )
        self.made[step.subject] = person
        if step.roles:
            account = sign_ins.give_account(person, roles=step.roles, actor=self.actor)
            tie(self.source, _claim(entry), account, by="sync", actor=self.actor)

    def tied(self, step: directory.Step) -> None:
        """Somebody whom the desk knew by the address that the directory names."""
        person, entry = self.person(step), self.entries[step.subject]
        if person.account is None:
            sign_ins.give_account(person, roles=[account_rules.REQUESTER], actor=self.actor)
        assert person.account is not None
        if not sign_ins.may_open(person.account, person, entry.address):
            raise NotAllowed(_("The address in the directory is not the account's sign-in name."))
        tie(self.source, _claim(entry), person.account, by="sync", actor=self.actor)

    def named(self, step: directory.Step) -> None:
        """Another name."""
        persons.change_person(self.person(step), name=step.name, actor=self.actor)

    def roles(self, step: directory.Step) -> None:
        """The roles that the groups bring, beside those that no group has a say in. Only for who is tied."""
        person = self.person(step)
        if not Identity.objects.filter(source=self.source, subject=step.subject, account=person.account_id).exists():
            raise NotAllowed(_("This account is not connected with the directory."))
        sign_ins.change_roles(person, step.roles, actor=self.actor)

    def joined(self, step: directory.Step) -> None:
        """A new member of a team."""
        members.add_member(Team.objects.get(pk=step.team_id or 0), self.person(step), actor=self.actor)

    def left(self, step: directory.Step) -> None:
        """No longer a member."""
        held = memberships_on(today()).filter(team_id=step.team_id or 0, person_id=step.person_id or 0)
        for membership in Membership.objects.filter(pk__in=held.values("pk")):
            members.end_membership(membership, actor=self.actor)

    def closed(self, step: directory.Step) -> None:
        """Disabled in the directory, or no longer there: out, with every session and token (P23)."""
        persons.deactivate_person(self.person(step), actor=self.actor)
        Identity.objects.filter(source=self.source, subject=step.subject).update(closed_at=clock.now())

    def opened(self, step: directory.Step) -> None:
        """Back again, and it was a sync that had closed them."""
        person = persons.activate_person(self.person(step), actor=self.actor)
        if person.account is not None and not person.account.is_active:
            accounts.enable(person.account, actor=self.actor)
        Identity.objects.filter(source=self.source, subject=step.subject).update(closed_at=None)


def _claim(entry: directory.Entry) -> rules.Claim:
    return rules.Claim(entry.subject, entry.address, bool(entry.address), entry.name)
