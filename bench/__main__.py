"""`make bench`: every measurement of this folder, one after the other, each against its budget.

A measurement is a script that prints one JSON object on its last line and ends with 1 where a budget is not kept.
With names, only those: ``python -m bench calendars``. Options go to the scripts: ``python -m bench pages --full`` takes
100,000 tickets.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


def measurements(wanted: list[str]) -> list[Path]:
    """The scripts to run, in the order of their names."""
    found = sorted(file for file in HERE.glob("*.py") if not file.name.startswith("_"))
    return [file for file in found if not wanted or file.stem in wanted]


def measure(script: Path, options: list[str]) -> bool:
    """Run one script, show its figures; whether it kept its budgets."""
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, str(script), *options], cwd=HERE.parent, stdout=subprocess.PIPE, text=True, check=False
    )
    outcome = "kept" if done.returncode == 0 else "NOT KEPT"
    print(f"{script.stem}: {outcome}, {time.monotonic() - begun:.0f} s", flush=True)
    for line in done.stdout.strip().splitlines():
        try:
            figures = json.loads(line)
        except ValueError:
            print(f"    {line}")
            continue
        for name, figure in figures.items() if isinstance(figures, dict) else ():
            print(f"    {name}: {figure}", flush=True)
    return done.returncode == 0


def main() -> int:
    """All of them, and the sum."""
    names = [word for word in sys.argv[1:] if not word.startswith("-")]
    options = [word for word in sys.argv[1:] if word.startswith("-")]
    if options and not names:
        print("Options need the name of the measurement they are for.", file=sys.stderr)
        return 2
    kept = [measure(script, options) for script in measurements(names)]
    print(f"{sum(kept)} passed, {len(kept) - sum(kept)} failed")
    return 0 if kept and all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
