"""New solutions: what concerns one, what one has not read, and how many of one's team have."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dreiklang.kernel.errors import NotFound
from dreiklang.tickets.models import Category
from dreiklang.training import policy as training
from dreiklang.training.commands import announcements as commands
from dreiklang.training.models import SolutionRead
from dreiklang.training.queries import announcements as queries
from dreiklang.web import forms
from dreiklang.web.desk.classification import language
from dreiklang.web.desk.finding import me
from dreiklang.web.desk.learning import tabs_for
from dreiklang.web.routing import actor_of, policy


@require_GET
@policy("desk")
def page(request: HttpRequest) -> HttpResponse:
    """What was published lately and concerns one, newest first."""
    actor = actor_of(request)
    if not training.may_look(actor):
        raise NotFound
    rows = list(queries.news_for(actor).select_related("edition__article")[: queries.PAGE])
    read = set(
        SolutionRead.objects.filter(announcement__in=rows, person_id=me(actor)).values_list(
            "announcement_id", flat=True
        )
    )
    readings = queries.readings_of(rows, actor=actor)
    chosen = queries.interests_of(actor)
    categories = Category.objects.filter(is_active=True).order_by("position", "name")
    context = {
        "tabs": tabs_for(actor),
        "rows": [(row, row.pk in read, readings[row.pk]) for row in rows],
        "categories": [(c.pk, c.name_in(language()), c.pk in chosen) for c in categories],
        "days": queries.NEWS_FOR.days,
    }
    return render(request, "web/desk/lessons/solutions.html", context)


@require_POST
@policy("desk")
def interests(request: HttpRequest) -> HttpResponse:
    """Which categories one wants to hear of."""
    actor = actor_of(request)
    sent = forms.read(request, lists=["category"])
    wanted = [n for n in map(forms.whole, sent["category"]) if n is not None]
    commands.choose_interests(actor=actor, categories=Category.objects.filter(pk__in=wanted))
    messages.success(request, _("Saved."))
    return redirect("desk:solutions")
