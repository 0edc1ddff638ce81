"""What is learned from texts: reasons, probabilities that hold, measures, and models that survive being packed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dreiklang.assistance.rules import calibration, measures, model
from dreiklang.assistance.rules.calibration import Calibration
from dreiklang.assistance.rules.counting import sheet_of
from dreiklang.assistance.rules.fitting import scored
from dreiklang.assistance.rules.learning import Learned, folds_of, learn
from dreiklang.assistance.rules.terms import letter_groups, words_of

TEXTS = [
    "Der Drucker im zweiten Stock druckt nicht",
    "Druckerwarteschlange hängt, Drucker offline",
    "Papierstau am Drucker",
    "Mein Kennwort ist abgelaufen",
    "Kennwort vergessen, Anmeldung geht nicht",
    "Konto gesperrt nach falschem Kennwort",
] * 4
LABELS = (["Drucker"] * 3 + ["Konto"] * 3) * 4


@pytest.fixture(scope="module")
def learned() -> Learned:
    return learn(TEXTS, LABELS)


def test_a_word_never_seen_speaks_like_those_it_resembles(learned: Learned) -> None:
    drucker, konto = learned.model.probabilities("Netzwerkdrucker"), learned.model.probabilities("Kennwörter")
    assert learned.model.classes == ("Drucker", "Konto")
    assert drucker[0] > 0.5
    assert konto[1] > 0.5


def test_the_reason_is_words_of_the_text_as_they_stand(learned: Learned) -> None:
    text = "Hallo, der DRUCKER druckt seit Montag nicht"
    words = learned.model.words_for(text, "Drucker")
    assert words[0] == "DRUCKER"
    assert set(words) <= set(text.replace(",", "").split())
    assert learned.model.words_for("", "Drucker") == []


def test_asked_one_by_one_a_model_says_what_was_fitted(learned: Learned) -> None:
    sheet = sheet_of(TEXTS, 2)
    weights = np.vstack([learned.model.term_weights, learned.model.group_weights, learned.model.biases[None]])
    fitted = learned.model.calibration.probabilities(scored(sheet, np.arange(len(TEXTS)), weights))
    asked = np.array([learned.model.probabilities(text) for text in TEXTS])
    np.testing.assert_allclose(fitted, asked, atol=1e-4)


def test_a_model_survives_being_packed(learned: Learned) -> None:
    again = model.unpacked(model.packed(learned.model))
    assert again.classes == learned.model.classes
    for text in (*TEXTS[:3], "", "ganz anderes"):
        np.testing.assert_allclose(again.probabilities(text), learned.model.probabilities(text), atol=5e-3)
    for broken in (b"", b"PK\x03\x04", model.packed(learned.model)[:-50]):
        with pytest.raises(model.UnreadableModel):
            model.unpacked(broken)


@given(st.text(max_size=300))
def test_any_text_has_probabilities(text: str) -> None:
    assert all(0 < len(word) <= 40 and " " not in word for word in words_of(text))
    found = _small().probabilities(text)
    assert found.sum() == pytest.approx(1)
    assert (found >= 0).all()


_kept: list[model.Model] = []


def _small() -> model.Model:
    if not _kept:
        _kept.append(learn(TEXTS[:6], LABELS[:6]).model)
    return _kept[0]


def test_letter_groups_know_the_edges_of_a_word() -> None:
    assert letter_groups("ab") == {"<ab", "ab>", "<ab>"}
    assert letter_groups("tür") >= {"<tü", "<tür>"}


@given(
    arrays(np.float64, st.tuples(st.integers(1, 8), st.integers(2, 5)), elements=st.integers(-99, 99).map(float)),
    st.floats(0.1, 10), st.floats(0, 5), st.floats(0, 5), st.floats(-5, 5),
)  # fmt: skip
def test_calibration_keeps_the_best_class_best(scores, temperature: float, a: float, b: float, c: float) -> None:
    found = Calibration(temperature, a, b, c).probabilities(scores)
    assert found.sum(axis=1) == pytest.approx(np.ones(len(found)))
    rows = np.arange(len(found))
    assert (found[rows, scores.argmax(axis=1)] >= found.max(axis=1) - 1e-5).all()


def test_calibrated_probabilities_hold_though_people_disagree() -> None:
    """One label in ten is wrong, and the scores are three times too loud: what is said then holds on other texts."""
    chance = np.random.default_rng(3)
    likely = chance.normal(size=(8_000, 4)) * 3
    true = np.array([chance.choice(4, p=row) for row in calibration.softmax(likely)])
    wrong = chance.random(len(true)) < 0.1
    true[wrong] = chance.integers(0, 4, wrong.sum())
    scale = calibration.learned(likely[:4_000] * 3, true[:4_000])
    said = scale.probabilities(likely[4_000:] * 3)
    error = measures.calibration_error(said.max(axis=1), said.argmax(axis=1) == true[4_000:])
    assert error < 0.03
    before = calibration.softmax(likely[4_000:] * 3)
    assert measures.calibration_error(before.max(axis=1), before.argmax(axis=1) == true[4_000:]) > 0.1


def test_measures_on_sums_done_by_hand() -> None:
    assert measures.macro_f1(["a", "a", "b"], ["a", "b", "b"]) == pytest.approx(2 / 3)
    sure, right = np.array([0.9, 0.8, 0.7, 0.6]), np.array([True, True, False, True])
    assert measures.threshold_for(sure, right, 0.95) == 0.8
    assert measures.threshold_for(sure, right, 0.75) == 0.6
    assert measures.threshold_for(sure, ~right, 0.95) is None
    assert measures.threshold_for(sure, right, 0.95, least=3) is None
    assert measures.coverage_at(sure, right, 0.95) == 0.5
    assert measures.calibration_error(np.array([0.95] * 20), np.array([True] * 19 + [False])) == pytest.approx(0)
    assert measures.coverage_at(np.array([0.9, 0.9]), np.array([True, False]), 0.95) == 0


@given(st.lists(st.integers(0, 4), min_size=1, max_size=60), st.integers(2, 6), st.integers(0, 9))
def test_folds_hold_every_text_once_and_spread_each_class(true: list[int], count: int, seed: int) -> None:
    folds = folds_of(np.array(true), count, seed)
    assert sorted(np.concatenate(folds).tolist()) == list(range(len(true)))
    sizes = [len(fold) for fold in folds]
    assert max(sizes) - min(sizes) <= 1
