"""Every word on a screen has its German, and the program that looks for them finds them all."""

import subprocess
import sys

from tests.house import source

sys.path.insert(0, str(source.ROOT / "bootstrap"))
import translations


def test_every_word_is_translated():
    done = subprocess.run(
        [sys.executable, "bootstrap/translations.py", "check"],
        cwd=source.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_words_in_python_are_found_under_any_name():
    text = """
from django.utils import translation
from django.utils.translation import gettext_lazy as _, ngettext as many, pgettext
a = _("one") + many("%(n)s ticket", "%(n)s tickets", 2) + pgettext("verb", "open")
d = translation.gettext("far")
b = _("in "
      "two parts")
c = other("nothing")
"""
    assert {(context, word, plural) for context, word, plural, _line in translations.python_words(text)} == {
        (None, "one", None),
        (None, "%(n)s ticket", "%(n)s tickets"),
        ("verb", "open", None),
        (None, "far", None),
        (None, "in two parts", None),
    }


def test_words_in_templates_are_found():
    text = """{% load i18n %}{% translate "Hand it's up" %} {% trans 'Solve' context "verb" %}
{{ _("Later") }}{% blocktranslate with n=x trimmed %}
  in {{ n }} minutes
{% endblocktranslate %}
{% blocktranslate count n=x %}one ticket{% plural %}{{ n }} tickets{% endblocktranslate %}"""
    found = {(context, word, plural) for context, word, plural, _line in translations.template_words(text, "t.html")}
    assert found == {
        (None, "Hand it's up", None),
        ("verb", "Solve", None),
        (None, "Later", None),
        (None, "in %(n)s minutes", None),
        (None, "one ticket", "%(n)s tickets"),
    }


def test_wrong_placeholders_are_noticed():
    def fault(msgid, msgstr):
        return translations.wrong_placeholders(translations.polib.POEntry(msgid=msgid, msgstr=msgstr))

    assert fault("in %(n)s minutes", "in %(m)s Minuten")
    assert fault("in %(n)s minutes", "bald")
    assert not fault("in %(n)s minutes", "in %(n)s Minuten")
