"""Texts as sparse rows of numbers: how loud each term speaks in each text, and what words have in common by letters."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from dreiklang.assistance.rules.terms import JOINT, counted_terms, letter_groups, words_of

Floats = NDArray[np.floating]
Ints = NDArray[np.integer]
Sparse = Any  # scipy tells no types

#: How loud letter groups speak beside terms; of 0, 0.4, 0.7, 1 the best over folds of real tickets.
GROUP_SHARE: Final = 0.7
#: A term must stand in so many texts, and so must the words with a letter group.
LEAST_TEXTS: Final = 2
#: Weights that are learned at most, terms and letter groups times classes: a bound for memory and time.
MOST_WEIGHTS: Final = 2_000_000


@dataclass(frozen=True)
class Sheet:
    """Texts made ready for fitting.

    ``by_term`` (texts × terms) and ``by_word`` (texts × words) hold rows of length 1 (and ``GROUP_SHARE``);
    ``spelling`` (words × letter groups) says how words are written.
    """

    terms: list[str]
    rarities: Floats
    groups: list[str]
    group_rarities: Floats
    unseen: float
    by_term: Sparse
    by_word: Sparse
    spelling: Sparse

    def rows(self, chosen: Ints) -> tuple[Sparse, Sparse]:
        """The rows of some texts."""
        return self.by_term[chosen], self.by_word[chosen]


def sheet_of(texts: Sequence[str], classes: int) -> Sheet:
    """Count the terms of texts; ``classes`` says how many weights each will have."""
    vocabulary: dict[str, int] = {}
    counts = _counts(texts, vocabulary)
    names = list(vocabulary)
    in_texts = np.bincount(counts.indices, minlength=len(names))
    rarities = np.log((1 + len(texts)) / (1 + np.maximum(in_texts, 1))) + 1
    is_word = np.array([JOINT not in name for name in names], dtype=bool)
    most = max(MOST_WEIGHTS // max(classes, 1), 200)
    words = np.flatnonzero(is_word)
    spelling, groups, group_rarities = _spelling([names[i] for i in words], in_texts[words], most // 3)
    kept = _most_frequent(in_texts, LEAST_TEXTS, most - len(groups))
    return Sheet(
        terms=[names[i] for i in kept],
        rarities=rarities[kept].astype(np.float32),
        groups=groups,
        group_rarities=group_rarities,
        unseen=float(np.log((1 + len(texts)) / 2) + 1),
        by_term=_of_length(counts[:, kept] @ sparse.diags(rarities[kept].astype(np.float32)), 1.0),
        by_word=_of_length(counts[:, words] @ sparse.diags(rarities[words].astype(np.float32)), GROUP_SHARE),
        spelling=spelling,
    )


def _counts(texts: Iterable[str], vocabulary: dict[str, int]) -> Sparse:
    """1 + log(times) for each term of each text; the vocabulary grows."""
    columns, values, ends = array("i"), array("f"), array("q", [0])
    for text in texts:
        for term, times in counted_terms(words_of(text)).items():
            columns.append(vocabulary.setdefault(term, len(vocabulary)))
            values.append(1 + math.log(times))
        ends.append(len(columns))
    shape = (len(ends) - 1, len(vocabulary))
    return sparse.csr_matrix((_numbers(values), _numbers(columns), np.array(ends, dtype=np.int32)), shape=shape)


def _numbers(values: array[Any]) -> NDArray[Any]:
    return np.array(values, dtype=np.float32 if values.typecode == "f" else np.int32)


def _spelling(words: Sequence[str], in_texts: Ints, most: int) -> tuple[Sparse, list[str], Floats]:
    """Words × letter groups, each word of length 1; the groups; how rare each is among the words."""
    known: dict[str, int] = {}
    columns, ends = array("i"), array("q", [0])
    for word in words:
        columns.extend(known.setdefault(group, len(known)) for group in sorted(letter_groups(word)))
        ends.append(len(columns))
    ones = np.ones(len(columns), dtype=np.float32)
    found = sparse.csr_matrix((ones, _numbers(columns), np.array(ends, dtype=np.int32)), shape=(len(words), len(known)))
    in_words = np.bincount(found.indices, minlength=len(known))
    kept = _most_frequent(found.T @ in_texts, LEAST_TEXTS, most)
    rarities = (np.log((1 + len(words)) / (1 + in_words[kept])) + 1).astype(np.float32)
    names = list(known)
    return _of_length(found[:, kept] @ sparse.diags(rarities), 1.0), [names[i] for i in kept], rarities


def _most_frequent(counts: Ints, least: int, most: int) -> Ints:
    """The places of what occurs often enough, in their order; the most frequent ones if there are too many."""
    kept = np.flatnonzero(counts >= least)
    if len(kept) > most:
        kept = np.sort(kept[np.argsort(-counts[kept], kind="stable")[:most]])
    return kept


def _of_length(rows: Sparse, length: float) -> Sparse:
    """Every row scaled to a length; empty rows stay."""
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    scale = np.divide(length, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return (sparse.diags(scale.astype(np.float32)) @ rows).tocsr()
