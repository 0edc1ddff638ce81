"""What the desk stands on is pinned, the same everywhere, and written down."""

import json
import re
import tomllib

from tests.house import source


def names(file: str) -> set[str]:
    """The packages a requirements file asks for."""
    lines = (source.ROOT / "requirements" / file).read_text(encoding="utf-8").splitlines()
    return {re.split(r"[\[=~<>; ]", line)[0].lower() for line in lines if line and line[0] not in "#- "}


def declared() -> set[str]:
    """The packages that users install with ours."""
    project = tomllib.loads((source.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {re.split(r"[\[=~<>; ]", line)[0].lower() for line in project["dependencies"]}


def extras() -> set[str]:
    """What users may install besides, and what every working copy has."""
    project = tomllib.loads((source.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {
        re.split(r"[\[=~<>; ]", line)[0].lower()
        for lines in project["optional-dependencies"].values()
        for line in lines
    }


def test_a_working_copy_has_every_extra():
    assert extras() <= names("dev.in")


def test_users_install_what_we_run():
    assert declared() == names("runtime.in")


def test_every_package_we_ask_for_is_pinned_with_hashes():
    for file in ("runtime", "dev", "node"):
        text = (source.ROOT / "requirements" / f"{file}.txt").read_text(encoding="utf-8")
        pinned = re.findall(r"^([\w.-]+)==\S+ \\\n    --hash=sha256:", text, re.M)
        missing = names(f"{file}.in") - {name.lower() for name in pinned}
        assert not missing, f"not in requirements/{file}.txt (run make lock): {missing}"
        assert "--index-url" not in text
        assert "--find-links" not in text


def test_every_package_we_ask_for_is_explained():
    text = (source.ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()
    front_end = json.loads((source.ROOT / "package.json").read_text(encoding="utf-8"))
    asked = names("runtime.in") | names("dev.in") | names("node.in")
    asked |= front_end["dependencies"].keys() | front_end["devDependencies"].keys()
    missing = sorted(name for name in asked if f"`{name.lower()}`" not in text)
    assert not missing, f"docs/dependencies.md does not say why: {missing}"


def test_the_version_is_said_once():
    from dreiklang import __version__

    project = tomllib.loads((source.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == __version__


def test_decisions_are_numbered_without_gaps():
    numbers = sorted(int(f.name[:4]) for f in (source.ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert numbers == list(range(1, len(numbers) + 1))
