"""Sets up the working copy: `.venv`, the front-end packages, translations. Run by every `make` target first.

Needs only a plain python3 and says in one line what it installs or what is missing. What has been done is
remembered in `.venv/stamps`, so that the second time takes a moment and no network.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from words import PYTHON, ROOT, STAMPS, VENV, Missing, run, say, stop

OLDEST = (3, 11)
REQUIREMENTS = [ROOT / "requirements" / "runtime.txt", ROOT / "requirements" / "dev.txt"]
NODE_REQUIREMENTS = ROOT / "requirements" / "node.txt"
OLDEST_NODE = 18


def prepare():
    """Everything in order; each step does nothing where nothing has changed."""
    step("venv", venv_inputs(), environment)
    step("requirements", REQUIREMENTS, requirements)
    step("package", [ROOT / "pyproject.toml"], package)
    import frontend

    step(
        "npm",
        [ROOT / "package.json", ROOT / "package-lock.json"],
        front_end_packages,
        (ROOT / "node_modules",),
    )
    step("vendor", frontend.inputs(), copy_front_end, (frontend.VENDOR,))
    step("translations", translation_inputs(), translations, (locale() / "de/LC_MESSAGES/django.mo",))
    step("bytecode", sorted((ROOT / "src").rglob("*.py")), bytecode)


def step(name, inputs, work, results=()):
    """Do ``work`` unless ``inputs`` are what they were the last time and its results are still there."""
    digest = hashlib.sha256()
    for given in inputs:
        digest.update(given.read_bytes() if isinstance(given, Path) else str(given).encode())
    stamp = STAMPS / name
    if stamp.exists() and stamp.read_text() == digest.hexdigest() and all(r.exists() for r in results):
        return
    work()
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest.hexdigest())


def venv_inputs():
    """An environment belongs to one place and one Python; moved or upgraded, it is made anew."""
    return [str(VENV), sys.version, str(PYTHON.exists())] if PYTHON.exists() else [str(VENV), sys.version, "True"]


def environment():
    """`.venv`, empty."""
    try:
        import venv  # noqa: F401
        from ensurepip import version  # noqa: F401
    except ImportError:
        install_venv()
    if (STAMPS / "venv").exists():
        say("The Python or the folder has changed: making .venv anew.")
    elif (VENV / "bin" / "pip").exists() and PYTHON.exists():
        return
    say("Making .venv, the environment of this working copy.")
    shutil.rmtree(VENV, ignore_errors=True)
    try:
        run([sys.executable, "-m", "venv", VENV], "Python could not make the environment .venv (see above).")
    except Missing:
        shutil.rmtree(VENV, ignore_errors=True)
        raise


def install_venv():
    """Debian keeps venv in a package of its own."""
    name = "python{}.{}-venv".format(*sys.version_info[:2])
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Missing(f"Python's venv is missing. Install it: apt-get install {name}")
    say(f"Installing {name} from the system's packages.")
    apt_install([name])


def apt_install(names):
    """Packages of the system, as root, without questions."""
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    what = "The system's package manager could not install: " + " ".join(names)
    run(["apt-get", "update", "-q"], what, env=quiet)
    run(["apt-get", "install", "-q", "-y", "--no-install-recommends", *names], what, env=quiet)


def requirements():
    """The pinned Python packages, each checked against its hash."""
    say("Installing the Python packages of requirements/runtime.txt and requirements/dev.txt into .venv.")
    files = [part for file in REQUIREMENTS for part in ("-r", file)]
    pip_install(*files)


def pip_install(*arguments):
    """pip in the environment, taking nothing whose hash is not listed."""
    run(
        [
            PYTHON,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
            *arguments,
        ],
        "The Python packages could not be installed (see above); the first set-up needs the network.",
    )


def package():
    """Dreiklang itself, as it stands in this working copy; brings `.venv/bin/dreiklang`."""
    run(
        [
            PYTHON,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--no-index",
            "--no-build-isolation",
            "--editable",
            ROOT,
        ],
        "Dreiklang could not be installed into .venv (see above).",
    )


def npm():
    """The npm to use: the machine's where its Node is new enough, else one in the environment."""
    found = shutil.which("npm")
    if found and node_version("node") >= OLDEST_NODE:
        return [found]
    own = VENV / "bin" / "npm"
    if not own.exists():
        say("No usable Node.js on this machine: installing one into .venv (requirements/node.txt).")
        pip_install("-r", NODE_REQUIREMENTS)
    return [own]


def node_version(program):
    """The major version of a Node, 0 where there is none."""
    try:
        words = subprocess.run([program, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
        return int(words.lstrip("v").split(".")[0])
    except (OSError, subprocess.CalledProcessError, ValueError):
        return 0


def front_end_packages():
    """What package-lock.json pins, into node_modules. No package may run a script of its own."""
    command = npm()
    say("Fetching the front-end packages of package-lock.json into node_modules.")
    where = dict(os.environ)
    where["PATH"] = f"{VENV / 'bin'}{os.pathsep}{where.get('PATH', '')}"
    where.setdefault("npm_config_cache", str(VENV / "npm-cache"))
    run(
        [*command, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        "The front-end packages could not be fetched (see above); the first set-up needs the network.",
        cwd=ROOT,
        env=where,
    )
    shutil.rmtree(VENV / "npm-cache", ignore_errors=True)


def copy_front_end():
    """The files the screens need, out of node_modules."""
    import frontend

    frontend.copy()


def locale():
    """Where the translations lie."""
    return ROOT / "src" / "dreiklang" / "locale"


def translation_inputs():
    """The German of every room, and the program that puts it together."""
    return [*sorted(locale().glob("*/parts/*.po")), ROOT / "bootstrap" / "translations.py"]


def translations():
    """The compiled German, out of the rooms' own lists."""
    run(
        [PYTHON, ROOT / "bootstrap" / "translations.py", "compile"],
        "The translations could not be compiled (see above).",
    )


def bytecode():
    """Python's own form of our modules. The system user that a desk runs as may not write it beside them, and would
    read every source anew at each start, which takes twice as long.
    """
    run([PYTHON, "-m", "compileall", "-q", ROOT / "src"], "The modules could not be compiled (see above).")


def main():
    """Entry of the Makefile."""
    if sys.version_info < OLDEST:
        stop(
            "Dreiklang needs Python 3.11 or newer; this is {}.{}. Name another: make PYTHON=python3.12".format(
                *sys.version_info[:2]
            )
        )
    os.chdir(ROOT)
    for name in ("PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX", "PIP_USER", "VIRTUAL_ENV"):
        os.environ.pop(name, None)
    try:
        prepare()
    except Missing as missing:
        stop(str(missing))


if __name__ == "__main__":
    main()
