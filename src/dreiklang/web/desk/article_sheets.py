"""The forms of articles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy

from dreiklang.assets.models import ConfigurationItem
from dreiklang.knowledge.models import Article, Edition
from dreiklang.knowledge.rules import markup
from dreiklang.organizations.models import Organization, Person
from dreiklang.web.sheet import Lines, Sheet, VersionedSheet

LEVELS = [("", "–"), *((n, str(n)) for n in (1, 2, 3, 4))]

#: The field shows how it will look while one writes, and takes pictures (``markdown.js``).
EDITOR = {
    "hx-post": reverse_lazy("desk:article_preview"), "hx-trigger": "input changed delay:500ms", "hx-params": "body",
    "hx-target": "#preview-text", "hx-swap": "innerHTML", "hx-sync": "this:replace", "data-markdown-target": "text",
    "data-action": "paste->markdown#paste drop->markdown#drop keydown->markdown#keys",
}  # fmt: skip


class TextSheet(Sheet):
    """Title and text of an edition."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=300)
    body = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=markup.LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "true"} | EDITOR),
        help_text=gettext_lazy(
            "Markdown: # heading, - list, 1. steps, - [ ] step to tick, **bold**, `code`, | tables |, "
            "[[key of an article]]"
        ),
    )
    note = forms.CharField(
        label=gettext_lazy("What was changed"), max_length=300, required=False,
        help_text=gettext_lazy("One line for the list of revisions"),
    )  # fmt: skip
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)


class AudienceSheet(Sheet):
    """Who may read an edition."""

    audience = forms.ChoiceField(
        label=gettext_lazy("Who may read it"), choices=Edition.Audience.choices, initial="internal"
    )
    level = forms.TypedChoiceField(
        label=gettext_lazy("From level"), choices=LEVELS, coerce=int, empty_value=None, required=False
    )
    customer = forms.ModelChoiceField(
        label=gettext_lazy("Customer"), queryset=Organization.objects.filter(kind="customer").order_by("sort_key"),
        required=False,
    )  # fmt: skip


class NewArticleSheet(TextSheet, AudienceSheet):
    """A new article in its first language."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=Article.Kind.choices,
        widget=forms.Select(attrs={"data-markdown-target": "kind", "data-action": "markdown#kindChanged"}),
    )  # fmt: skip
    field_order = ("title", "language", "kind", "audience", "level", "customer", "body", "note")


class DescriptionSheet(VersionedSheet):
    """What an article is, who looks after it, what it is about."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Article.Kind.choices)
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Looked after by"), queryset=Person.objects.none(), required=False
    )
    check_by = forms.DateField(
        label=gettext_lazy("To be checked by"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    services = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Services"), queryset=ConfigurationItem.objects.order_by("sort_key"), required=False
    )
    tags = Lines(label=gettext_lazy("Tags, one in each line"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)
        owner.queryset = Person.objects.filter(organization__kind="provider", is_active=True).order_by("sort_key")


class ReasonSheet(Sheet):
    """Why something does not do yet."""

    because = forms.CharField(label=gettext_lazy("What should be changed"), max_length=1000)
