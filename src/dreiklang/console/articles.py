"""``knowledge import`` and ``knowledge search``."""

from __future__ import annotations

import argparse
import json
from typing import Any

from dreiklang.console.answers import BAD_DATA, DONE, NOT_THERE, USAGE, Refused, say
from dreiklang.console.desk import open_desk, require_current_tables
from dreiklang.console.inputs import read_bytes, require_readable

OTHER_SHAPES = (".md", ".markdown", ".txt", ".html", ".htm", ".csv", ".zip")
UNREADABLE = {
    "encoding": "is not UTF-8",
    "kind": "is no file of articles",
    "archive": "is no archive that can be read",
    "many": "holds more than 5,000 files",
    "large": "holds more than 100 MB",
    "table": "is no table that can be read",
}


def import_file(options: argparse.Namespace) -> int:
    """Read a file of articles, and learn from them what words mean."""
    require_readable([options.file])
    content = read_bytes(options.file)
    name = options.file if options.file.lower().endswith(OTHER_SHAPES) else "lines.jsonl"
    with open_desk():
        require_current_tables()
        lines = _lines(options.file, name, content)
        from dreiklang.kernel.permissions import system
        from dreiklang.knowledge.commands.importing import import_articles
        from dreiklang.knowledge.commands.learning import learn

        result = import_articles(lines, actor=system("console"), filename=options.file)
        if result.created or result.updated:
            learn(actor=system("console"))
    answer = {
        "created": result.created,
        "updated": result.updated,
        "unchanged": result.unchanged,
        "rejected": result.rejected,
    }
    words = [f"{result.created} created, {result.updated} updated, {result.unchanged} unchanged."]
    words += [f"  line {one['line']} {one['id']}: {one['reason']}" for one in result.rejected]
    say(answer, "\n".join(words), as_json=options.json)
    return DONE


def _lines(file: str, name: str, content: bytes) -> list[str]:
    from dreiklang.knowledge.rules.formats import Unreadable, lines_of

    try:
        return list(lines_of(name, content))
    except Unreadable as wrong:
        cause = wrong.__cause__
        place = f": byte {cause.start}" if isinstance(cause, UnicodeDecodeError) else ""
        raise Refused(BAD_DATA, f"{file} {UNREADABLE[wrong.args[0]]}{place}") from wrong


def export(options: argparse.Namespace) -> int:
    """Write every published article as JSON lines, to be read in again unchanged."""
    with open_desk():
        require_current_tables()
        from dreiklang.kernel.permissions import system
        from dreiklang.knowledge.queries.exporting import lines_to_export

        for line in lines_to_export(system("console")):
            print(json.dumps(line, ensure_ascii=False))
    return DONE


def search(options: argparse.Namespace) -> int:
    """Answer one question, or one in each line of a file, a line each."""
    if (options.query is None) == (options.queries is None):
        raise Refused(USAGE, "give a QUERY, or --queries FILE")
    if options.queries is not None:
        require_readable([options.queries])
        questions = read_bytes(options.queries).decode("utf-8-sig", "replace").splitlines()
    else:
        questions = [options.query]
    with open_desk():
        require_current_tables()
        actor = _actor(options.account)
        for question in questions:
            answer = _answer(question, actor, options)
            say(answer, _in_words(answer), as_json=options.json)
    return DONE


def _actor(account: str | None) -> Any:
    """Who asks: the desk itself, or the person of an account."""
    from dreiklang.kernel.permissions import system

    if account is None:
        return system("console")
    from dreiklang.accounts.models import Account
    from dreiklang.teams.queries import actor_for

    found = Account.objects.filter(login__iexact=account.strip()).first()
    if found is None or not found.is_active:
        raise Refused(NOT_THERE, f"there is no account {account}")
    return actor_for(found)


def _answer(question: str, actor: Any, options: argparse.Namespace) -> dict[str, Any]:
    from dreiklang.knowledge.queries.search import search as found

    hits = found(question, actor=actor, language=options.language or "", limit=options.limit).hits
    return {
        "query": question,
        "results": [
            {
                "id": hit.edition.article.key,
                "language": hit.edition.language,
                "title": hit.edition.title,
                "score": hit.score,
            }
            for hit in hits
        ],
    }


def _in_words(answer: dict[str, Any]) -> str:
    lines = [f"{r['score']:8.3f}  {r['language']}  {r['id']}  {r['title']}" for r in answer["results"]]
    return "\n".join([f"? {answer['query']}", *(lines or ["  nothing found"])])
