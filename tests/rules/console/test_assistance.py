"""`dreiklang assistance evaluate` on tables as people have them: sensible answers, or a sentence with the line."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from pathlib import Path

import pytest

from dreiklang.console.main import main

WORDS = {
    "Drucker": ["drucker", "papierstau", "toner", "druckerwarteschlange", "printer", "paper jam"],
    "Konto": ["kennwort", "gesperrt", "anmelden", "password", "locked", "passwortänderung"],
    "Netz": ["wlan", "netzwerk", "vpn", "verbindung", "network", "router"],
}
USUAL = ["bitte", "hallo", "heute", "please", "seit", "montag", "grüße", "büro"]


def tickets(count: int, seed: int = 1, classes: dict[str, list[str]] = WORDS) -> list[tuple[str, str]]:
    """Texts of which two words tell the class and six do not."""
    chance = random.Random(seed)
    names = sorted(classes)
    found = []
    for number in range(count):
        name = names[number % len(names)]
        words = chance.choices(classes[name], k=2) + chance.choices(USUAL, k=6)
        chance.shuffle(words)
        found.append((" ".join(words), name))
    return found


def written(path: Path, rows: list[tuple[str, str]], *, delimiter: str = ",", encoding: str = "utf-8") -> Path:
    target = io.StringIO()
    out = csv.writer(target, delimiter=delimiter)
    out.writerows([("text", "topic"), *rows])
    raw = target.getvalue().encode(encoding)
    path.write_bytes(gzip.compress(raw) if path.suffix == ".gz" else raw)
    return path


def evaluate(*words: object) -> int:
    return main(["assistance", "evaluate", "--text", "text", "--label", "topic", "--json", *map(str, words)])


def answered(capsys: pytest.CaptureFixture[str]) -> dict:
    [line] = capsys.readouterr().out.splitlines()
    return json.loads(line)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("plain.csv", {}),
        ("mark.csv", {"encoding": "utf-8-sig"}),
        ("german.csv", {"delimiter": ";", "encoding": "cp1252"}),
        ("excel.txt", {"delimiter": "\t", "encoding": "utf-16"}),
        ("packed.csv.gz", {}),
    ],
)
def test_a_table_in_any_usual_form_gives_the_same_answer(tmp_path, capsys, name, form) -> None:
    assert evaluate(written(tmp_path / name, tickets(120), **form), "--folds", 3) == 0
    found = answered(capsys)
    assert {k: found[k] for k in ("rows", "classes")} == {"rows": 120, "classes": 3}
    assert found["accuracy"] > 0.95
    assert found["macro_f1"] > 0.95
    assert found["top3"] == 1.0
    assert 0 <= found["calibration_error"] < 0.2
    assert found["seconds"] > 0
    assert found["peak_mib"] > 1


def test_others_are_predicted_in_their_order_and_the_same_twice(tmp_path, capsys) -> None:
    known, others = written(tmp_path / "a.csv", tickets(90)), written(tmp_path / "b.csv", tickets(31, seed=2))
    said = []
    for name in ("one.csv", "two.csv"):
        assert evaluate(known, "--test", others, "--predictions", tmp_path / name, "--seed", 7) == 0
        said.append((tmp_path / name).read_text())
    assert said[0] == said[1]
    rows = list(csv.DictReader(io.StringIO(said[0])))
    assert list(rows[0]) == ["predicted", "probability"]
    assert len(rows) == 31
    hits = sum(row["predicted"] == label for row, (_text, label) in zip(rows, tickets(31, seed=2), strict=True))
    assert hits / 31 == pytest.approx(json.loads(capsys.readouterr().out.splitlines()[0])["accuracy"], abs=1e-4)
    assert all(1 / 3 <= float(row["probability"]) <= 1 for row in rows)


def test_several_columns_of_text_count_together(tmp_path, capsys) -> None:
    rows = "".join(f"{text.split()[0]};{' '.join(text.split()[1:])};{label}\n" for text, label in tickets(60))
    (tmp_path / "t.csv").write_text("subject;text;topic\n" + rows)
    words = ["assistance", "evaluate", str(tmp_path / "t.csv"), "--text", "subject,text", "--label", "topic", "--json"]
    assert main(words) == 0
    assert answered(capsys)["accuracy"] > 0.9


@pytest.mark.parametrize(
    "rows",
    [
        tickets(10),
        [*tickets(40), ("einmal kommt der beamer", "Beamer")],  # a class with one row
        [*tickets(40), ("", "Konto"), ("\0\0 \0", "Netz"), ("toner " * 60_000, "Drucker")],
        [(f"wort{n % 200} eins", f"Klasse {n % 200}") for n in range(600)],
        [("ja", "a"), ("nein", "b")],
    ],
    ids=["ten", "once", "odd fields", "200 classes", "two rows"],
)
def test_odd_tables_have_a_sensible_answer(tmp_path, capsys, rows) -> None:
    assert evaluate(written(tmp_path / "t.csv", rows), "--folds", 2) == 0
    found = answered(capsys)
    assert found["rows"] == len(rows)
    assert 0 <= found["calibration_error"] <= 1
    assert evaluate(written(tmp_path / "u.csv", rows), "--test", tmp_path / "t.csv") == 0


def test_rows_without_a_class_are_left_out_and_told(tmp_path, capsys) -> None:
    assert evaluate(written(tmp_path / "t.csv", [*tickets(30), ("drucker", "")])) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["rows"] == 30
    assert "1 rows without 'topic' are left out, the first in line 32" in captured.err


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "the file is empty"),
        (b"text,topic\n", "no row below"),
        (b"words,topic\na,b\n", "no column 'text'; there are: words, topic"),
        (b"text,topic,topic\na,b,c\n", "'topic' is there 2 times"),
        (b"text,topic\nhallo,a\nso, geht es nicht,b\n", "line 3: 3 fields, but the header has 2"),
        (b"text,topic\nhallo\n", "line 2: 1 fields"),
        (b'text,topic\nhallo,a\n"oh,b\nweiter,c\n', "line 3: a quotation mark"),
        (b"text,topic\nhallo,a\nservus,a\n", "only one class ('a')"),
        (b"text,topic\n,a\n,b\n", "the text (text) is empty in every row"),
        (b"text,topic\na,\nb,\n", "'topic' is empty in every row"),
        (b"text,topic\na,1\nb,2\nc,3\n", "a class of its own"),
        (b"text,topic\n.,a\n!,b\n?,a\n", "no row has a text"),
        (b"\x1f\x8b\x08\x00garbage", "damaged gzip"),
        (b"\x00\x01\x02" * 400, "this is no text"),
    ],
)
def test_what_cannot_be_used_is_said_with_its_place(tmp_path, capsys, content, why) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    assert evaluate(path) == 65
    captured = capsys.readouterr()
    assert why in captured.err
    assert str(path) in captured.err
    assert captured.out == ""


def test_usage_is_minded(tmp_path, capsys) -> None:
    known = written(tmp_path / "t.csv", tickets(30))
    assert evaluate(known, "--folds", 3, "--test", known) == 2
    assert evaluate(known, "--folds", 1) == 2
    assert evaluate(tmp_path / "none.csv") == 2
    assert evaluate(known, "--predictions", tmp_path / "no" / "where.csv") == 2
    assert evaluate(known, "--folds", 31) == 65
    other = written(tmp_path / "other.csv", [])
    other.write_text("text,kind\na,b\n")
    assert evaluate(known, "--test", other) == 65
    assert f"{other}: line 1: there is no column 'topic'" in capsys.readouterr().err
