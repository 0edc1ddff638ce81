"""Tags: all words that stand on tickets, how often; to be written differently, made one, or forgotten."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from dreiklang.kernel.errors import NotFound
from dreiklang.tickets.commands import tagging
from dreiklang.tickets.models import Tag
from dreiklang.tickets.rules.tags import LONGEST, tag_key
from dreiklang.web.control.pages import control_page
from dreiklang.web.control.paging import page_of
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Sheet, typed

AT = "tags"


class NameSheet(Sheet):
    """How the tag is written."""

    name = forms.CharField(label=gettext_lazy("Tag"), max_length=LONGEST)


class MergeSheet(Sheet):
    """Into which other tag."""

    into = forms.ModelChoiceField(label=gettext_lazy("Becomes the tag"), queryset=Tag.objects.none())


@require_GET
@policy("control")
def listed(request: HttpRequest) -> HttpResponse:
    """Every tag with how many tickets bear it, by name; or those that hold some letters."""
    words = request.GET.get("q", "").strip()[:LONGEST]
    found = Tag.objects.annotate(used=Count("tagged"))
    if words:
        found = found.filter(folded__contains=tag_key(words))
    page = page_of(request, found, key="folded")
    return control_page(request, "tags", {"page": page, "words": words}, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def one(request: HttpRequest, tag_id: int) -> HttpResponse:
    """One tag: ``to`` says what is done with it."""
    found = Tag.objects.annotate(used=Count("tagged")).filter(pk=tag_id).first()
    if found is None:
        raise NotFound(_("There is no such tag."))
    deed = request.GET.get("to", "")
    name = NameSheet(typed(request) if deed == "name" else None, initial={"name": found.name})
    merge = MergeSheet(typed(request) if deed == "merge" else None)
    merge.fields["into"].queryset = Tag.objects.exclude(pk=found.pk)  # type: ignore[attr-defined]
    if request.method == "POST" and (done := _done(request, found, deed, name, merge)):
        return done
    return control_page(request, "tag", {"tag": found, "name": name, "merge": merge}, at=AT)


def _done(request: HttpRequest, found: Tag, deed: str, name: Sheet, merge: Sheet) -> HttpResponse | None:
    actor = actor_of(request)
    done: Any = None
    if deed == "name":
        done = name.carry_out(lambda values: tagging.rename_tag(found, actor=actor, name=values["name"]))
        words = _("The tag is written so on every ticket now.")
    elif deed == "merge":
        done = merge.carry_out(lambda values: tagging.merge_tags(found, actor=actor, into=values["into"]))
        words = _("The two tags are one now.")
    elif deed == "deletion":
        tagging.delete_tag(found, actor=actor)
        done, words = found, _("The tag is gone from every ticket.")
    if done is None:
        return None
    messages.success(request, words)
    return redirect("control:tag", tag_id=done.pk) if done.pk else redirect("control:tags")
