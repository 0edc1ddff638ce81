"""Reminders and automatic closing: whom they hold for, and what they would do today before anybody gets a mail."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.kernel.errors import NotFound
from dreiklang.organizations.models import Organization
from dreiklang.tickets.commands.silence import remove_silence_plan, set_silence_plan
from dreiklang.tickets.models import Category, SilencePlan
from dreiklang.tickets.queries.silence import due_closings, due_reminders, plans_with
from dreiklang.tickets.rules.silence import MOST_DAYS, MOST_REMINDERS
from dreiklang.web.control.pages import control_page
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import VersionedSheet, typed

AT = "silence"
SHOWN = 50


class SilenceSheet(VersionedSheet):
    """Who is reminded when, and when it closes."""

    customer = forms.ModelChoiceField(
        label=gettext_lazy("Customer"), required=False, empty_label=gettext_lazy("all"),
        queryset=Organization.objects.filter(is_active=True).order_by("sort_key"),
    )  # fmt: skip
    category = forms.ModelChoiceField(
        label=gettext_lazy("Category"), required=False, empty_label=gettext_lazy("all"),
        queryset=Category.objects.filter(is_active=True).order_by("name"),
        help_text=gettext_lazy("With those below it. The closest plan counts, a customer's before a category's."),
    )  # fmt: skip
    remind_after = forms.IntegerField(
        label=gettext_lazy("Remind after working days"), min_value=1, max_value=MOST_DAYS, initial=3,
        help_text=gettext_lazy("Counted by the calendar of the team, from our last word."),
    )  # fmt: skip
    times = forms.IntegerField(label=gettext_lazy("Reminders"), min_value=1, max_value=MOST_REMINDERS, initial=2)
    close_after = forms.IntegerField(
        label=gettext_lazy("Close after working days"), min_value=1, max_value=MOST_DAYS, required=False, initial=5,
        help_text=gettext_lazy("After the last reminder, which says the day. Empty: never."),
    )  # fmt: skip
    is_active = forms.BooleanField(label=gettext_lazy("Switched on"), required=False, initial=True)


@require_GET
@policy("control")
def listed(request: HttpRequest) -> HttpResponse:
    """The plans, and what they would do today."""
    plans = SilencePlan.objects.select_related("customer", "category").order_by(
        "customer__sort_key", "category__name", "pk"
    )
    rows = [{"plan": plan, "whom": whom(plan), "words": plan_words(plan)} for plan in plans]
    tried = _today(None) if "today" in request.GET else None
    return control_page(request, "silence", {"rows": rows, "tried": tried}, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def new(request: HttpRequest) -> HttpResponse:
    """Make a plan, or ask first what it would do."""
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@policy("control")
def one(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Change a plan, or ask first what it would do."""
    return _edit(request, _plan(plan_id))


@require_POST
@policy("control")
def remove(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Remove a plan."""
    remove_silence_plan(_plan(plan_id), actor=actor_of(request))
    messages.success(request, _("The plan is removed. What it announced does not happen."))
    return redirect("control:silence")


def _edit(request: HttpRequest, plan: SilencePlan | None) -> HttpResponse:
    sent = typed(request)
    wanted = ""
    if sent is not None:
        sent = sent.copy()
        wanted = sent.pop("to", [""])[0]
    names = ("customer", "category", "remind_after", "times", "close_after", "is_active", "version")
    form = SilenceSheet(sent, initial={name: getattr(plan, name) for name in names} if plan else None)
    tried = None
    if wanted == "tried":
        if form.is_valid():
            values = {name: form.cleaned_data[name] for name in names if name != "version"}
            tried = _today(SilencePlan(**values))
    elif request.method == "POST":
        kept = form.carry_out(lambda values: set_silence_plan(plan=plan, actor=actor_of(request), **values))
        if kept is not None:
            messages.success(request, _("Saved. Mails leave in the hours of the teams."))
            return redirect("control:silence")
    return control_page(request, "silence_plan", {"form": form, "plan": plan, "tried": tried}, at=AT)


def _today(changed: SilencePlan | None) -> dict[str, Any]:
    """Who would be reminded and what would close today; with a plan that is not saved yet, as if it were."""
    plans = plans_with(changed) if changed is not None else None
    reminders = due_reminders(plans=plans, only_open=False)
    closings = due_closings()
    return {
        "reminders": reminders[:SHOWN],
        "closings": closings[:SHOWN],
        "more": max(len(reminders) - SHOWN, 0) + max(len(closings) - SHOWN, 0),
        "words": _count_words(len([due for due in reminders if due.has_address]), len(closings)),
    }


def _count_words(reminded: int, closed: int) -> str:
    first = ngettext(
        "%(n)d ticket would be reminded of today", "%(n)d tickets would be reminded of today", reminded
    ) % {"n": reminded}
    second = _("to be closed: %(n)d") % {"n": closed}
    return f"{first}, {second}."


def whom(plan: SilencePlan) -> str:
    """Whom a plan holds for, in words."""
    parts = [plan.customer.name if plan.customer else "", plan.category.name if plan.category else ""]
    return ", ".join(part for part in parts if part) or _("everybody")


def plan_words(plan: SilencePlan) -> str:
    """A plan in a sentence."""
    remind = ngettext(
        "one reminder after %(days)d working days", "%(n)d reminders, each after %(days)d working days", plan.times
    ) % {"n": plan.times, "days": plan.remind_after}
    if plan.close_after is None:
        return _("%(remind)s; never closed") % {"remind": remind}
    return _("%(remind)s; closed after %(close)d more") % {"remind": remind, "close": plan.close_after}


def _plan(plan_id: int) -> SilencePlan:
    found = SilencePlan.objects.select_related("customer", "category").filter(pk=plan_id).first()
    if found is None:
        raise NotFound(code="no_plan")
    return found
