"""The glossary: the desk's own words, by which a search for one finds the others."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.kernel.errors import NotFound
from dreiklang.kernel.permissions import Actor
from dreiklang.knowledge import policy as knowledge
from dreiklang.knowledge.commands import glossary
from dreiklang.knowledge.models import GlossaryEntry
from dreiklang.knowledge.queries.glossary import entries_for
from dreiklang.organizations.models import Organization
from dreiklang.web.forms import whole
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Lines, VersionedSheet, typed

PAGE = 50
LONGEST = 80


class EntrySheet(VersionedSheet):
    """What goes by several words."""

    words_de = Lines(
        label=gettext_lazy("German words, one in each line"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    words_en = Lines(
        label=gettext_lazy("English words, one in each line"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    meaning = forms.CharField(label=gettext_lazy("What it is"), max_length=500, required=False)
    customer = forms.ModelChoiceField(
        label=gettext_lazy("Only this customer says so"),
        queryset=Organization.objects.filter(kind="customer").order_by("sort_key"), required=False,
        help_text=gettext_lazy("Nobody from elsewhere is answered by these words."),
    )  # fmt: skip


@require_GET
@policy("desk")
def listed(request: HttpRequest) -> HttpResponse:
    """Every entry by its first word, or those that hold some letters; by pages."""
    actor, words = _reader(request), request.GET.get("q", "").strip()[:LONGEST]
    found = entries_for(actor, words)
    after = GlossaryEntry.objects.filter(pk=whole(request.GET.get("after", "")) or 0).first()
    if after is not None:
        found = found.filter(sort_key__gte=after.sort_key).exclude(sort_key=after.sort_key, pk__lte=after.pk)
    rows = list(found[: PAGE + 1])
    context = {
        "rows": rows[:PAGE],
        "after": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "words": words,
        "may_change": knowledge.may_review(actor),
    }
    return render(request, "web/desk/articles/glossary.html", context)


@require_http_methods(["GET", "POST"])
@policy("desk")
def new(request: HttpRequest) -> HttpResponse:
    """A new entry."""
    return _form(request, _keeper(request), None)


@require_http_methods(["GET", "POST"])
@policy("desk")
def one(request: HttpRequest, entry_id: int) -> HttpResponse:
    """An entry to change."""
    actor = _keeper(request)
    return _form(request, actor, _entry(actor, entry_id))


@require_POST
@policy("desk")
def removal(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Take an entry out."""
    actor = _keeper(request)
    glossary.remove_entry(_entry(actor, entry_id), actor=actor)
    messages.success(request, _("The entry is gone; its words are found only as they stand."))
    return redirect("desk:glossary")


def _form(request: HttpRequest, actor: Actor, entry: GlossaryEntry | None) -> HttpResponse:
    form = EntrySheet(typed(request), initial=_start(entry))
    if request.method == "POST":
        kept = form.carry_out(lambda sent: glossary.keep_entry(entry, actor=actor, **_sent(sent)))
        if kept is not None:
            messages.success(request, _("Saved. Searches know these words from now on."))
            return redirect("desk:glossary")
    context = {"form": form, "entry": entry}
    return render(request, "web/desk/articles/glossary_entry.html", context, status=422 if form.errors else 200)


def _sent(sent: dict[str, Any]) -> dict[str, Any]:
    words = {language: sent.pop(f"words_{language}") for language, _name in settings.LANGUAGES}
    return {**sent, "words": words}


def _start(entry: GlossaryEntry | None) -> dict[str, Any]:
    if entry is None:
        return {}
    words: dict[str, list[str]] = {}
    for word in entry.words.all():
        words.setdefault(f"words_{word.language}", []).append(word.word)
    return {**words, "meaning": entry.meaning, "customer": entry.customer_id, "version": entry.version}


def _reader(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if not knowledge.may_write(actor):
        raise NotFound
    return actor


def _keeper(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if not knowledge.may_review(actor):
        raise NotFound
    return actor


def _entry(actor: Actor, entry_id: int) -> GlossaryEntry:
    found = knowledge.glossary_for(actor).filter(pk=entry_id).first()
    if found is None:
        raise NotFound
    return found
