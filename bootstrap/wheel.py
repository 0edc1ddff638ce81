"""Builds the wheel into a temporary folder and looks whether users get all of it."""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from words import PYTHON, ROOT

WANTED = (
    "dreiklang/web/static/vendor/htmx.min.js",
    "dreiklang/web/static/vendor/tabler.min.css",
    "dreiklang/web/static/vendor/icons.svg",
    "dreiklang/locale/de/LC_MESSAGES/django.mo",
    "dreiklang/kernel/__init__.py",
)


def main():
    """0 where the wheel is whole."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [
                PYTHON,
                "-m",
                "pip",
                "wheel",
                "-q",
                "--no-deps",
                "--no-build-isolation",
                "--no-index",
                "-w",
                folder,
                ".",
            ],
            cwd=ROOT,
            check=False,
        )
        if done.returncode:
            return done.returncode
        wheel = next(Path(folder).glob("dreiklang-*.whl"))
        with zipfile.ZipFile(wheel) as content:
            names = content.namelist()
        missing = [name for name in WANTED if name not in names]
        stray = [name for name in names if not name.startswith(("dreiklang/", "dreiklang-"))]
        templates = sum(name.endswith(".html") for name in names)
        print(f"{wheel.name}: {wheel.stat().st_size // 1024} KiB, {len(names)} files, {templates} templates")
        if missing or stray or not templates:
            print(f"missing: {missing}; stray: {stray}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
