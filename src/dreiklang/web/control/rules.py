"""Rules: the list in the order in which they run, switches, ready ones, and carrying them from desk to desk."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dreiklang.automation import policy as automation
from dreiklang.automation.commands import keeping
from dreiklang.automation.models import Rule
from dreiklang.automation.queries.documents import BadDocument, export_of, rules_from
from dreiklang.automation.rules import READY
from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.kernel.permissions import system
from dreiklang.tickets.queries.conditions import vocabulary_for
from dreiklang.web.components.rules import WHEN, conditions_words, deeds_words
from dreiklang.web.control.pages import control_page
from dreiklang.web.forms import whole
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Sheet

AT = "rules"
LARGEST = 1_000_000


class ImportSheet(Sheet):
    """A file of rules."""

    file = forms.FileField(
        label=gettext_lazy("File"), widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
        help_text=gettext_lazy("As another desk has exported it. They come switched off."),
    )  # fmt: skip


@require_GET
@policy("control")
def listed(request: HttpRequest) -> HttpResponse:
    """Every rule in the order in which they run."""
    return _list(request, ImportSheet())


def _list(request: HttpRequest, form: ImportSheet) -> HttpResponse:
    vocabulary = vocabulary_for(system("rules"))
    found = list(Rule.objects.all())
    rows = [
        {
            "rule": rule,
            "when": WHEN.get(rule.when, rule.when),
            "conditions": conditions_words(rule.conditions, vocabulary),
            "deeds": deeds_words(rule.deeds),
        }
        for rule in found
    ]
    taken = {rule.ready_key for rule in found}
    is_german = (get_language() or "").startswith("de")
    ready = [
        {
            "key": one["key"], "name": one["name_de"] if is_german else one["name"], "when": WHEN[one["when"]],
            "conditions": conditions_words(one["conditions"], vocabulary), "deeds": deeds_words(one["deeds"]),
        }
        for one in READY if one["key"] not in taken
    ]  # fmt: skip
    return control_page(request, "rules", {"rows": rows, "ready": ready, "form": form}, at=AT)


@require_POST
@policy("control")
def switch(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Switch a rule on or off; what keeps it from running is said on its page."""
    rule, is_active = rule_called(rule_id), request.POST.get("is_active") == "1"
    try:
        keeping.switch_rule(rule, actor=actor_of(request), is_active=is_active)
    except Invalid as refused:
        messages.error(request, str(refused))
        return redirect("control:rule", rule_id)
    said = _("“%(name)s” is switched on.") if is_active else _("“%(name)s” is switched off.")
    messages.success(request, said % {"name": rule.name})
    return redirect("control:rules")


@require_POST
@policy("control")
def move(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Move a rule up or down."""
    keeping.move_rule(rule_called(rule_id), actor=actor_of(request), by=1 if request.POST.get("by") == "1" else -1)
    return redirect("control:rules")


@require_POST
@policy("control")
def remove(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Remove a rule."""
    keeping.remove_rule(rule_called(rule_id), actor=actor_of(request))
    messages.success(request, _("The rule is removed. What it did stands at the tickets."))
    return redirect("control:rules")


@require_POST
@policy("control")
def take_ready(request: HttpRequest, key: str) -> HttpResponse:
    """Take over a ready rule, switched off."""
    rule = keeping.take_ready(key, actor=actor_of(request))
    messages.success(request, _("Taken over, switched off. Look at it, try it, then switch it on."))
    return redirect("control:rule", rule.pk)


@require_GET
@policy("control")
def export(request: HttpRequest) -> HttpResponse:
    """All rules as a file."""
    if not automation.may_keep_rules(actor_of(request)):
        raise NotFound
    response = JsonResponse(export_of(list(Rule.objects.all())), json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = 'attachment; filename="dreiklang-rules.json"'
    return response


@require_POST
@policy("control")
def take_in(request: HttpRequest) -> HttpResponse:
    """Add the rules of a file, switched off; one that would not run here says why."""
    form = ImportSheet(request.POST, request.FILES)
    kept = form.carry_out(lambda sent: keeping.import_rules(_read(sent["file"]), actor=actor_of(request)))
    if kept is None:
        return _list(request, form)
    words = ngettext("%(n)d rule is added, switched off.", "%(n)d rules are added, switched off.", len(kept))
    messages.success(request, words % {"n": len(kept)})
    return redirect("control:rules")


def _read(file: Any) -> list[Rule]:
    if file.size > LARGEST:
        raise Invalid({"file": [_("This file is too large.")]})
    try:
        return rules_from(json.loads(file.read().decode("utf-8")))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as unread:
        raise Invalid({"file": [_("This is no file of rules.")]}) from unread
    except BadDocument as bad:
        words = _("This is no file of rules: something is wrong at “%(where)s”.") % {"where": bad.where}
        raise Invalid({"file": [words]}) from bad


def rule_called(rule_id: int) -> Rule:
    """A rule by its number. Raises NotFound."""
    found = Rule.objects.filter(pk=whole(str(rule_id)) or 0).first()
    if found is None:
        raise NotFound(code="no_rule")
    return found
