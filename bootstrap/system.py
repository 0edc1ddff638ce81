"""Programs of the system that only `make check` needs: found, installed from packages as root, or named."""

import os
import shutil
from pathlib import Path

from prepare import apt_install
from words import Missing, say


def newest_postgresql():
    """The folder with the programs of the system's newest PostgreSQL, or None."""
    found = [folder for folder in Path("/usr/lib/postgresql").glob("*/bin") if (folder / "initdb").exists()]
    return max(found, key=lambda folder: float(folder.parent.name), default=None)


def program(*names):
    """The first of some programs that is installed, or None; system folders count even if not in PATH."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    return next((found for name in names if (found := shutil.which(name, path=path))), None)


#: What is needed → (how to find it, the packages that bring it).
NEEDED = {
    "Chromium, for the journeys": (lambda: program("chromium", "chromium-browser"), ["chromium"]),
    "Dovecot, a real IMAP server": (lambda: program("dovecot"), ["dovecot-imapd"]),
    "slapd, a real directory": (lambda: program("slapd") and program("ldapmodify"), ["slapd", "ldap-utils"]),
    "PostgreSQL of the system": (newest_postgresql, ["postgresql"]),
}


def absent():
    """What this machine lacks of it."""
    return {what: packages for what, (find, packages) in NEEDED.items() if not find()}


def install_absent():
    """Bring what is lacking where that is possible; what is still missing then is said, and its part is red."""
    lacking = absent()
    if not lacking:
        return
    names = [name for packages in lacking.values() for name in packages]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("Installing from the system's packages: " + ", ".join(names))
        try:
            apt_install(names)
        except Missing as missing:
            say(str(missing))
    for what, packages in absent().items():
        say(f"Missing: {what}. Install it: apt-get install {' '.join(packages)}")
