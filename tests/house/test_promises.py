"""What is promised in docs/promises.md is tested under its number, and the test can fail."""

import re

from tests.house import source


def promised() -> set[str]:
    """The numbers of docs/promises.md."""
    return set(re.findall(r"^\| P(\d\d) \|", (source.ROOT / "docs" / "promises.md").read_text("utf-8"), re.M))


def test_every_promise_has_a_test_that_bears_its_number():
    tests = "\n".join(f.read_text("utf-8") for f in (source.ROOT / "tests").rglob("test_*.py"))
    missing = sorted(number for number in promised() if f"def test_p{number}_" not in tests)
    assert not missing, f"promised and not tested: {missing}"


def test_every_promise_has_a_mutant_that_names_its_test():
    mutants = {f.name[1:3]: f.read_text("utf-8") for f in (source.ROOT / "tests" / "mutants").glob("p*.patch")}
    missing = sorted(promised() - mutants.keys())
    assert not missing, f"promised and without a mutant: {missing}"
    for number, text in mutants.items():
        assert re.search(rf"^# test: tests/\S+::test_p{number}_", text, re.M), f"mutant of P{number}"


def test_every_test_that_the_page_of_holes_names_is_there() -> None:
    page = (source.ROOT / "docs" / "holes-of-others.md").read_text()
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", page)
    assert len(named) >= 30
    missing = [name for path, name in named if f"def {name}(" not in (source.ROOT / path).read_text()]
    assert not missing
