"""What stands in the repository speaks of the project alone, and of nothing left undone."""

import re

from tests.house import source

#: Each split so that this file does not find itself.
UNDONE = ["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"]
MACHINES = ["/wo" + "rk/", "/ro" + "ot/", "/tmp/" + "brief", "/opt/" + "wheels"]
REGISTRIES = [
    "pypi." + "org",
    "pythonhosted." + "org",
    "registry.npm" + "js",
    "npmjs." + "org",
    "deb.debian." + "org",
]
MAKERS = [
    "chat" + "gpt",
    "cla" + "ude",
    "anthro" + "pic",
    "open" + "ai codex",
    "co-authored" + "-by",
]
TEXT = {
    ".py",
    ".md",
    ".txt",
    ".in",
    ".toml",
    ".cfg",
    ".ini",
    ".html",
    ".css",
    ".js",
    ".json",
    ".po",
    ".yml",
    ".yaml",
    ".sh",
    ".svg",
    "",
    ".sql",
    ".patch",
    ".csv",
}


def committed_texts():
    """The texts of the repository with their places, but for the licence."""
    for file in source.committed():
        if file.suffix in TEXT and file.name not in {"LICENSE"} and file.stat().st_size < 2_000_000:
            try:
                yield file, file.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


def places_of(words: list[str], *, whole: bool = False, any_case: bool = False) -> list[str]:
    """Where any of the words stands."""
    pattern = "|".join(re.escape(word) for word in words)
    found = re.compile(rf"\b(?:{pattern})\b" if whole else pattern, re.I if any_case else 0)
    return [
        f"{source.place(file, text.count(chr(10), 0, hit.start()) + 1)}: {hit.group(0)}"
        for file, text in committed_texts()
        for hit in found.finditer(text)
    ]


def test_nothing_is_left_undone():
    assert not places_of(UNDONE, whole=True)


def test_no_path_of_one_machine_is_named():
    assert not places_of(MACHINES)


def test_no_address_of_a_registry_is_named():
    assert not places_of(REGISTRIES, any_case=True)


def test_the_project_speaks_of_itself_alone():
    assert not places_of(MAKERS, any_case=True)


def test_the_lock_of_the_front_end_names_no_address():
    assert '"resolved"' not in (source.ROOT / "package-lock.json").read_text(encoding="utf-8")


def test_no_test_is_skipped_or_expected_to_fail():
    marks = [
        "pytest.mark.sk" + "ip",
        "pytest.sk" + "ip",
        "mark.xf" + "ail",
        "pytest.xf" + "ail",
        "importor" + "skip",
    ]
    assert not places_of(marks)
