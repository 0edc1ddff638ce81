"""Erasing a person, after a look at what goes, what stays and what stands against it; how long words are kept."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from dreiklang.exchange.commands.erasing import MOST_REASON, ask_erasure
from dreiklang.exchange.commands.retaining import MOST_MONTHS, remove_retention, set_retention
from dreiklang.exchange.models import Retention
from dreiklang.exchange.queries.erasing import Preview, preview_of, retentions
from dreiklang.kernel.errors import NotFound
from dreiklang.organizations import queries
from dreiklang.teams.models import Team
from dreiklang.web.control.pages import control_page
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Sheet, typed

#: What goes, by the name of its count, in the order of the page.
GOES = {
    "tickets": gettext_lazy("Tickets of theirs lose every word"),
    "messages": gettext_lazy("Messages"),
    "files": gettext_lazy("Files"),
    "mails": gettext_lazy("Mails as they came"),
    "held": gettext_lazy("Held mails"),
    "calls": gettext_lazy("Calls"),
    "addresses": gettext_lazy("Addresses and numbers"),
    "drafts": gettext_lazy("Drafts"),
    "abilities": gettext_lazy("Abilities"),
    "training_answers": gettext_lazy("Answers in exercises"),
    "devices": gettext_lazy("Devices"),
    "tokens": gettext_lazy("API tokens"),
    "disclosures": gettext_lazy("Files about them that were put together"),
    "journal": gettext_lazy("Lines of the journal whose words are emptied"),
}


class ErasureSheet(Sheet):
    """The decision."""

    because = forms.CharField(
        label=gettext_lazy("Why it is done all the same"), required=False, max_length=MOST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    is_meant = forms.BooleanField(label=gettext_lazy("Erase this person for good; there is no way back"))


class RetentionSheet(Sheet):
    """How long the words of a team's tickets are kept."""

    team = forms.ModelChoiceField(
        label=gettext_lazy("Team"), queryset=Team.objects.order_by("level", "name"), required=False,
        empty_label=gettext_lazy("all others"),
    )  # fmt: skip
    months = forms.IntegerField(
        label=gettext_lazy("Months after closing"), min_value=1, max_value=MOST_MONTHS, initial=36
    )
    is_active = forms.BooleanField(
        label=gettext_lazy("Switched on"), required=False,
        help_text=gettext_lazy("Off: only said here what would go. On: words go every night, for good."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@policy("control")
def erasure(request: HttpRequest, person_id: int) -> HttpResponse:
    """What erasing a person would do, and the decision."""
    actor = actor_of(request)
    person = queries.person(person_id, actor=actor)
    form = ErasureSheet(typed(request))
    if request.method == "POST":
        asked = form.carry_out(lambda sent: ask_erasure(person, actor=actor, because=sent["because"]))
        if asked is not None:
            messages.success(request, _("They are being erased; it takes a moment."))
            return redirect("control:erasure", person.pk)
    seen = preview_of(person, actor=actor)
    return control_page(
        request, "erasure", {"person": person, "seen": seen, "goes": _goes(seen), "form": form}, at="persons"
    )


def _goes(seen: Preview) -> list[tuple[object, int]]:
    return [(words, seen.erased[name]) for name, words in GOES.items() if seen.erased.get(name)]


@require_http_methods(["GET", "POST"])
@policy("control")
def retention(request: HttpRequest) -> HttpResponse:
    """How long words are kept, with what is due now."""
    actor = actor_of(request)
    form = RetentionSheet(typed(request))
    if request.method == "POST":
        kept = form.carry_out(
            lambda sent: set_retention(sent["team"], actor=actor, months=sent["months"], is_active=sent["is_active"])
        )
        if kept is not None:
            messages.success(request, _("Saved."))
            return redirect("control:retention")
    return control_page(request, "retention", {"rows": retentions(actor=actor), "form": form}, at="retention")


@require_POST
@policy("control")
def remove(request: HttpRequest, retention_id: int) -> HttpResponse:
    """Keep these words for as long as the general rule says, or for ever."""
    found = Retention.objects.filter(pk=retention_id).first()
    if found is None:
        raise NotFound(code="no_retention")
    remove_retention(found, actor=actor_of(request))
    messages.success(request, _("Removed. What is gone already stays gone."))
    return redirect("control:retention")
