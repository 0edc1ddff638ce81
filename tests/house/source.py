"""The source as the house tests read it: files, packages, syntax trees, floors."""

from __future__ import annotations

import ast
import configparser
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "dreiklang"

#: Packages with the rooms of docs/house.md; the others have a shape of their own.
OUTSIDE_THE_DOMAIN = {"web", "api", "console", "config", "exchange"}


def modules(*packages: str) -> Iterator[Path]:
    """Python files of the named packages (all without a name), migrations left out."""
    roots = [PACKAGE / name for name in packages] or [PACKAGE]
    for root in roots:
        yield from (f for f in sorted(root.rglob("*.py")) if "migrations" not in f.parts)


def packages() -> list[str]:
    """The packages that stand on the floors now."""
    return sorted(f.parent.name for f in PACKAGE.glob("*/__init__.py"))


def domain() -> list[str]:
    """The packages of the domain: everything below the screens."""
    return [name for name in packages() if name not in OUTSIDE_THE_DOMAIN]


@cache
def tree(file: Path) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def rooms(package: str, room: str) -> list[Path]:
    """The modules of a room, be it a file or a folder."""
    single, folder = PACKAGE / package / f"{room}.py", PACKAGE / package / room
    return ([single] if single.exists() else []) + (sorted(folder.rglob("*.py")) if folder.is_dir() else [])


def place(file: Path, line: int = 0) -> str:
    """How a finding names its place."""
    return f"{file.relative_to(ROOT)}:{line}" if line else str(file.relative_to(ROOT))


@cache
def floors() -> dict[str, int]:
    """Each package's floor, the ground being 0, as the import contract has it."""
    contract = configparser.ConfigParser()
    contract.read(ROOT / ".importlinter", encoding="utf-8")
    top_down = contract["importlinter:contract:floors"]["layers"].split()
    return {name.strip("()"): height for height, name in enumerate(reversed(top_down))}


@cache
def committed() -> tuple[Path, ...]:
    """The files that belong to the repository: in git, or new and not ignored."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return tuple(f for f in (ROOT / name for name in listed.split("\0") if name) if f.is_file())
