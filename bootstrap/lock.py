"""Pins requirements/*.in and package.json anew, with hashes and without the address of any index."""

import os
import subprocess
import sys

from words import ROOT, VENV

OPTIONS = (
    "--quiet",
    "--upgrade",
    "--generate-hashes",
    "--strip-extras",
    "--allow-unsafe",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-emit-trusted-host",
    "--no-emit-options",
)


def main():
    """Compile runtime first: dev is held to it."""
    quiet = {key: value for key, value in os.environ.items() if key != "PIP_FIND_LINKS"}
    for name in ("runtime", "dev", "node"):
        done = subprocess.run(
            [
                VENV / "bin" / "pip-compile",
                *OPTIONS,
                "-o",
                f"requirements/{name}.txt",
                f"requirements/{name}.in",
            ],
            cwd=ROOT,
            env=quiet,
            check=False,
        )
        if done.returncode:
            return done.returncode
    return subprocess.run(
        ["npm", "update", "--package-lock-only", "--ignore-scripts"], cwd=ROOT, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
