"""The category tree, and what each category asks before which level."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.kernel.errors import Invalid, NotFound
from dreiklang.teams.models import Team
from dreiklang.tickets.commands import categories as commands
from dreiklang.tickets.models import Category, CategoryQuestion, Ticket
from dreiklang.web.control.pages import control_page
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Lines, Sheet, VersionedSheet, typed

AT = "categories"
LEVELS = [(n, gettext_lazy("before level %(n)d") % {"n": n}) for n in (2, 3, 4)]


class CategorySheet(VersionedSheet):
    """A category."""

    name_de = forms.CharField(label=gettext_lazy("Name in German"), max_length=100, required=False)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=100, required=False)
    parent = forms.ModelChoiceField(
        label=gettext_lazy("Below"), required=False, queryset=Category.objects.order_by("name"),
        empty_label=gettext_lazy("nothing: at the top"),
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("For these kinds of ticket"), required=False, choices=Ticket.Kind.choices,
        widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("None ticked: for all."),
    )  # fmt: skip
    team = forms.ModelChoiceField(
        label=gettext_lazy("Usual team"), required=False, empty_label=gettext_lazy("that of the category above"),
        queryset=Team.objects.filter(is_active=True).order_by("level", "name"),
        help_text=gettext_lazy("Proposed first when a ticket of this category is handed up."),
    )  # fmt: skip
    position = forms.IntegerField(label=gettext_lazy("Place in the list"), min_value=0, max_value=9999, initial=0)
    in_portal = forms.BooleanField(label=gettext_lazy("Offered to requesters"), required=False, initial=True)
    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)

    def clean(self) -> dict[str, Any]:
        """Two names become one field, as the command wants it."""
        cleaned = super().clean()
        cleaned["names"] = {"de": cleaned.pop("name_de", ""), "en": cleaned.pop("name_en", "")}
        if not any(cleaned["names"].values()):
            self.add_error("name_de", _("A category needs a name."))
        return cleaned


class QuestionSheet(Sheet):
    """A question."""

    label_de = forms.CharField(label=gettext_lazy("Question in German"), max_length=200, required=False)
    label_en = forms.CharField(label=gettext_lazy("Question in English"), max_length=200, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Answered by"), choices=CategoryQuestion.Kind.choices)
    choices = Lines(
        label=gettext_lazy("Answers to choose from"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One a line, for a choice only."),
    )  # fmt: skip
    needed_for_level = forms.TypedChoiceField(label=gettext_lazy("Must be answered"), choices=LEVELS, coerce=int)
    in_portal = forms.BooleanField(label=gettext_lazy("Ask requesters in the portal"), required=False)
    position = forms.IntegerField(label=gettext_lazy("Place in the list"), min_value=0, max_value=9999, initial=0)

    def clean(self) -> dict[str, Any]:
        """Two labels become one field, as the command wants it."""
        cleaned = super().clean()
        cleaned["labels"] = {"de": cleaned.pop("label_de", ""), "en": cleaned.pop("label_en", "")}
        if not any(cleaned["labels"].values()):
            self.add_error("label_de", _("What shall be asked?"))
        return cleaned


@require_GET
@policy("control")
def listed(request: HttpRequest) -> HttpResponse:
    """The tree."""
    below: dict[int | None, list[Category]] = {}
    for category in Category.objects.select_related("team").prefetch_related("questions"):
        below.setdefault(category.parent_id, []).append(category)
    return control_page(request, "categories", {"rows": _tree(below, None, 0)}, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def new(request: HttpRequest) -> HttpResponse:
    """Add a category."""
    form = CategorySheet(typed(request), initial={"parent": request.GET.get("below", "")})
    if request.method == "POST":
        made = form.carry_out(lambda sent: _make(sent, request))
        if made is not None:
            messages.success(request, _("The category is added."))
            return redirect("control:category", made.pk)
    return control_page(request, "category", {"form": form, "category": None}, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def one(request: HttpRequest, category_id: int) -> HttpResponse:
    """A category with its questions."""
    category = _category(category_id)
    form = _sheet(category, typed(request))
    if request.method == "POST":
        done = form.carry_out(lambda sent: commands.change_category(category, actor=actor_of(request), **sent))
        if done is not None:
            messages.success(request, _("Saved."))
            return redirect("control:category", category.pk)
    return _page(request, category, form, QuestionSheet(prefix="question"))


@require_POST
@policy("control")
def remove(request: HttpRequest, category_id: int) -> HttpResponse:
    """Remove a category that nothing uses."""
    category = _category(category_id)
    try:
        commands.remove_category(category, actor=actor_of(request))
    except Invalid as refused:
        messages.error(request, str(refused))
        return redirect("control:category", category_id)
    messages.success(request, _("The category is removed."))
    return redirect("control:categories")


@require_POST
@policy("control")
def add_question(request: HttpRequest, category_id: int) -> HttpResponse:
    """Ask something more."""
    category = _category(category_id)
    form = QuestionSheet(request.POST, prefix="question")
    if form.carry_out(lambda sent: commands.keep_question(category, actor=actor_of(request), **sent)) is None:
        return _page(request, category, _sheet(category), form)
    messages.success(request, _("The question is added."))
    return redirect("control:category", category.pk)


@require_http_methods(["GET", "POST"])
@policy("control")
def question(request: HttpRequest, category_id: int, question_id: int) -> HttpResponse:
    """Change a question, or ask it no more."""
    category = _category(category_id)
    found = category.questions.filter(pk=question_id).first()
    if found is None:
        raise NotFound(code="no_question")
    if request.method == "POST" and request.POST.get("to") == "removed":
        commands.remove_question(found, actor=actor_of(request))
        messages.success(request, _("The question is asked no more. Its answers stay with the tickets."))
        return redirect("control:category", category.pk)
    initial = {
        "label_de": found.labels.get("de", ""), "label_en": found.labels.get("en", ""), "kind": found.kind,
        "choices": found.choices, "needed_for_level": found.needed_for_level, "in_portal": found.in_portal,
        "position": found.position,
    }  # fmt: skip
    form = QuestionSheet(typed(request), initial=initial)
    if request.method == "POST":
        kept = form.carry_out(
            lambda sent: commands.keep_question(category, question=found, actor=actor_of(request), **sent)
        )
        if kept is not None:
            messages.success(request, _("Saved."))
            return redirect("control:category", category.pk)
    return control_page(request, "question", {"form": form, "category": category, "question": found}, at=AT)


def _category(category_id: int) -> Category:
    found = Category.objects.select_related("parent", "team").filter(pk=category_id).first()
    if found is None:
        raise NotFound(code="no_category")
    return found


def _make(sent: dict[str, Any], request: HttpRequest) -> Category:
    sent.pop("version")
    return commands.make_category(sent.pop("names"), actor=actor_of(request), **sent)


def _sheet(category: Category, sent: Any = None) -> CategorySheet:
    names = ("parent", "kinds", "team", "position", "in_portal", "is_active", "version")
    initial = {name: getattr(category, name) for name in names}
    initial |= {"name_de": category.names.get("de", ""), "name_en": category.names.get("en", "")}
    form = CategorySheet(sent, initial=initial)
    parent = form.fields["parent"]
    assert isinstance(parent, forms.ModelChoiceField)
    parent.queryset = Category.objects.exclude(pk=category.pk).order_by("name")
    return form


def _tree(below: dict[int | None, list[Category]], parent: int | None, depth: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for category in below.get(parent, []):
        asked = sum(1 for q in category.questions.all() if q.is_active)
        rows.append({"category": category, "depth": depth, "asked": asked})
        rows += _tree(below, category.pk, depth + 1)
    return rows


def _page(request: HttpRequest, category: Category, form: CategorySheet, question_form: QuestionSheet) -> HttpResponse:
    context = {
        "form": form,
        "category": category,
        "question_form": question_form,
        "questions": category.questions.filter(is_active=True).order_by("position", "pk"),
    }
    return control_page(request, "category", context, at=AT)
