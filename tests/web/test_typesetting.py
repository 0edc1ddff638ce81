"""What is the same on every page in a language is set once; what depends on the page or the reader never is."""

from __future__ import annotations

from typing import Any

import pytest
from django.template import Context, Engine, Template
from django.template.base import TextNode
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from dreiklang.web.addresses import address
from dreiklang.web.typesetting import Loader, _Set

HEAD = "{% load i18n static components %}"
FIXED = (
    '{% translate "Search" %}',
    '{% icon "search" "icon-sm" %}{% level_badge 2 %}',
    "{% url 'desk:search' %}",
    "{% static 'dreiklang/desk.css' %}",
    "{% blocktranslate %}Search{% endblocktranslate %}",
)
OPEN = (
    "{% translate word %}",
    '{% translate "Search" as kept %}{{ kept }}',
    "{% icon name %}{% level_badge level %}{% avatar word %}",
    "{% url 'desk:ticket' number %}",
    "{% url 'desk:panel' number panel %}",
    "{% url route %}",
    "{% url 'desk:search' as kept %}{{ kept }}",
    "{% blocktranslate with n=number %}from {{ n }}{% endblocktranslate %}",
    '{% if number %}{% translate "Search" %}{% else %}{% icon "x" %}{% endif %}',
    '{% for one in some %}{% translate "Search" %}{{ one }}{% empty %}-{% endfor %}',
    '{% language "de" %}{% translate "Search" %}{% endlanguage %}',
    "{% autoescape off %}{{ word }}{% url 'desk:panel' number panel %}{% endautoescape %}",
)
VALUES: dict[str, Any] = {
    "word": "Search <b>", "name": "lock", "level": 3, "number": 4711, "panel": "people", "route": "desk:views",
    "some": [1, 2],
}  # fmt: skip


def templates(text: str) -> tuple[Template, Template]:
    engine = Engine.get_default()
    return Template(HEAD + text, engine=engine), _Set(HEAD + text, engine=engine)


@pytest.mark.parametrize("text", [*FIXED, *OPEN])
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_set_template_says_what_the_plain_one_says(text: str, language: str) -> None:
    with translation.override(language):
        plain, made = templates(text)
        assert made.render(Context(VALUES)) == plain.render(Context(VALUES)) != ""


@pytest.mark.parametrize("text", FIXED)
def test_what_is_fixed_stands_in_it_as_text(text: str) -> None:
    _plain, made = templates(text)
    assert [type(node) for node in made.nodelist] == [TextNode]


@pytest.mark.parametrize("text", OPEN)
def test_what_depends_on_the_page_is_left_to_it(text: str) -> None:
    _plain, made = templates(text)
    assert [node for node in made.nodelist if type(node) is not TextNode]


def test_each_language_has_templates_of_its_own() -> None:
    loader = Loader(Engine.get_default())
    with translation.override("de"):
        german = loader.get_template("web/parts/overlays.html")
        assert german is loader.get_template("web/parts/overlays.html")
    with translation.override("en"):
        assert loader.get_template("web/parts/overlays.html") is not german


@given(st.integers(min_value=0, max_value=2**60), st.text(min_size=1).filter(lambda text: "/" not in text))
def test_an_address_is_what_reverse_tells(number: int, text: str) -> None:
    assert address("desk:ticket", number) == reverse("desk:ticket", args=[number])
    assert address("desk:panel", number, "people") == reverse("desk:panel", args=[number, "people"])
    for wrong in (-1, text):
        try:
            told = reverse("desk:ticket", args=[wrong])
        except NoReverseMatch:
            with pytest.raises(NoReverseMatch):
                address("desk:ticket", wrong)
        else:
            assert address("desk:ticket", wrong) == told
