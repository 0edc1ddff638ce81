"""``assistance evaluate``: how well proposals would work on one's own data. Needs neither database nor Django."""

from __future__ import annotations

import argparse
import csv
import resource
import time
from dataclasses import dataclass
from typing import Any

from dreiklang.console.answers import BAD_DATA, DONE, NOT_THERE, USAGE, Refused, say, tell
from dreiklang.console.inputs import read_bytes, require_readable

DEFAULT_FOLDS = 5


@dataclass(frozen=True)
class Examples:
    """The rows of a file that have a class, in their order."""

    texts: list[str]
    labels: list[str]


def evaluate(options: argparse.Namespace) -> int:
    """Learn from a table, judge on its own folds or on another table, and say how good it was."""
    if options.folds is not None and options.test is not None:
        raise Refused(USAGE, "give --folds or --test, not both")
    if options.folds == 1:
        raise Refused(USAGE, "one fold leaves nothing to learn from: give 2 or more")
    require_readable([options.csv, *([options.test] if options.test else [])])
    began = time.monotonic()
    evaluation = _learner()
    known = _examples(options.csv, options)
    try:
        if options.test is None:
            folds = options.folds or min(DEFAULT_FOLDS, len(known.texts))
            judged = evaluation.by_folds(known.texts, known.labels, folds=folds, seed=options.seed)
        else:
            others = _examples(options.test, options)
            judged = evaluation.on_others(known.texts, known.labels, others.texts, others.labels, seed=options.seed)
    except evaluation.NothingToLearn as wrong:
        raise Refused(BAD_DATA, f"{options.csv}: {wrong}") from wrong
    if options.predictions:
        _write(options.predictions, judged)
    figures = judged.figures()
    figures["seconds"] = round(time.monotonic() - began, 2)
    figures["peak_mib"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    say(figures, _in_words(figures), as_json=options.json)
    return DONE


def _learner() -> Any:
    try:
        from dreiklang.assistance.rules import evaluation
    except ModuleNotFoundError as missing:
        raise Refused(
            NOT_THERE, f"{missing.name} is not installed; it comes with: pip install 'dreiklang[assistance]'"
        ) from missing
    return evaluation


def _examples(name: str, options: argparse.Namespace) -> Examples:
    """The rows with a class; those without are told of."""
    from dreiklang.assistance.rules.tables import BadTable, read

    try:
        table = read(read_bytes(name), text_columns=options.text, label_column=options.label)
    except BadTable as wrong:
        raise Refused(BAD_DATA, f"{name}: {wrong}") from wrong
    without = [line for line, label in zip(table.lines, table.labels, strict=True) if not label]
    if len(without) == len(table.labels):
        raise Refused(BAD_DATA, f"{name}: the column '{options.label}' is empty in every row")
    if not any(table.texts):
        raise Refused(BAD_DATA, f"{name}: the text ({', '.join(options.text)}) is empty in every row")
    if without:
        tell(f"{name}: {len(without)} rows without '{options.label}' are left out, the first in line {without[0]}")
    kept = [(text, label) for text, label in zip(table.texts, table.labels, strict=True) if label]
    return Examples([text for text, _label in kept], [label for _text, label in kept])


def _write(name: str, judged: Any) -> None:
    try:
        with open(name, "w", encoding="utf-8", newline="") as target:
            rows = csv.writer(target)
            rows.writerow(["predicted", "probability"])
            for label, probability in zip(judged.predicted, judged.probabilities, strict=True):
                rows.writerow([label, f"{probability:.6f}"])
    except OSError as wrong:
        raise Refused(USAGE, f"cannot write {name}: {wrong.strerror}") from wrong


def _in_words(figures: dict[str, Any]) -> str:
    proposed = figures["proposed"]
    sure = (
        "no proposal is sure enough to be made unasked"
        if proposed["precision"] is None
        else f"proposed unasked: {proposed['coverage']:.1%} of the texts, right in {proposed['precision']:.1%}"
    )
    lines = [
        f"{figures['rows']} texts, {figures['classes']} classes",
        f"right at once {figures['accuracy']:.1%}, among the first three {figures['top3']:.1%}",
        f"macro F1 {figures['macro_f1']}",
        f"probabilities are off by {figures['calibration_error']:.1%} on average",
        sure,
        f"{figures['seconds']} s, {figures['peak_mib']} MiB at most",
    ]
    return "\n".join(lines)
