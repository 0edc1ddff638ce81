"""``sla compute``: working time on plain input. Needs neither database nor Django."""

from __future__ import annotations

import argparse
import json

from dreiklang.console.answers import BAD_DATA, DONE, Refused, say
from dreiklang.console.inputs import read_bytes


def compute(options: argparse.Namespace) -> int:
    """Answer one document of questions."""
    from dreiklang.calendars.rules import BadDocument, answer_questions

    document = _document(read_bytes(options.file), options.file)
    try:
        answer = answer_questions(document)
    except BadDocument as wrong:
        raise Refused(BAD_DATA, f"{options.file}: {wrong}") from wrong
    words = "\n".join(" ".join(f"{key}: {value}" for key, value in one.items()) for one in answer["answers"])
    say(answer, words, as_json=options.json)
    return DONE


def _document(raw: bytes, name: str) -> object:
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as wrong:
        raise Refused(BAD_DATA, f"{name}: not UTF-8 at byte {wrong.start}") from wrong
    except json.JSONDecodeError as wrong:
        raise Refused(BAD_DATA, f"{name}: not JSON, line {wrong.lineno}, column {wrong.colno}: {wrong.msg}") from wrong
    except RecursionError as wrong:
        raise Refused(BAD_DATA, f"{name}: nested too deeply") from wrong
