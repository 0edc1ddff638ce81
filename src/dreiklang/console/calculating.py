"""``sla compute``: working time and clocks on plain input. Needs neither database nor Django."""

from __future__ import annotations

import argparse
import json
from typing import Any

from dreiklang.console.answers import BAD_DATA, DONE, Refused, say
from dreiklang.console.inputs import read_bytes


def compute(options: argparse.Namespace) -> int:
    """Answer one document: questions about working time, or an agreement and what happened under it."""
    from dreiklang.calendars.rules import BadDocument, answer_questions
    from dreiklang.sla.rules import answer_agreement

    document = _document(read_bytes(options.file), options.file)
    is_agreement = isinstance(document, dict) and "agreement" in document
    try:
        answer: dict[str, Any] = answer_agreement(document) if is_agreement else answer_questions(document)
    except BadDocument as wrong:
        raise Refused(BAD_DATA, f"{options.file}: {wrong}") from wrong
    words = _clocks_in_words(answer["clocks"]) if is_agreement else _answers_in_words(answer["answers"])
    say(answer, words, as_json=options.json)
    return DONE


def _answers_in_words(answers: list[dict[str, Any]]) -> str:
    return "\n".join(" ".join(f"{key}: {value}" for key, value in one.items()) for one in answers)


def _clocks_in_words(clocks: list[dict[str, Any]]) -> str:
    """A paragraph for each clock: the result first, then the spans and events it counted."""
    lines = []
    for clock in clocks:
        level = f", level {clock['level']}" if clock["level"] else ""
        lines.append(
            f"{clock['metric']}{level}: {clock['state']}, due {clock['due']}, used {clock['used_seconds']} s "
            f"of {clock['target_seconds']} s, paused {clock['paused_seconds']} s"
        )
        for step in clock["why"]:
            if "event" in step:
                lines.append(f"  {step['at']} {step['event']} {step.get('said', '')}".rstrip())
            else:
                lines.append(f"  {step['from']} to {step['to']}: {step['seconds']} s {step['counted']}")
    return "\n".join(lines)


def _document(raw: bytes, name: str) -> object:
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as wrong:
        raise Refused(BAD_DATA, f"{name}: not UTF-8 at byte {wrong.start}") from wrong
    except json.JSONDecodeError as wrong:
        raise Refused(BAD_DATA, f"{name}: not JSON, line {wrong.lineno}, column {wrong.colno}: {wrong.msg}") from wrong
    except RecursionError as wrong:
        raise Refused(BAD_DATA, f"{name}: nested too deeply") from wrong
