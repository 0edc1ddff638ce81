"""Chat widgets: for whose pages, on which origins, who answers, what they say; their secret is shown once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dreiklang.channels.chat import commands, queries
from dreiklang.channels.chat.models import Widget
from dreiklang.kernel import clock
from dreiklang.kernel.errors import NotFound
from dreiklang.organizations.models import Organization
from dreiklang.teams.models import Team
from dreiklang.tickets.models import Category
from dreiklang.web.control.pages import control_page
from dreiklang.web.routing import actor_of, policy
from dreiklang.web.sheet import Lines, VersionedSheet, typed

AT = "chat_widgets"
#: Fields of the form in two languages → the widget's own.
WORDS = {"greeting": "greetings", "privacy": "privacy"}
PLAIN = ("name", "team", "category", "origins", "privacy_url", "language", "colour", "patience", "is_active")


def _words(label: Any, help_text: Any = "") -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, required=False, max_length=500, widget=area, help_text=help_text)


class WidgetSheet(VersionedSheet):
    """A widget. Its organisation stays: chats hang on it."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    organization = forms.ModelChoiceField(
        label=gettext_lazy("Visitors nobody knows belong to"),
        queryset=Organization.objects.filter(is_active=True).order_by("sort_key"),
        help_text=gettext_lazy("Only people of this organisation can be vouched for by a page."),
    )
    team = forms.ModelChoiceField(
        label=gettext_lazy("Who answers"), queryset=Team.objects.filter(level=1, is_active=True).order_by("name"),
        help_text=gettext_lazy("The chat is open in the team's working hours, while somebody of it takes chats."),
    )  # fmt: skip
    category = forms.ModelChoiceField(
        label=gettext_lazy("Category"), required=False,
        queryset=Category.objects.filter(is_active=True).order_by("position", "name"),
    )  # fmt: skip
    origins = Lines(
        label=gettext_lazy("On which pages"), max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=gettext_lazy("One origin a line, such as https://www.example.org. On all others it stays closed."),
    )  # fmt: skip
    greeting_de = _words(gettext_lazy("First words, German"))
    greeting_en = _words(gettext_lazy("First words, English"))
    privacy_de = _words(gettext_lazy("About the visitor's data, German"))
    privacy_en = _words(gettext_lazy("About the visitor's data, English"))
    privacy_url = forms.CharField(label=gettext_lazy("More about it at"), max_length=300, required=False)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), required=False,
        choices=[("", gettext_lazy("that of the page")), ("de", "Deutsch"), ("en", "English")],
    )  # fmt: skip
    colour = forms.CharField(label=gettext_lazy("Colour"), max_length=7, initial="#1257c0")
    patience = forms.IntegerField(
        label=gettext_lazy("Becomes a ticket after so many minutes"), initial=5, min_value=1, max_value=120,
        help_text=gettext_lazy("when nobody has answered; the visitor is told the number."),
    )  # fmt: skip
    is_active = forms.BooleanField(label=gettext_lazy("Opens on its pages"), required=False, initial=True)


@require_GET
@policy("control")
def listed(request: HttpRequest) -> HttpResponse:
    """All widgets."""
    return control_page(request, "chat_widgets", {"rows": list(queries.widgets())}, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def new(request: HttpRequest) -> HttpResponse:
    """Make a widget. Its secret is shown on the page that answers, and never again."""
    form = WidgetSheet(typed(request))
    if request.method == "POST":
        made = form.carry_out(lambda sent: commands.make_widget(actor=actor_of(request), **_fields(sent, is_new=True)))
        if made is not None:
            return _page(request, made[0], secret=made[1])
    return control_page(request, "chat_widget", {"form": form, "widget": None}, at=AT)


@require_http_methods(["GET", "POST"])
@policy("control")
def one(request: HttpRequest, widget_id: int) -> HttpResponse:
    """Change a widget; see how it comes onto a page."""
    widget = _widget(widget_id)
    form = _sheet(widget, typed(request))
    if request.method == "POST":
        done = form.carry_out(
            lambda sent: commands.change_widget(
                widget, actor=actor_of(request), version=sent["version"], **_fields(sent)
            )
        )
        if done is not None:
            messages.success(request, _("Saved."))
            return redirect("control:chat_widget", done.pk)
    return _page(request, widget, form=form)


@require_POST
@policy("control")
def secret(request: HttpRequest, widget_id: int) -> HttpResponse:
    """A new secret; what was signed with the old one makes nobody known from now on."""
    widget, fresh = commands.new_secret(_widget(widget_id), actor=actor_of(request))
    return _page(request, widget, secret=fresh)


def _fields(sent: dict[str, Any], *, is_new: bool = False) -> dict[str, Any]:
    """What the form says as the command wants it."""
    found = {name: sent[name] for name in PLAIN}
    for typed_name, name in WORDS.items():
        both = {language: sent[f"{typed_name}_{language}"] for language in ("de", "en")}
        found[name] = {language: words for language, words in both.items() if words}
    return found | ({"organization": sent["organization"]} if is_new else {})


def _sheet(widget: Widget, sent: Any = None) -> WidgetSheet:
    initial = {name: getattr(widget, name) for name in (*PLAIN, "version")}
    for typed_name, name in WORDS.items():
        initial |= {f"{typed_name}_{k}": getattr(widget, name).get(k, "") for k in ("de", "en")}
    form = WidgetSheet(sent, initial=initial)
    del form.fields["organization"]
    return form


def _page(request: HttpRequest, widget: Widget, *, form: WidgetSheet | None = None, secret: str = "") -> HttpResponse:
    context = {
        "form": form or _sheet(widget),
        "widget": widget,
        "secret": secret,
        "address": request.build_absolute_uri(reverse("chat:script", args=[widget.key])),
        "is_open": bool(queries.takers_of(widget.team, clock.now())),
    }
    return control_page(request, "chat_widget", context, at=AT)


def _widget(widget_id: int) -> Widget:
    found = Widget.objects.select_related("team", "organization").filter(pk=widget_id).first()
    if found is None:
        raise NotFound(code="no_widget")
    return found
