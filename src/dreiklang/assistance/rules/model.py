"""What was learned for a field, small enough to lie in the database and quick enough to be asked for each ticket.

A text's score for a class is linear: Σ of its terms' weights, plus the weights of its words' letter groups. So the
words that spoke for a class can be told, each with what it brought. Needs NumPy only.
"""

from __future__ import annotations

import io
import math
import zipfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dreiklang.assistance.rules.calibration import Calibration
from dreiklang.assistance.rules.terms import JOINT, counted_terms, is_small, letter_groups, words_of, written_words

Floats = NDArray[np.floating]

MOST_REMEMBERED: Final = 20_000


class UnreadableModel(ValueError):
    """The bytes are no model of this version."""


@dataclass(frozen=True)
class Model:
    """Terms and letter groups with their rarity (inverse document frequency) and their weights per class.

    ``unseen``: the rarity of a word that stands in one text at most. ``group_share``: how loud the letter groups
    speak beside the terms.
    """

    classes: tuple[str, ...]
    terms: tuple[str, ...]
    rarities: Floats
    term_weights: Floats
    groups: tuple[str, ...]
    group_rarities: Floats
    group_weights: Floats
    biases: Floats
    unseen: float
    group_share: float
    calibration: Calibration

    @cached_property
    def _term_index(self) -> dict[str, int]:
        return {term: index for index, term in enumerate(self.terms)}

    @cached_property
    def _group_index(self) -> dict[str, int]:
        return {group: index for index, group in enumerate(self.groups)}

    def probabilities(self, text: str) -> Floats:
        """The calibrated probability of each class."""
        counted = counted_terms(words_of(text))
        scores = self.biases + sum(self._parts(counted).values(), np.zeros(len(self.classes)))
        found: Floats = self.calibration.probabilities(scores[None, :])[0]
        return found

    def words_for(self, text: str, label: str, most: int = 4) -> list[str]:
        """The words of a text that spoke most for a class against the others, as they stand, the strongest first."""
        place = self.classes.index(label)
        said = written_words(text)
        spoke: dict[str, float] = defaultdict(float)
        for term, part in self._parts(counted_terms([term for _word, term in said])).items():
            words = term.split(JOINT)
            for word in words:
                spoke[word] += float(part[place] - part.mean()) / len(words)
        as_written = {term: word for word, term in reversed(said)}
        telling = (word for word in spoke if spoke[word] > 0 and len(word) > 1 and not is_small(word))
        best = sorted(telling, key=lambda w: (-spoke[w], w))
        return [as_written[word] for word in best[:most]]

    def _parts(self, counted: Counter[str]) -> dict[str, Floats]:
        """What each term of a text adds to the scores: term → a number per class."""
        loud = {term: 1 + math.log(count) for term, count in counted.items()}
        known = {t: w * self.rarities[self._term_index[t]] for t, w in loud.items() if t in self._term_index}
        words = {t: w * self._rarity(t) for t, w in loud.items() if JOINT not in t}
        parts: dict[str, Floats] = {}
        length = math.sqrt(sum(w * w for w in known.values()))
        for term, weight in known.items():
            parts[term] = self.term_weights[self._term_index[term]] * (weight / length)
        length = math.sqrt(sum(w * w for w in words.values()))
        for word, weight in words.items():
            alike = self._by_letters(word) * (self.group_share * weight / length)
            parts[word] = parts[word] + alike if word in parts else alike
        return parts

    def _rarity(self, word: str) -> float:
        index = self._term_index.get(word)
        return self.unseen if index is None else float(self.rarities[index])

    @cached_property
    def _spelt(self) -> dict[str, Floats]:
        return {}

    def _by_letters(self, word: str) -> Floats:
        """What the letter groups of a word say about the classes; the commonest words are not looked up twice."""
        if len(self._spelt) >= MOST_REMEMBERED:
            self._spelt.clear()
        if word not in self._spelt:
            self._spelt[word] = self._spelling(word)
        return self._spelt[word]

    def _spelling(self, word: str) -> Floats:
        rows = [index for g in letter_groups(word) if (index := self._group_index.get(g)) is not None]
        rarities = self.group_rarities[rows]
        length = float(np.sqrt((rarities**2).sum())) or 1.0
        found: Floats = (self.group_weights[rows] * (rarities / length)[:, None]).sum(axis=0)
        return found


def packed(model: Model) -> bytes:
    """The model as bytes."""
    target = io.BytesIO()
    np.savez_compressed(
        target,
        classes=_lines(model.classes),
        terms=_lines(model.terms),
        groups=_lines(model.groups),
        rarities=model.rarities.astype(np.float32),
        group_rarities=model.group_rarities.astype(np.float32),
        term_weights=model.term_weights.astype(np.float16),
        group_weights=model.group_weights.astype(np.float16),
        biases=model.biases.astype(np.float32),
        numbers=np.array([model.unseen, model.group_share, *model.calibration.numbers]),
    )
    return target.getvalue()


def unpacked(content: bytes) -> Model:
    """The model again. Raises UnreadableModel."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as parts:
            unseen, group_share, *numbers = (float(n) for n in parts["numbers"])
            return Model(
                classes=_words(parts["classes"]),
                terms=_words(parts["terms"]),
                rarities=parts["rarities"],
                term_weights=parts["term_weights"].astype(np.float32),
                groups=_words(parts["groups"]),
                group_rarities=parts["group_rarities"],
                group_weights=parts["group_weights"].astype(np.float32),
                biases=parts["biases"],
                unseen=unseen,
                group_share=group_share,
                calibration=Calibration(*numbers),
            )
    except (EOFError, OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as wrong:
        raise UnreadableModel(str(wrong)) from wrong


def _lines(words: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


def _words(lines: NDArray[np.uint8]) -> tuple[str, ...]:
    return tuple(lines.tobytes().decode().split("\n")) if len(lines) else ()
