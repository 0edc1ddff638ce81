"""The promises of the desk, by number: proved in full, by a tenth, and against mutants.

A test that bears a promise's number in its name (``test_p05_…``) proves that promise. How much of the promised
figure it runs is said by ``DREIKLANG_PROMISES`` (1 = all of it; see ``tests/share.py``). Figures that a test
measures are handed over by pytest's ``record_property("figure", "…")``.

    promises.py prove         all of it; writes docs/measured.md
    promises.py prove PATH…   some tests in full; their rows in docs/measured.md are written anew
    promises.py mutants       each patch of tests/mutants must turn its test red
    promises.py mutants p20   those of one promise
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.etree import ElementTree

from words import PYTHON, ROOT, say

FOLDERS = ("rules", "domain", "web", "api", "journeys")
SELECT = " or ".join(f"test_p{tens}" for tens in range(5))
NUMBER = re.compile(r"test_p(\d\d)_")
MUTANTS = ROOT / "tests" / "mutants"
MEASURED = ROOT / "docs" / "measured.md"
TEST_LINE = re.compile(r"^# test: (\S+)$", re.M)
WHY_LINE = re.compile(r"^# breaks: (.+)$", re.M)


def run_promises(*more, where=()):
    """Run the promises' tests in full; the exit code of pytest."""
    tests = where or folders(*FOLDERS)
    command = [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", SELECT, *more, *tests]
    return subprocess.run(
        [str(word) for word in command],
        cwd=ROOT,
        env={**os.environ, "DREIKLANG_PROMISES": "1"},
        check=False,
    ).returncode


def folders(*names):
    """The folders of the suite that there are, by their names."""
    return [f"tests/{name}" for name in names if (ROOT / "tests" / name).exists()]


def prove(*where):
    """All promises, or those of some tests, in full, with docs/measured.md as the record."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        code = run_promises(f"--junitxml={report}", "-o", "junit_family=xunit1", where=where)
        if report.exists():
            former = MEASURED.read_text(encoding="utf-8") if where and MEASURED.exists() else ""
            MEASURED.write_text(page(ElementTree.parse(report).getroot(), former), encoding="utf-8")
            say("Written: docs/measured.md")
    return code


def page(report, former=""):
    """The page of what was measured, a row per test; rows of a former page stay where their test was not run."""
    rows = {}
    for line in former.splitlines():
        if line.startswith("| P"):
            row = tuple(line.strip("| ").split(" | "))
            rows[row[:2]] = row
    for key, cases in by_test(report).items():
        rows[key] = (*key, *measured(cases))
    head = f"""# What was measured

Written by `make prove`, on a machine with {os.cpu_count()} cores that did other work besides. The promises are
listed in `docs/promises.md`; each row is a test that bears the promise's number.

| promise | test | outcome | figure | took | on |
| --- | --- | --- | --- | --- | --- |
"""
    return head + "".join(f"| {' | '.join(row)} |\n" for _key, row in sorted(rows.items()))


def by_test(report):
    """The cases of a report by promise and test; the parameters of a test are cases of it."""
    found = {}
    for case in report.iter("testcase"):
        if number := NUMBER.search(case.get("name", "")):
            name = case.get("name").removeprefix(number.group(0)).partition("[")[0].replace("_", " ")
            found.setdefault((f"P{number.group(1)}", name), []).append(case)
    return found


def measured(cases):
    """What is said of one test: outcome, figures, how long it took, on which day."""
    bad = [case for case in cases if any(case.find(kind) is not None for kind in ("failure", "error", "skipped"))]
    figures = [p.get("value", "") for case in cases for p in case.iter("property") if p.get("name") == "figure"]
    if not figures and len(cases) > 1:
        figures = [f"{len(cases)} cases"]
    took = sum(float(case.get("time", 0)) for case in cases)
    return "**not kept**" if bad else "kept", "; ".join(figures) or "–", f"{took:.1f} s", time.strftime("%Y-%m-%d")


def mutants(wanted=""):
    """Each mutant must be caught by the test it names, and that test must be green without it."""
    patches = sorted(MUTANTS.glob(f"{wanted or 'p'}*.patch"))
    caught, survived = 0, []
    with tempfile.TemporaryDirectory(prefix="dreiklang-mutants-") as folder:
        copy = Path(folder) / "copy"
        copy_source(copy)
        own_environment(copy)
        tests = sorted({test for patch in patches for test in TEST_LINE.findall(patch.read_text(encoding="utf-8"))})
        code, words = run_in(copy, tests) if tests else (5, "")
        if code:
            say(f"{words}\nThe tests that the mutants name are not green without them.")
            say("0 passed, 1 failed")
            return 1
        for patch in patches:
            fault = try_mutant(copy, patch)
            caught += not fault
            survived += [f"{patch.name}: {fault}"] if fault else []
            say(f"{patch.stem:<50} {'SURVIVED' if fault else 'caught'}")
    for line in survived:
        say(line)
    say(f"{caught} passed, {len(survived)} failed")
    return 1 if survived else 0


def try_mutant(copy, patch):
    """What went wrong with a mutant; empty where its test turned red."""
    text = patch.read_text(encoding="utf-8")
    tests = TEST_LINE.findall(text)
    if not tests or not WHY_LINE.search(text):
        return "says not which test it turns red, or what it breaks"
    if subprocess.run(["git", "apply", "--recount", patch], cwd=copy, check=False).returncode:
        return "does not fit the source any more"
    try:
        code, words = run_in(copy, tests)
        return {0: "its test stays green", 1: ""}.get(code, f"its test could not run\n{words}")
    finally:
        subprocess.run(["git", "apply", "--recount", "-R", patch], cwd=copy, check=True)


def copy_source(target):
    """A copy of the working copy that a mutant may spoil, outside of git."""
    for name in ("src", "tests", "bench", "docs", "requirements", "bootstrap"):
        if (ROOT / name).exists():
            shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", ".importlinter", "package.json", "package-lock.json"):
        shutil.copy(ROOT / name, target / name)


def own_environment(copy):
    """A Python whose dreiklang is the copy's, also in programs that a test starts; all else is the usual one's."""
    subprocess.run([PYTHON, "-m", "venv", "--without-pip", copy / ".venv"], check=True)
    site = next((copy / ".venv" / "lib").glob("python*/site-packages"))
    usual = next((ROOT / ".venv" / "lib").glob("python*/site-packages"))
    (site / "mutant.pth").write_text(f"{copy / 'src'}\n{usual}\n", encoding="utf-8")
    command = copy / ".venv" / "bin" / "dreiklang"
    words = "import sys\nfrom dreiklang.console.main import main\nsys.exit(main())\n"
    command.write_text(f"#!{copy / '.venv' / 'bin' / 'python'}\n{words}", encoding="utf-8")
    command.chmod(0o755)


def home_of_tests():
    """The home that the working copy's own tests use: mutants need no database of their own."""
    asked = "from dreiklang.console import cluster; print(cluster.home_for('test'))"
    return subprocess.run([PYTHON, "-c", asked], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def run_in(copy, tests):
    """pytest's exit code for some tests in the copy, whose source comes first, and the end of what it said."""
    environment = {
        **os.environ,
        "DREIKLANG_HOME": home_of_tests(),
        "PYTHONDONTWRITEBYTECODE": "1",
        "DREIKLANG_PROMISES": "0.01",
        "GIT_CEILING_DIRECTORIES": str(copy.parent),
    }
    done = subprocess.run(
        [copy / ".venv" / "bin" / "python", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests],
        cwd=copy,
        env=environment,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.returncode, "\n".join(done.stdout.splitlines()[-40:])


def main(arguments):
    """Entry for make."""
    match arguments:
        case ["prove", *where]:
            return prove(*where)
        case ["mutants", *some]:
            return mutants(*some)
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
