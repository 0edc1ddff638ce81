"""A directory's people: what its groups bring, the preview, taking them over now and by itself."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from dreiklang.identities import queries
from dreiklang.identities.commands import sources as source_commands
from dreiklang.identities.commands import syncing
from dreiklang.identities.models import GroupRule, Source
from dreiklang.identities.rules.directory import Entry
from dreiklang.kernel.errors import NotFound, Refusal
from dreiklang.teams.models import Team
from dreiklang.web.control import sources
from dreiklang.web.control.directory_page import STEP_WORDS, GroupSheet
from dreiklang.web.control.role_words import ROLE_WORDS
from dreiklang.web.control.source_forms import SHEETS
from dreiklang.web.routing import actor_of, policy

MOST_SHOWN = 200


@require_POST
@policy("control")
def group(request: HttpRequest, origin_id: int) -> HttpResponse:
    """Let a group bring something."""
    source, form = _directory(request, origin_id), GroupSheet(request.POST)
    made = form.carry_out(
        lambda sent: syncing.keep_group_rule(
            source, group=sent["group"], role=sent["role"], team=sent["team"], actor=actor_of(request)
        )
    )
    if made is None:
        return sources.page(request, source, group_form=form)
    return redirect("control:source", source.pk)


@require_POST
@policy("control")
def group_removal(request: HttpRequest, origin_id: int, rule_id: int) -> HttpResponse:
    """A group brings it no more."""
    found = GroupRule.objects.filter(source=_directory(request, origin_id), pk=rule_id).first()
    if found is None:
        raise NotFound(code="no_rule")
    syncing.drop_group_rule(found, actor=actor_of(request))
    return redirect("control:source", origin_id)


@require_POST
@policy("control")
def preview(request: HttpRequest, origin_id: int) -> HttpResponse:
    """What taking people over would do; nothing is changed."""
    source = _directory(request, origin_id)
    try:
        entries = _people_of(source)
    except Refusal as silent:
        return _silent(request, source, silent)
    plan = queries.plan(source, entries)
    teams = dict(Team.objects.values_list("pk", "name"))
    steps = [
        {"what": STEP_WORDS[step.what], "name": step.name, "team": teams.get(step.team_id or 0, ""),
         "roles": [ROLE_WORDS.get(role, role) for role in step.roles], "is_closing": step.what == "closed"}
        for step in plan.steps[:MOST_SHOWN]
    ]  # fmt: skip
    seen = {"people": len(entries), "steps": steps, "more": max(0, len(plan.steps) - MOST_SHOWN), "held": plan.held}
    return sources.page(request, source, seen=seen)


@require_POST
@policy("control")
def sync(request: HttpRequest, origin_id: int) -> HttpResponse:
    """Take people over now, after the preview was looked at."""
    source = _directory(request, origin_id)
    try:
        entries = _people_of(source)
    except Refusal as silent:
        return _silent(request, source, silent)
    run = syncing.carry_out(source, entries, actor=actor_of(request), in_any_case=True)
    source_commands.note_contact(source.pk, actor=actor_of(request))
    steps = sum(run.counts.values())
    done = ngettext("%(n)d change was made.", "%(n)d changes were made.", steps) % {"n": steps}
    messages.success(request, done)
    return redirect("control:source", source.pk)


@require_POST
@policy("control")
def switch(request: HttpRequest, origin_id: int) -> HttpResponse:
    """Take people over every five minutes, or no longer."""
    source = _directory(request, origin_id)
    is_on = request.POST.get("to") == "on"
    if is_on and not source.runs.exists():
        messages.error(request, _("Look at the preview and take people over once; then it can go on by itself."))
        return redirect("control:source", source.pk)
    syncing.switch_sync(source, is_on=is_on, actor=actor_of(request))
    said = (
        _("From now on people are taken over every five minutes.") if is_on else _("People are no longer taken over.")
    )
    messages.success(request, said)
    return redirect("control:source", source.pk)


def _silent(request: HttpRequest, source: Source, silent: Refusal) -> HttpResponse:
    source_commands.note_contact(source.pk, problem=str(silent), actor=actor_of(request))
    messages.error(request, str(silent))
    return redirect("control:source", source.pk)


def _people_of(source: Source) -> list[Entry]:
    from dreiklang.identities.protocols import ldap  # here: it costs a start a tenth, and few desks have one

    return ldap.people(source)


def _directory(request: HttpRequest, origin_id: int) -> Source:
    found = sources.source_of(request, origin_id)
    if found.kind != Source.Kind.LDAP or found.kind not in SHEETS:
        raise NotFound(code="no_directory")
    return found
