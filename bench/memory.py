"""What a served desk weighs and how soon it shows its first page.

``python bench/memory.py [--home HOME]`` serves a desk (a fresh one in a home of its own, or one that stands) with two
web workers, live news, worker, doors and database; measures the time from ``serve`` to the first page, the first
pages one by one (cold: no view was asked for before), then asks for pages from four clients and adds up what all
processes of the desk weigh (PSS of ``smaps_rollup``: what is shared is counted once). It prints one JSON object and
exits with 1 above a budget (400 MiB; 3 s to the first page, where nobody else works on the machine).
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

from alerts import environment, free_port

MOST_MIB, FIRST_PAGE_SECONDS, BUSY = 400.0, 3.0, 1.5
CLIENTS, PAGES = 4, 400
PREPARE = """
from dreiklang.console.desk import open_desk
with open_desk():
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from dreiklang.accounts.models import Account
    from dreiklang.kernel import clock
    from dreiklang.organizations.models import Organization, Person
    from dreiklang.tickets.models import Ticket
    account = Account.objects.filter(person__memberships__team__level=1).order_by("pk").first()
    if account is None:
        house = Organization.objects.get(kind="provider")
        account = Account.objects.create(login="bench@x.example", roles=["agent"], created_at=clock.now())
        Person.objects.create(organization=house, name="Bench", sort_key="bench", account=account)
    from django.test import Client
    client = Client()
    client.force_login(account)
    ticket = Ticket.objects.order_by("-pk").values_list("number", flat=True).first() or 0
    print(client.session.session_key, ticket)
"""


def ask(port: int, path: str, session: str) -> float:
    """Milliseconds until a page is here whole."""
    wanted = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Cookie": f"sessionid={session}"})
    begun = time.perf_counter()
    with urllib.request.urlopen(wanted, timeout=30) as answer:  # noqa: S310 - loopback, http
        answer.read()
    return (time.perf_counter() - begun) * 1000


def first_page(port: int, begun: float) -> float:
    """Seconds since ``begun`` until the sign-in page is there."""
    while time.perf_counter() - begun < 60:
        try:
            ask(port, "/sign-in/", "")
        except OSError:
            time.sleep(0.02)
        else:
            return time.perf_counter() - begun
    raise SystemExit("the desk did not start")


def family(pid: int) -> list[int]:
    """A process and all that came from it."""
    known = [pid]
    for one in known:
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            known += map(int, children.read_text().split())
    return known


def of_home(home: Path) -> list[int]:
    """The database's processes: those of the server whose number stands in the home, which outlives nobody."""
    (number,) = home.glob("database/*/postmaster.pid")
    return family(int(number.read_text().split()[0]))


def weight(pids: list[int]) -> dict[str, float]:
    """MiB by the first words of a command; what several share is shared among them."""
    found: dict[str, float] = {}
    for pid in set(pids):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").split()
            called = Path(f"/proc/{pid}/comm").read_text().strip()
        except OSError:
            continue
        name = " ".join(words[:2]) if words and words[0].startswith("postgres") else called
        mib = sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
        found[name] = round(found.get(name, 0) + mib, 1)
    return found


def work(port: int, paths: list[str], session: str) -> None:
    """Pages one after the other."""
    for turn in range(PAGES // CLIENTS):
        ask(port, paths[turn % len(paths)], session)


def main() -> int:
    """Serve, ask, weigh."""
    words = argparse.ArgumentParser()
    words.add_argument("--home", type=Path, help="a desk that stands; nothing of it is removed")
    standing = words.parse_args().home
    folder = Path(tempfile.mkdtemp(prefix="dreiklang-bench-", dir="/tmp"))
    folder.chmod(0o711)
    home, port = standing or folder / "home", free_port()
    run, surroundings = [sys.executable, "-m", "dreiklang"], {**environment(home), "DREIKLANG_LMTP": ""}
    subprocess.run([*run, "migrate" if standing else "init"], env=surroundings, check=True, stdout=subprocess.DEVNULL)
    done = subprocess.run([sys.executable, "-c", PREPARE], env=surroundings, capture_output=True, text=True, check=True)
    session, ticket = done.stdout.split()[-2:]
    paths = ["/desk/", "/desk/views/", "/desk/search/?q=printer", "/desk/find/?q=printer", "/desk/news/"]
    paths += [f"/desk/tickets/{ticket}/"] if ticket != "0" else []
    load, begun = os.getloadavg()[0], time.perf_counter()
    served = subprocess.Popen(
        [*run, "serve", "--port", str(port), "--workers", "2"], env=surroundings, stderr=subprocess.DEVNULL
    )
    try:
        seconds = first_page(port, begun)
        cold = {path: round(ask(port, path, session), 1) for path in paths}
        threads = [threading.Thread(target=work, args=(port, paths, session)) for _n in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        warm = {path: round(ask(port, path, session), 1) for path in paths}
        weights = weight(family(served.pid) + of_home(home))
    finally:
        served.terminate()
        served.wait(60)
        shutil.rmtree(folder, ignore_errors=True)
    mib = round(sum(weights.values()), 1)
    told = {"first_page_seconds": round(seconds, 2), "cold_ms": cold, "warm_ms": warm, "pss_mib": mib}
    print(json.dumps({**told, "of_it": weights, "budget_mib": MOST_MIB, "load_before": round(load, 1)}))
    return 0 if mib <= MOST_MIB and (seconds <= FIRST_PAGE_SECONDS or load > BUSY) else 1


if __name__ == "__main__":
    sys.exit(main())
