"""The articles of the demo desk: in both languages, about what its tickets are about."""

from __future__ import annotations

from importlib import resources

from dreiklang.console.demo.world import SETUP
from dreiklang.knowledge.commands.importing import import_articles
from dreiklang.knowledge.commands.learning import learn


def write_articles() -> int:
    """Take the articles in and learn their words; returns how many editions there are."""
    file = resources.files("dreiklang.console.demo") / "articles.jsonl"
    result = import_articles(file.read_text(encoding="utf-8").splitlines(), actor=SETUP)
    learn(actor=SETUP)
    return result.created
